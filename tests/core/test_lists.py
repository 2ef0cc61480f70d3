"""Lists by the address alone: how many rows a page has, and what a misspelt search meant."""

import pytest
from flask import Flask
from sqlalchemy import event as sql_event
from sqlalchemy import select

from portal.core import tables
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.tables import Listing, listing
from portal.core.transaction import transaction
from portal.stakeholders import services
from portal.stakeholders.models import Organisation, OrganisationKind


def make(*names: str, kind: OrganisationKind = OrganisationKind.INITIATIVE) -> None:
    with transaction():
        for name in names:
            services.create_organisation(name, kind, actor=SYSTEM)


def look(page_size: int | None = 50, **arguments: str) -> Listing[Organisation]:
    return listing(
        select(Organisation),
        arguments,
        path="/liste",
        sorts={"name": (Organisation.sort_key, Organisation.id)},
        default_sort="name",
        search=Organisation.search_key,
        names=Organisation.name,
        filters=[
            tables.Filter(
                "art",
                "Art",
                [("", "alle"), *OrganisationKind.choices()],
                lambda value: Organisation.kind == OrganisationKind(value),
            )
        ],
        page_size=page_size,
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plege", "Pflege"),
        ("buergerbus", "Bürgerbus"),
        ("Jugnd", "Jugendhilfe"),
        ("Wolkenbot-Jugend", "Wolkenboot Jugend"),
        ("hilff", "Jugendhilfe"),
        ("pflege sonenblume", "pflege Sonnenblume"),
        ("xyzzy", ""),
        ("?!", ""),
    ],
)
def test_a_misspelt_search_gets_a_suggestion_that_finds_something(app: Flask, typed: str, meant: str) -> None:
    make("Pflege Sonnenblume gGmbH", "Bürgerbus Nord", "Jugendhilfe Wolkenboot")
    found = look(suche=typed)
    assert found.meant == meant
    if meant:
        assert look(suche=found.meant).count == 1
        assert found.meant_url.startswith("/liste?suche=")


def test_a_suggestion_keeps_to_the_other_filters(app: Flask) -> None:
    make("Pflege Sonnenblume", kind=OrganisationKind.SCHOOL)
    assert look(suche="plege", art="school").meant == "Pflege"
    assert look(suche="plege", art="initiative").meant == ""


def test_what_finds_something_is_not_second_guessed(app: Flask) -> None:
    make("Pflege Sonnenblume", "Plege")
    assert look(suche="plege").meant == ""


def test_a_suggestion_costs_the_same_whatever_the_number_of_names(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_NAMES_COMPARED", 3)
    make(*(f"Haus {n}" for n in range(9)))
    asked: list[str] = []
    engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sql_event.listen(engine, "before_cursor_execute", note)
    try:
        look(suche="hauz")
    finally:
        sql_event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in asked if one.startswith("SELECT")]) <= 5


def test_a_page_has_as_many_rows_as_were_asked_for_of_those_offered(app: Flask) -> None:
    make(*(f"Haus {n:03}" for n in range(60)))
    assert (look().pages, look().page_size, len(look().rows)) == (2, 50, 50)
    small = look(anzahl="25", seite="2")
    assert (small.pages, small.first, small.last) == (3, 26, 50)
    assert "anzahl=25" in small.page_url(3)
    assert "anzahl=25" in small.sort_url("name")
    assert ("anzahl", "25") in small.hidden
    assert look(anzahl="100").pages == 1
    for odd in ("1000000", "0", "-5", "abc", "26", ""):
        assert look(anzahl=odd).page_size == 50
    assert [size for size, _url in look().sizes] == [25, 50, 100]
    assert [size for size, url in look().sizes if not url] == [50]
    assert [size for size, _url in look(page_size=30).sizes] == [30, 50, 100]
    assert look(page_size=None, anzahl="25").rows[59:]
    assert look(suche="Haus 01").sizes == []
