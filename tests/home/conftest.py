"""The demonstration, for pages that stand on all features at once."""

from seeded import seeded_app, seeded_sqlite

__all__ = ["seeded_app", "seeded_sqlite"]
