"""A seeded county, people to act as, and a count of statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import pytest
from area_samples import SEED_DAY, FormClient, stored_user
from flask import Flask
from sqlalchemy import event

from portal.accounts import sessions
from portal.accounts.models import User
from portal.areas.maps import geometry
from portal.areas.seeding.services import seed_areas, seed_planning_areas
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction

_draw = lru_cache(maxsize=8)(geometry.project)


@pytest.fixture
def county(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application with three counties and the example planning areas, on the seed day."""
    app.test_client_class = FormClient
    # Projecting the same boundaries again takes most of a test's time and shows nothing new.
    monkeypatch.setattr(geometry, "project", lambda features: _draw(tuple(features)))
    with clock.frozen(SEED_DAY):
        with transaction():
            seed_areas()
            seed_planning_areas(SEED_DAY.date())
        yield app


@pytest.fixture
def planner(county: Flask) -> Actor:
    return Actor(user=stored_user(Role.PLANNER))


@pytest.fixture
def as_role(county: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Role | None], FormClient]:
    """A browser signed in with a role, or not at all."""

    def sign_in(role: Role | None) -> FormClient:
        user_id = None if role is None else stored_user(role).id
        monkeypatch.setattr(
            sessions, "signed_in_user", lambda: None if user_id is None else db.session.get(User, user_id)
        )
        client = county.test_client()
        assert isinstance(client, FormClient)
        return client

    return sign_in


@pytest.fixture
def counted(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the statements that are sent to the database within a block."""

    @contextmanager
    def count() -> Any:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return count
