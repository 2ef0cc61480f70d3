"""Every change of minutes, by what it is about. Importing the guard makes released versions unchangeable."""

from portal.minutes import frozen
from portal.minutes.services import entries, tasks, versions

__all__ = ["entries", "frozen", "tasks", "versions"]
