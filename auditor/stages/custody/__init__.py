"""Stage ``custody``: who can use, export, rotate and destroy keys; from a live Vault or OpenBao, its files, or records."""
