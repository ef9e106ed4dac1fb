"""Snapshots that can be carried out of a zone and audited elsewhere."""
