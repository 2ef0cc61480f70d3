"""The municipality register (GV100AD): read strictly, refused by row, column and reason."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_samples import DAY, OFFICE_LINES, line, municipality_line, records, register

from portal.areas.imports.register import looks_like_register, read_register
from portal.areas.seeding.files import read_municipalities
from portal.config import SEEDS
from portal.core.refusals import ImportRefused

SEEDS_BY_KEY = {seed.ags: seed for seed in read_municipalities(SEEDS)}
OWN = [seed for seed in SEEDS_BY_KEY.values() if seed.county_ags == "08226"]


def refusals(raw: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ImportRefused) as caught:
        read_register(raw)
    return [(cell.row, str(cell.column), str(cell.reason)) for cell in caught.value.refusals]


def test_lines_of_the_office_are_read() -> None:
    found = read_register(register(OFFICE_LINES, end="\n"))
    assert (found.encoding, found.territorial_date) == ("utf-8", date(2021, 11, 30))
    assert found.counties == {"01001": "Flensburg, Stadt"}
    assert found.associations == {}
    place = found.municipalities["01001000"]
    assert (place.name, place.short_name, place.type_name) == ("Flensburg, Stadt", "Flensburg", "Kreisfreie Stadt")
    assert (place.people, place.male, place.square_km, place.postcode) == (89934, 44797, 56.73, "24937")
    assert (place.regional_key, place.association) == ("010010000000", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_every_shipped_municipality_comes_back(encoding: str) -> None:
    raw = register(records(), encoding=encoding)
    assert looks_like_register(raw)
    found = read_register(raw)
    assert found.encoding == ("windows-1252" if encoding == "iso-8859-1" else "utf-8")
    assert found.municipalities.keys() == SEEDS_BY_KEY.keys()
    for key, seed in SEEDS_BY_KEY.items():
        place = found.municipalities[key]
        assert (place.name, place.short_name, place.regional_key) == (seed.name, seed.name_short, seed.ars)
        assert (place.people, place.male, place.type_name) == (
            seed.population_2022, seed.population_male_2022, seed.type,
        )  # fmt: skip
        assert place.square_km == pytest.approx(seed.area_km2)
        assert place.association == seed.association_ars
    assert len(found.of_county("08226")) == 54


def test_land_without_a_municipality_is_no_municipality() -> None:
    lines = records(OWN)
    forest = line("60", "08226999", "9999", "Großer Wald, gemfr. Gebiet", day=DAY, rest="66    " + "0" * 33)
    lines.insert(2, line("50", "08226", "9999", "Großer Wald, gemfr. Gebiet", day=DAY, rest="50"))
    found = read_register(register([*lines, forest]))
    assert "08226999" in found.municipalities
    assert len(found.of_county("08226")) == 54


def changed(old: str, new: str, *, kind: str = "60") -> bytes:
    """The own county's file with one piece of its first record of a kind replaced."""
    lines = records(OWN)
    number = next(number for number, text in enumerate(lines) if text.startswith(kind))
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    return register(lines)


first = municipality_line(OWN[0])


@pytest.mark.parametrize(
    ("damage", "column", "reason"),
    [
        (lambda: changed("60202506", "70202506"), "Satzart (1–2)", "keine bekannte Satzart"),
        (lambda: changed("60202506", "61202506"), "Satzart (1–2)", "GV100NAD"),
        (lambda: changed("60202506", "60202513"), "Gebietsstand (3–10)", "ist kein Tag"),
        (lambda: changed("60202506", "60202505"), "Gebietsstand (3–10)", "ein anderer als in den Zeilen davor"),
        (lambda: changed("08226003", "0822600A"), "Schlüssel (11–22)", "acht und vier Ziffern"),
        (lambda: changed("08226003", "08227003"), "Schlüssel (11–22)", "Kreis 08227 steht nicht davor"),
        (lambda: changed("082260035004", "082260035999"), "Schlüssel (11–22)", "082265999 steht nicht davor"),
        (lambda: changed("Altlußheim", " " * 10), "Name (23–72)", "Der Name fehlt"),
        (lambda: changed("64    ", "99    "), "Textkennzeichen (123–124)", "kein Textkennzeichen"),
        (lambda: changed("00000001596", "0000000159x"), "Fläche (129–139)", "keine Zahl mit elf Stellen"),
        (lambda: changed("00000006315", "     6315  "), "Bevölkerung (140–150)", "keine Zahl mit elf Stellen"),
        (lambda: changed("00000003164", "00000009999"), "Bevölkerung männlich (151–161)", "mehr Männer als Menschen"),
        (lambda: changed("68804", "6880a"), "Postleitzahl (166–170)", "keine Postleitzahl"),
        (lambda: changed("Altlußheim", "Altlußheim, Stadt am Rhein"), "Datei", "Zeichen"),
        (lambda: register([*records(OWN), first]), "Schlüssel (11–22)", "kommt zweimal vor"),
        (lambda: register(records(OWN)[:-40]), "Schlüssel (11–22)", "fehlt das Ende der Datei"),
        (lambda: register(records(OWN)[:2]), "Datei", "keine Gemeinden"),
        (lambda: b"\x00" + register(records(OWN)), "Datei", "keine Textdatei"),
        (lambda: register(records(OWN))[:3000] + b"\x81\xff" + register(records(OWN))[3000:], "Datei", "Zeichensatz"),
    ],
)  # fmt: skip
def test_damage_is_named(damage: Callable[[], bytes], column: str, reason: str) -> None:
    row, found, words = refusals(damage())[0]
    assert row >= 1
    assert found == column
    assert reason in words


def test_text_read_in_the_wrong_charset_does_not_fit_its_width() -> None:
    wrong = register(records(OWN)).decode("cp1252").encode("utf-8")
    assert any("Zeichen" in reason for _row, _column, reason in refusals(wrong))


@settings(deadline=None, max_examples=40)
@given(end=st.integers(min_value=1, max_value=len(register(records(OWN))) - 62))
def test_a_file_cut_anywhere_is_refused(end: int) -> None:
    """Behind the last postcode nothing is read that a cut could damage."""
    with pytest.raises(ImportRefused):
        read_register(register(records(OWN))[:end])
