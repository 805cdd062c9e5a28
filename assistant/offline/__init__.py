"""Keeping everything on this machine: the libraries' own switches (`quiet`) and a guard over Python's sockets."""
