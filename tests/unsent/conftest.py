"""Fixtures of forms that keep themselves."""

from signed_in import app, browser, config, other_browser

__all__ = ["app", "browser", "config", "other_browser"]
