"""Drawn signs and figures stand where their values say."""

from xml.etree import ElementTree

from design_pages import SVG, classes, fragment, text
from flask import Flask

from portal.home import gallery


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


def test_the_strip_puts_values_in_their_place(page: Flask) -> None:
    source = '{% import "ui/figures.html" as f %}{{ f.strip(6, 12, [3, 18, 40], 0, 24, "Wörter") }}'
    root = fragment(source)
    svg = next(root.iter(f"{{{SVG}}}svg"))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Wörter")
    assert [e.get("x") for e in svg.iter(f"{{{SVG}}}svg")][1:] == ["25.0%"]
    lines = [(e.get("class"), e.get("x1")) for e in svg.iter(f"{{{SVG}}}line")]
    assert ("ref", "50.0%") in lines
    assert [x for name, x in lines if name == "member"] == ["12.5%", "75.0%", "100%"]


def test_the_strip_does_without_mean_reference_and_spread(page: Flask) -> None:
    source = '{% import "ui/figures.html" as f %}{{ f.strip(none, none, [], 5, 5, "leer") }}'
    assert [e.get("class") for e in fragment(source).iter(f"{{{SVG}}}line")] == ["axis"]


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
