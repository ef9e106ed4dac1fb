"""The vulnerability database: built from advisories, imported where there is no network, and said how it stands."""
