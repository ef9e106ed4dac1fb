"""Frameworks of controls and what a run says of each."""
