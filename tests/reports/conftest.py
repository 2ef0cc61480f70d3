"""The house whose reports are read."""

from furnished import furnished, house, seeded_sqlite

__all__ = ["furnished", "house", "seeded_sqlite"]
