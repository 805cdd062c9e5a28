"""Stage 5: what is live and how it is found. SQLite holds the truth, Chroma the vectors."""
