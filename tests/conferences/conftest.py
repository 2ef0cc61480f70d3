"""Fixtures of events: pages behind the sign-in."""

from signed_in import app, browser, config, mails, other_browser

__all__ = ["app", "browser", "config", "mails", "other_browser"]
