"""Fixtures of minutes: pages behind the sign-in, and an event that was held."""

from collections.abc import Iterator

import pytest
from flask import Flask
from meetings import NOW, Meeting, meeting
from signed_in import app, browser, config, mails, other_browser

from portal.core import clock

__all__ = ["app", "browser", "config", "mails", "other_browser"]


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def held(app: Flask) -> Meeting:
    return meeting()
