"""Stage ``image``: container images judged by their bytes."""
