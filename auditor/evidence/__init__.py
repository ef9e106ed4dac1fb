"""The folder of a run: what was seen and concluded, by digest."""
