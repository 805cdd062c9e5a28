"""Stage 6: from a question to the passages that bear on it, and how far they carry it."""
