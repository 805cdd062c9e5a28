"""Timings and quality figures, measured as ratios against a named baseline in the same run."""
