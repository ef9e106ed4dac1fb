"""Audit logs of many kinds, line by line, as rows of one shape."""
