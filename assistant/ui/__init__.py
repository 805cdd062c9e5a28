"""The research desk in the browser."""
