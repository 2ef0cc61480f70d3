"""Reading events."""

from portal.conferences.held import HeldEvent, held_events

__all__ = ["HeldEvent", "held_events"]
