"""Staged security and compliance audit of self-hosted AI-agent and LLM platforms."""

__version__ = "0.1.0"
