"""Hearings of the municipalities concerned before a finding is published: services, reads and the printed statement."""
