"""The ways in which a wrapped program is got: from a package index, by a Go build, from a site's mirror."""
