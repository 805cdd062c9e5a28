"""What the page and the API share: a socket to listen on, hosts that are answered to, and guesses that are slowed."""
