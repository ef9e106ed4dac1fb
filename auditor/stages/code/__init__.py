"""Source trees, read by semgrep with our own rules and by bandit."""
