"""Stages: each observes one side of a platform and brings the checks that judge it."""
