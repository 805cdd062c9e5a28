"""Who writes the draft of an answer."""
