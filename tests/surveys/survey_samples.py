"""The shipped survey, sheets for it, and somebody who answers it page by page."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portal_client import PortalClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.config import SEEDS
from portal.core.database import db
from portal.core.seed_files import read_document
from portal.core.transaction import transaction
from portal.surveys import sealing, services
from portal.surveys.definition import Definition, read
from portal.surveys.models import SealedAnswer, SurveyResponse, SurveyRound, random_id

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_FIELD = re.compile(r'name="stand" value="([^"]*)"')
_STATE = re.compile(r'data-survey-state="([^"]+)"')


def read_survey() -> Definition:
    return read(read_document(SEEDS / "demo" / "survey.yaml"))


def fill_pool(one: SurveyRound, count: int, **answers: Any) -> None:
    """Seal sheets into the round's pool; each bears its number as a text."""
    size = sealing.size_of(read_survey())
    rows = [
        {
            "id": random_id(),
            "round_id": one.id,
            "content": sealing.seal(
                {"mitteilung": f"Nummer {number}", **answers}, to=one.public_key, bound_to=one.public_id, size=size
            ),
        }
        for number in range(count)
    ]
    with transaction():
        services.store_several(rows)


def sealed(one: SurveyRound) -> int:
    db.session.rollback()
    statement = select(func.count()).select_from(SealedAnswer)
    where = (SealedAnswer.round_id == one.id, SealedAnswer.content.is_not(None))
    return int(db.session.execute(statement.where(*where)).scalar_one())


def opened(one: SurveyRound) -> list[str]:
    """Numbers of the opened sheets, sorted."""
    db.session.rollback()
    rows = db.session.scalars(select(SurveyResponse.answers).where(SurveyResponse.round_id == one.id))
    return sorted(str(answers.get("mitteilung")) for answers in rows)


def stand(answer: TestResponse) -> str:
    """What the form carries."""
    found = _FIELD.search(answer.text)
    assert found is not None, answer.text[:3000]
    return html.unescape(found[1])


def state(answer: TestResponse) -> str | None:
    found = _STATE.search(answer.text)
    return None if found is None else found[1]


def send(
    client: PortalClient, page: int, carried: str | None, fields: Mapping[str, Any] | None = None, *,
    slug: str = "leben", press: Mapping[str, str] | None = None,
) -> TestResponse:  # fmt: skip
    """Press a button of a page: „Weiter“ unless another is named."""
    data: dict[str, Any] = {"seite": str(page), "in": "de", **(press or {"weiter": "vor"}), **(fields or {})}
    if carried is not None:
        data["stand"] = carried
    return client.post(f"/befragungen/{slug}/fragen", data=data)


def walk(client: PortalClient, pages: Mapping[int, Mapping[str, Any]], *, language: str = "de") -> list[TestResponse]:
    """From the start to the end; every answer of the portal in its order."""
    answers = [send(client, 0, None, {"sprache": language})]
    for page in range(1, 5):
        answers.append(send(client, page, stand(answers[-1]), pages.get(page)))
    return answers
