"""Fixtures for pages behind the sign-in: a browser, another browser, mail that was written.

A folder takes them over whole: `from signed_in import app, browser, config, mails, other_browser`.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from portal_client import QUICK_HASHES, PortalClient
from sqlalchemy import select

from portal.accounts import policy
from portal.config import Config
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, extra={**config.extra, **QUICK_HASHES})


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = PortalClient
    with transaction():
        settings.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    return app


@pytest.fixture
def browser(app: Flask) -> PortalClient:
    client = app.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    return client


@pytest.fixture
def other_browser(app: Flask) -> PortalClient:
    client = app.test_client()
    assert isinstance(client, PortalClient)
    return client


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[OutboxMessage]]:
    """Everything in the outbox, oldest first."""

    def read() -> list[OutboxMessage]:
        db.session.rollback()
        return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    return read
