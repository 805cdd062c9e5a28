"""One module a format. Each has `read(data, path) -> Content`, and raises RefusedError for what it can't read."""
