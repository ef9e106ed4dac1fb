"""Asks OPA about Kubernetes facts."""
