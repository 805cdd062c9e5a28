"""A local assistant that answers research questions about LLMs at the edge from your own corpus, offline."""

__version__ = "0.1.0"
