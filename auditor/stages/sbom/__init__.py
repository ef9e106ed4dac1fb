"""Stage ``sbom``: what images and trees are made of, and whether an SBOM says so."""
