"""Letters with gaps: made once, filled in for each, the same words as a letter of one's own."""

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.prepared import slot
from portal.core.transaction import transaction
from portal.outbox import letters, patterns
from portal.outbox.letters import Action, Facts, Letter
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings

URL = "http://portal.example/einladung/abc?weg=mail&sprache=de"
EVIL = '</p><script>alert(1)</script>\r\nBcc: alle@verein.example "Ö"'


def made(organisation: str, link: str) -> Letter:
    return Letter(
        subject="Ihre Zusage: Konferenz & mehr",
        body=["Ihre Zusage ist da.", Facts([("Wer", organisation)]), Action("Ändern", link)],
        why=f"Eingeladen ist „{organisation}“.",
    )


class Maker:
    """Counts how often a letter had to be made."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Letter:
        self.times += 1
        return made(slot("organisation"), slot("link"))


def post(make: Maker, *, number: int, organisation: str = "Verein", name: str = "Ada Müller", key: int = 1) -> None:
    with transaction():
        patterns.post(
            key, make, gaps={"organisation": organisation, "link": URL}, kind="note", occasion=f"note:{number}",
            recipient="ada@verein.example", recipient_name=name,
        )  # fmt: skip


def newest() -> OutboxMessage:
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()


@pytest.mark.parametrize("name", ["Ada Müller", ""])
def test_filled_in_it_is_the_letter_one_would_have_written(app: Flask, name: str) -> None:
    make = Maker()
    for number, organisation in enumerate(("Verein & Söhne <e. V.>", "Anderer Verein")):
        post(make, number=number, organisation=organisation, name=name)
        message = newest()
        written = letters.write(made(organisation, URL), recipient_name=name)
        assert (message.text, message.html) == (written.text.rstrip("\n"), written.html)
        assert (message.subject, message.recipient_name) == ("Ihre Zusage: Konferenz & mehr", name)
    assert make.times == 1


def test_nothing_typed_breaks_out_of_its_gap(app: Flask) -> None:
    post(Maker(), number=1, organisation=EVIL, name=EVIL.partition("\r")[0])
    message = newest()
    assert message.html is not None
    assert "<script>" not in message.html
    assert "\nBcc:" not in message.text


def test_another_key_language_or_setting_makes_it_anew(app: Flask) -> None:
    make = Maker()
    post(make, number=1)
    post(make, number=2, key=2)
    with force_locale("en"):
        post(make, number=3, key=2)
    assert make.times == 3
    with transaction():
        settings.put("site.office_unit", "Stabsstelle", actor=SYSTEM)
    post(make, number=4, key=2)
    assert make.times == 4
    assert "Stabsstelle" in newest().text
