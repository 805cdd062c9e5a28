"""Stage 8: from evidence to an answer whose every statement has been checked."""
