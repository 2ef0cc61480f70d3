"""Names beside keys: what still is the same place, and what contradicts the key."""

import pytest

from portal.indicators.imports.area_names import NamedArea, check_names
from portal.indicators.imports.choices import ChoiceNeeded

KNOWN = {
    "08226085": ("Sinsheim", "Sinsheim, Stadt"),
    "08226054": ("Mühlhausen", "Mühlhausen"),
    "08226103": ("St. Leon-Rot", "St. Leon-Rot"),
    "08226036": ("Hirschberg an der Bergstraße",),
    "08226013": ("Neckarbischofsheim", "Neckarbischofsheim, Stadt"),
    "08226": ("Rhein-Neckar-Kreis", "Rhein-Neckar-Kreis, Landkreis"),
}


def named(key: str, name: str) -> NamedArea:
    return NamedArea(key, name, 4, "A", "Daten")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("08226085", "Sinsheim"),
        ("08226085", "SINSHEIM, STADT"),
        ("08226085", "Sinsheim, Große Kreisstadt"),
        ("08226085", "Große Kreisstadt Sinsheim"),
        ("08226085", "Sinsheim (Elsenz)"),
        ("08226054", "Muehlhausen"),
        ("08226054", "Mühlhausen (Kraichgau)"),
        ("08226103", "Sankt Leon-Rot"),
        ("08226", "Rhein-Neckar-Kreis"),
        ("08226", "Landkreis Rhein-Neckar"),
        ("08226000", "Rhein-Neckar-Kreis, Landkreis"),
        ("08226036", "Hirschberg a.d. Bergstr."),
        ("08226013", "Neckarbischofsheim"),
        ("08226013", ""),
        ("06440001", "Altenstadt"),
    ],
)
def test_other_spellings_and_unknown_keys_contradict_nothing(key: str, name: str) -> None:
    check_names([named(key, name)], KNOWN, {})


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("08226085", "Walldorf, Stadt"),
        ("08226054", "Stadt"),
        ("08226", "Landkreis Karlsruhe"),
        ("08226", "Neckar"),
        ("08226103", "Leon"),
        ("08226036", "Bergstraße"),
        ("08226013", "Neckar"),
        ("08226013", "Bischofsheim"),
    ],
)
def test_another_name_needs_somebody_who_says_that_the_key_counts(key: str, name: str) -> None:
    with pytest.raises(ChoiceNeeded) as raised:
        check_names([named(key, name)], KNOWN, {"name": "08226096"})
    assert [value for value, _label in raised.value.choice.options] == [key]
    assert raised.value.refusals[0].place == "Daten!A4"
    check_names([named(key, name)], KNOWN, {"name": key})
