"""Files are read in worker processes, so that a bomb or a crash costs only the file that it came in."""
