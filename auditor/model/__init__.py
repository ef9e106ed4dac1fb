"""Frozen values that travel from observation to report; imports nothing else of ours."""
