"""Long compounds part at their seams, and only there."""

import pytest
from markupsafe import Markup

from portal.core.seams import parted, place_parted, stroked


@pytest.mark.parametrize(
    ("word", "seams"),
    [
        ("Kinderbetreuungseinrichtungen", "Kinderbetreuungs|einrichtungen"),
        ("Bevölkerungsvorausberechnung", "Bevölkerungs|vorausberechnung"),
        ("Planungsraumkonferenzenübersicht", "Planungs|raum|konferenzenübersicht"),
        ("Gesundheitsversorgungszentrum", "Gesundheits|versorgungs|zentrum"),
        ("Planungsraumkonferenz", "Planungsraumkonferenz"),  # fits everywhere
        ("Abends fährt kein Bus in die Ortsteile", "Abends fährt kein Bus in die Ortsteile"),
    ],
)
def test_long_compounds_part_at_their_seams(word: str, seams: str) -> None:
    assert parted(word).replace("\u00ad", "|") == seams


@pytest.mark.parametrize(
    ("name", "seams"),
    [
        ("Heiligkreuzsteinach", "Heiligkreuz|steinach"),
        ("Neckarbischofsheim", "Neckarbischofs|heim"),
        ("Planungsraum Sinsheim", "Planungs|raum Sinsheim"),
        ("Neckargemünd/Eberbach", "Neckar|gemünd/Eberbach"),
        ("Helmstadt-Bargen", "Helmstadt-Bargen"),
        ("Sinsheim", "Sinsheim"),  # short enough
        ("Heidelbergerinnen", "Heidelbergerinnen"),  # no name of a place
    ],
)
def test_names_of_places_part_before_their_last_part(name: str, seams: str) -> None:
    assert place_parted(name).replace("\u00ad", "|") == seams


def test_markup_stays_markup_and_text_stays_text() -> None:
    assert isinstance(parted(Markup("<b>x</b>")), Markup)
    assert not isinstance(parted("<b>"), Markup)


def test_two_towns_part_behind_their_stroke() -> None:
    assert stroked("Wiesloch/Leimen") == Markup("Wiesloch/<wbr>Leimen")
    assert stroked("<a/b>") == "&lt;a/<wbr>b&gt;"
    assert stroked(Markup("<b>x</b>")) == "<b>x</b>"
