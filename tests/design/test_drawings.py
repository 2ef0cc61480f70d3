"""Drawn signs and figures stand where their values say."""

from xml.etree import ElementTree

from design_pages import SVG, classes, fragment, text
from flask import Flask

from portal.core.formats import number
from portal.home.gallery import specimens as gallery
from portal.indicators.charts.strips import Strip, strip


def test_the_glyph_says_in_shape_what_the_word_says(page: Flask) -> None:
    source = '{% import "ui/states.html" as s %}{{ s.assessment(key, "Wort", voices=voices, figures=figures) }}'
    cases = {
        ("confirmed", None, None): ("on", "on", 0),
        ("felt_only", None, None): ("on", "off", 0),
        ("hidden", None, None): ("off", "on", 0),
        ("unremarkable", None, None): ("off", "off", 0),
        ("no_data", None, None): ("gone", "gone", 2),
        ("no_data", "named", "none"): ("on", "gone", 1),
        ("no_data", "not_asked", "conspicuous"): ("gone", "on", 1),
        ("no_data", "asked", "unusable"): ("off", "gone", 1),
    }
    for (key, voices, figures), expected in cases.items():
        root = fragment(source, key=key, voices=voices, figures=figures)
        circle, square = next(root.iter(f"{{{SVG}}}circle")), next(root.iter(f"{{{SVG}}}rect"))
        strokes = len(list(root.iter(f"{{{SVG}}}path")))
        assert (circle.get("class"), square.get("class"), strokes) == expected
        assert text(root).endswith("Wort")


def test_a_state_takes_its_word_and_look_from_the_member(page: Flask) -> None:
    source = '{% import "ui/states.html" as s %}{{ s.state(member) }}'
    badge = next(e for e in fragment(source, member=gallery.STATES[2]).iter("span"))
    assert classes(badge) == {"state", "state-ok"}
    assert text(badge) == "freigegeben"


def _drawn(call: str, drawn: Strip) -> ElementTree.Element:
    return fragment('{% import "ui/figures.html" as f %}{{ f.' + call + " }}", s=drawn)


def test_the_strip_puts_values_in_their_place(page: Flask) -> None:
    drawn = strip(6, county=12, members={"a": 3, "b": 18, "c": 24}, write=number, common=[0])
    root = _drawn('strip(s, "Wörter")', drawn)
    svg = next(root.iter(f"{{{SVG}}}svg"))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Wörter")
    assert [e.get("x") for e in svg.iter(f"{{{SVG}}}svg")][1:] == [drawn.value_at]
    lines = [(e.get("class"), e.get("x1")) for e in svg.iter(f"{{{SVG}}}line")]
    assert ("ref", drawn.county_at) in lines
    assert [x for name, x in lines if name == "member"] == [mark.at for mark in drawn.members]


def test_a_strip_beside_words_is_silent_and_without_strokes(page: Flask) -> None:
    drawn = strip(6, county=None, members={"a": 3, "b": 18}, write=number)
    svg = next(_drawn("strip(s)", drawn).iter(f"{{{SVG}}}svg"))
    assert (svg.get("role"), svg.get("aria-hidden")) == (None, "true")
    assert [e.get("class") for e in svg.iter(f"{{{SVG}}}line")] == ["axis", "range"]


def test_a_gap_interrupts_the_trend(tree: ElementTree.Element) -> None:
    trend = next(e for e in tree.iter(f"{{{SVG}}}svg") if "trend" in classes(e))
    assert len([e for e in trend.iter(f"{{{SVG}}}path") if e.get("class") == "point"]) == 4
    assert len([e for e in trend.iter(f"{{{SVG}}}line") if e.get("class") == "course"]) == 2


def test_areas_on_the_map_are_links_with_values_in_words(tree: ElementTree.Element) -> None:
    drawn = next(e for e in tree.iter(f"{{{SVG}}}svg") if "map" in classes(e))
    assert drawn.get("aria-label")
    links = list(drawn.iter(f"{{{SVG}}}a"))
    assert len(links) == 7
    for link in links:
        assert text(next(link.iter(f"{{{SVG}}}title")))
    assert [link.get("aria-current") for link in links].count("true") == 1
