"""Stage 1: what can be said of a text in Chinese or English without knowing what it is about."""
