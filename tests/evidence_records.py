"""Addresses of findings for the table of routes and roles."""

from collections.abc import Callable

from sqlalchemy import select

from portal.core.database import db
from portal.evidence.models import Finding, FindingState


def add_shared(add: Callable[..., None]) -> None:
    """A cell with a published finding, one without any, and a finding in its hearing."""
    add("assessed cell", area_slug="sinsheim", topic_key="mobility_infrastructure")
    add("open cell", area_slug="weinheim", topic_key="housing")
    add("invented cell", area_slug="erfunden", topic_key="erfunden")
    heard = db.session.scalars(select(Finding).where(Finding.state == FindingState.HEARING)).first()
    assert heard is not None
    add("finding in hearing", public_id=heard.public_id)
