"""The agent API of the loan assistant."""

__version__ = "2.3.1"
