"""Foreign documents to and from our values; pure."""
