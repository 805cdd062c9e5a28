"""The steps of the setup; the standard library only, since nothing else is there yet."""
