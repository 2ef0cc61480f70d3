"""Organisations and remarks of the story in every state that pages know."""

from datetime import timedelta

from flask import Flask
from seeded import seeded_app, seeded_sqlite
from sqlalchemy import select

from portal.core import clock
from portal.core.database import db
from portal.minutes.models import MinutesRemark
from portal.stakeholders import extension, lists
from portal.stakeholders.models import Organisation, OrganisationState

__all__ = ["seeded_app", "seeded_sqlite"]


def test_every_state_of_an_organisation_is_there(seeded_app: Flask) -> None:
    rows = db.session.scalars(select(Organisation)).all()
    assert {row.state for row in rows} == set(OrganisationState)
    assert all(row.town_name for row in rows if row.postcode)
    (gone,) = [row for row in rows if row.is_archived]
    assert gone.archive_reason
    assert gone.archived_at is not None
    assert clock.now() - gone.archived_at > timedelta(days=30)


def test_one_was_not_heard_for_long(seeded_app: Flask) -> None:
    rows = db.session.scalars(select(Organisation)).all()
    silent = lists.not_heard_for_long(rows, extension.heard_on([row.id for row in rows]))
    assert [row.name for row in rows if row.id in silent] == ["Feldpost-Verein Strohhut (Beispiel)"]


def test_one_remark_was_answered_and_one_waits(seeded_app: Flask) -> None:
    remarks = db.session.scalars(select(MinutesRemark).order_by(MinutesRemark.id)).all()
    assert [(one.organisation is not None, bool(one.answer)) for one in remarks] == [(True, True), (True, False)]
    assert all(one.person.user is not None for one in remarks)
