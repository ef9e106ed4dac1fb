"""Stage ``lineage``: where data comes from and goes to, which answers lead to their sources, and what is missing."""
