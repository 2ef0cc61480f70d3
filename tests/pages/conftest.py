"""The house whose every page is looked at."""

from furnished import furnished, house, seeded_sqlite

__all__ = ["furnished", "house", "seeded_sqlite"]
