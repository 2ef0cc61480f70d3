"""The macros keep what they promise: wiring of labels, hints and errors, ids, no inline style or script."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

from design_pages import CONTROLS, SVG, by_id, classes, fragment, text
from flask import Flask, render_template_string

from portal.config import STATIC, TEMPLATES
from portal.home.gallery import specimens as gallery
from portal.home.gallery.forms import fresh_form


def test_the_gallery_shows_every_specimen_file(whole: str) -> None:
    names = {specimen.name for section in gallery.SECTIONS for specimen in section.specimens}
    assert names == {path.stem for path in (TEMPLATES / "design" / "specimens").glob("*.html")}
    for name in names:
        assert f'id="muster-{name}"' in whole


def test_every_public_macro_is_shown_in_the_gallery() -> None:
    everywhere = "".join(
        path.read_text() for folder in ("design", "layout", "ui") for path in (TEMPLATES / folder).rglob("*.html")
    )
    for path in (TEMPLATES / "ui").glob("*.html"):
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text()):
            calls = re.findall(rf"(?<!macro )\b{name}\(", re.sub(r"{#.*?#}", "", everywhere, flags=re.S))
            assert calls, f"{path.name}: {name} is nowhere shown"
            assert re.search(rf"^  {name}\(", path.read_text(), re.M), f"{path.name}: {name} is not in the header"


def test_ids_are_unique(tree: ElementTree.Element) -> None:
    counted = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [id_ for id_, n in counted.items() if n > 1] == []


def test_everything_referred_to_exists(tree: ElementTree.Element) -> None:
    ids = {element.get("id") for element in tree.iter()}
    for element in tree.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "list", "popovertarget"):
            for id_ in (element.get(attribute) or "").split():
                assert id_ in ids, f"{attribute}={id_}"
        href = element.get("href") or ""
        if href.startswith("#") and len(href) > 1:
            assert href[1:] in ids, href


def test_every_control_has_a_name_for_screen_readers(tree: ElementTree.Element) -> None:
    labelled = {label.get("for") for label in tree.iter("label")}
    for element in tree.iter():
        if element.tag in CONTROLS and element.get("type") != "hidden":
            assert element.get("id") in labelled or element.get("aria-label"), ElementTree.tostring(element)


def test_nothing_is_inline(tree: ElementTree.Element) -> None:
    for element in tree.iter():
        assert element.tag != "style"
        assert element.tag != "script" or (element.get("src") and not (element.text or "").strip())
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert not value.startswith(("data:", "javascript:"))


def test_headings_come_in_order(tree: ElementTree.Element) -> None:
    levels = [int(e.tag[1]) for e in tree.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    assert levels.count(1) == 1
    main = next(tree.iter("main"))
    inside = [int(e.tag[1]) for e in main.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    assert inside[0] == 1
    for before, after in pairwise(inside):
        assert after <= before + 1


def test_every_post_form_carries_a_token(tree: ElementTree.Element) -> None:
    forms = [form for form in tree.iter("form") if form.get("method") == "post"]
    assert len(forms) >= 4
    for form in forms:
        tokens = [i for i in form.iter("input") if i.get("name") == "csrf_token"]
        assert len(tokens) == 1
        assert tokens[0].get("id") is None
        assert len(tokens[0].get("value") or "") > 20


def test_icons_exist_and_the_gallery_lists_all(whole: str) -> None:
    sprite = ElementTree.parse(STATIC / "icons" / "sprite.svg").getroot()
    drawn = {symbol.get("id") for symbol in sprite.iter(f"{{{SVG}}}symbol")}
    assert {f"i-{name}" for name in gallery.ICONS} == drawn
    assert set(re.findall(r"#(i-[\w-]+)\"", whole)) <= drawn
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    for name in re.findall(r"\bicon\('([\w-]+)'", sources) + re.findall(r"icon_name='([\w-]+)'", sources):
        assert f"i-{name}" in drawn, name


def test_icons_are_silent_and_never_alone(tree: ElementTree.Element) -> None:
    for element in tree.iter():
        if element.tag in {"a", "button"}:
            assert text(element), ElementTree.tostring(element)
    for svg in tree.iter(f"{{{SVG}}}svg"):
        if "icon" in classes(svg):
            assert svg.get("aria-hidden") == "true"


def test_a_field_comes_as_label_hint_error_control(tree: ElementTree.Element) -> None:
    block = next(
        e for e in tree.iter("div") if "has-error" in classes(e) and any(i.get("id") == "faulty-email" for i in e)
    )
    order = [(child.tag, child.get("id")) for child in block]
    assert order == [
        ("label", None), ("p", "faulty-email-hint"), ("p", "faulty-email-error"), ("input", "faulty-email"),
    ]  # fmt: skip


def test_hint_and_error_are_tied_to_the_field(tree: ElementTree.Element) -> None:
    refused = by_id(tree, "faulty-email")
    assert refused.get("aria-describedby") == "faulty-email-hint faulty-email-error"
    assert refused.get("aria-invalid") == "true"
    assert refused.get("value") == "sozialplanung(at)landkreis"
    fresh = by_id(tree, "title")
    assert fresh.get("aria-describedby") == "title-hint"
    assert fresh.get("aria-invalid") is None
    plain = by_id(tree, "day")
    assert plain.get("aria-describedby") is None


def test_groups_name_their_hint_and_error(tree: ElementTree.Element) -> None:
    by_first = {e.get("id"): fs for fs in tree.iter("fieldset") for e in fs.iter("input")}
    assert by_first["areas"].get("aria-describedby") == "areas-hint"
    assert by_first["faulty-areas"].get("aria-describedby") == "faulty-areas-error"
    assert text(by_first["faulty-quality"][0]) == "Wie gut erreichen Sie eine Hausarztpraxis?"
    checked = [e.get("value") for e in by_first["areas"].iter("input") if e.get("checked") is not None]
    assert checked == ["Sinsheim"]


def test_the_error_summary_leads_to_every_refused_field(tree: ElementTree.Element) -> None:
    summary = next(e for e in tree.iter("div") if "error-summary" in classes(e))
    form = gallery.faulty_form()
    refused = [f for f in form if f.errors]
    assert len(refused) >= 12
    assert text(summary[0]) == f"{len(refused)} Angaben passen noch nicht"
    links = {(a.get("href") or "")[1:]: text(a) for a in summary.iter("a")}
    assert set(links) == {f.id for f in refused}
    for id_ in links:
        assert by_id(tree, id_).tag in CONTROLS
    assert links["faulty-title"] == "Titel: Bitte füllen Sie dieses Feld aus."


def test_only_what_may_stay_empty_is_marked_optional(tree: ElementTree.Element) -> None:
    labels = {label.get("for"): text(label) for label in tree.iter("label")}
    assert labels["title"] == "Titel"
    assert labels["text"] == "Beschreibung (freiwillig)"
    assert labels["kind"] == "Art"  # a select always has a value
    assert labels["consent"].startswith("Ja, diese Angaben")
    legends = {text(fs[0]) for fs in tree.iter("fieldset")}
    assert {"Planungsräume", "Teilnahme"} <= legends


def test_a_refused_number_stays_to_be_seen(tree: ElementTree.Element) -> None:
    assert by_id(tree, "places").get("type") == "number"
    refused = by_id(tree, "faulty-places")
    assert (refused.get("type"), refused.get("value")) == ("text", "zwölf")


def test_every_kind_of_field_is_shown(tree: ElementTree.Element) -> None:
    kinds = {e.get("type") for e in tree.iter("input")}
    assert {
        "text", "email", "password", "number", "date", "time", "datetime-local", "checkbox", "radio", "file", "search",
        "tel", "url", "hidden",
    } <= kinds  # fmt: skip
    assert list(tree.iter("select"))
    assert list(tree.iter("textarea"))
    assert by_id(tree, "code").get("autocomplete") == "one-time-code"
    assert by_id(tree, by_id(tree, "topics").get("list") or "").tag == "datalist"


def test_a_form_with_a_file_is_sent_in_parts(tree: ElementTree.Element) -> None:
    for form in tree.iter("form"):
        if any(i.get("type") == "file" for i in form.iter("input")):
            assert form.get("enctype") == "multipart/form-data"


def test_a_form_that_fits_has_neither_summary_nor_prefix(page: Flask) -> None:
    source = '{% import "ui/forms.html" as forms %}[{{ forms.error_prefix(form) }}{{ forms.error_summary(form) }}]'
    assert render_template_string(source, form=fresh_form()) == "[]"
    assert render_template_string(source, form=gallery.faulty_form()).startswith("[Fehler: ")


def test_values_are_escaped(page: Flask) -> None:
    form = gallery.SpecimenForm(formdata=None, data={"title": '"><script>x</script>'}, meta={"csrf": False})
    root = fragment('{% import "ui/forms.html" as forms %}{{ forms.field(form.title, hint="<b>") }}', form=form)
    assert not list(root.iter("script"))
    assert by_id(root, "title").get("value") == '"><script>x</script>'
    assert text(by_id(root, "title-hint")) == "<b>"


def test_a_list_says_how_it_is_sorted_and_filtered(tree: ElementTree.Element) -> None:
    sorted_heads = [th for th in tree.iter("th") if th.get("aria-sort")]
    assert [(text(th), th.get("aria-sort")) for th in sorted_heads] == [("Name", "ascending")]
    query = by_id(tree, "filter-suche")
    assert (query.get("name"), query.get("value"), query.get("type")) == ("suche", "pflege", "search")
    chosen = [o.get("value") for o in by_id(tree, "filter-art").iter("option") if o.get("selected") is not None]
    assert chosen == ["traeger"]
    chips = [a for a in tree.iter("a") if "chip" in classes(a)]
    assert [text(a) for a in chips][:2] == ["„pflege“ entfernen", "Art: freier Träger entfernen"]
    form = next(f for f in tree.iter("form") if query in list(f.iter()))
    assert [(i.get("name"), i.get("value")) for i in form.iter("input") if i.get("type") == "hidden"] == [
        ("sortierung", "name")
    ]


def test_the_pager_shows_ends_neighbours_and_gaps(tree: ElementTree.Element) -> None:
    pager = next(ul for ul in tree.iter("ul") if "pager" in classes(ul))
    assert [text(li) for li in pager] == [
        "Zurück", "Seite 1", "Seite 2", "Seite 3", "Seite 4", "…", "Seite 10", "Weiter",
    ]  # fmt: skip
    current = [e for e in pager.iter() if e.get("aria-current")]
    assert [text(e) for e in current] == ["Seite 3"]


def test_a_list_without_rows_names_the_next_step(page: Flask) -> None:
    source = '{% import "ui/tables.html" as t %}{{ t.list_table(listing, label="Liste", columns=[]) }}'
    filtered = fragment(source, listing=gallery.NOTHING_FITS)
    assert "Alle Filter löschen" in text(filtered)
    bare = fragment(source, listing=gallery.NOTHING_THERE)
    assert "Alle Filter löschen" not in text(bare)
    assert not list(bare.iter("table"))


def test_long_lists_write_their_numbers_as_everywhere(page: Flask) -> None:
    listing = replace(gallery.FULL_LIST, count=4429, total=12000, page=1)
    source = (
        '{% import "ui/tables.html" as t %}<div>{{ t.list_head(listing, "Werte") }}{{ t.list_foot(listing) }}</div>'
    )
    written = text(fragment(source, listing=listing))
    assert "von 12.000" in written
    assert "1 bis 50 von 4.429" in written


def test_the_words_before_a_list_write_their_number_as_everywhere() -> None:
    heads = [
        (path, line)
        for path in TEMPLATES.rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "list_head(" in line and "listing.count" in line and path.parent.name != "ui"
    ]
    assert len(heads) > 10
    assert [path for path, line in heads if "count|number" not in line] == []
