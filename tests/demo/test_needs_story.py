"""The story's statements as the demonstration starts with them."""

from collections import Counter

from flask import Flask
from seeded import seeded_app, seeded_sqlite
from sqlalchemy import func, select

from portal.core.database import db
from portal.needs import queries
from portal.needs.models import Intake, NeedsStatement, StatementNumber, StatementState
from portal.outbox.models import OutboxMessage

__all__ = ["seeded_app", "seeded_sqlite"]


def test_every_state_is_lived_in_and_nobody_is_mailed(seeded_app: Flask) -> None:
    rows = db.session.scalars(select(NeedsStatement)).all()
    assert len(rows) == 29
    assert set(StatementState) == {row.state for row in rows}
    assert all(row.is_demo for row in rows)
    counted = Counter(row.state for row in rows)
    assert (counted[StatementState.DRAFT], counted[StatementState.MERGED]) == (2, 3)
    sent = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind.startswith("needs."))
    assert db.session.scalar(sent) == 0
    for row in rows:
        moments = [step.created_at for step in row.steps]
        assert moments == sorted(moments)
        decided = row.state not in {StatementState.DRAFT, StatementState.SUBMITTED, StatementState.IN_REVIEW,
                                    StatementState.QUERY}  # fmt: skip
        assert bool(row.answers) is decided, row.title


def test_origins_numbers_and_codes_are_as_told(seeded_app: Flask) -> None:
    bus = queries.tracked("beispiel 0001")
    assert bus.title == "Abends fährt kein Bus in die Ortsteile"
    assert bus.intake is Intake.MINUTES
    assert [support.organisation.name for support in bus.supports] == ["Verwaltung Sinsheim (Beispielrolle)"]
    assert [one.organisation.name for one in queries.merged_here(bus)] == [
        "Bürgerbus-Initiative Grüner Faden (Beispiel)"
    ]
    official = db.session.scalars(select(StatementNumber).where(StatementNumber.is_official)).all()
    assert sorted(one.value_text for one in official) == ["14,2\u00a0Min.", "37,5\u00a0%", "66,0\u00a0%"]
    made = [row for row in db.session.scalars(select(NeedsStatement)) if row.origin_stem]
    assert len(made) == 12


def test_voices_of_the_story(seeded_app: Flask) -> None:
    voices = {voice.title: voice for voice in queries.voices()}
    assert len(voices) == 22
    assert "Letzter Bus fährt zu früh" not in voices
    assert len(voices["Abends fährt kein Bus in die Ortsteile"].speakers) == 3
    debts = voices["Mehr Zeiten für Schuldnerberatung"].speakers
    assert len({speaker.umbrella for speaker in debts}) == 1
