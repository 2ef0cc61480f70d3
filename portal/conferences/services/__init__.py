"""Changing events, split by noun: events, invitees, sending, replies."""
