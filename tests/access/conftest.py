"""The house whose every door is tried."""

from furnished import furnished, house, seeded_sqlite

__all__ = ["furnished", "house", "seeded_sqlite"]
