"""The only code that starts a program, opens a socket or reads a secret."""
