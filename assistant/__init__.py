"""A local assistant that answers research questions about LLMs at the edge from your own corpus, offline.

As a library: `from assistant import Workspace` (docs/library.md).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.library import Workspace

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # When it is asked for, so that `assistant --help` does without it.
    if name == "Workspace":
        from assistant.library import Workspace

        return Workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
