"""Stage ``vulnerabilities``: known vulnerabilities of components, and by name what no database speaks of."""
