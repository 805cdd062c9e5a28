"""The one step that goes on-line, only when it is called: articles from pages and feeds, as files of the corpus."""
