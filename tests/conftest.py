"""What holds for every test: no generated example may fail because the machine is busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.load_profile("here")
