"""Stage ``custody``: who can use, export, rotate and destroy keys: a live Vault or OpenBao, its files, records."""
