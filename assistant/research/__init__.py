"""Stage 9: the question list, the batch that answers it, and the reports."""
