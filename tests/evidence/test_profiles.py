"""Profiles: page and PDF say the same, internal figures are for staff, sources and the mark of examples are there."""

import io
import re
from dataclasses import replace

from flask import Flask
from markup import check_page
from pypdf import PdfReader

from portal.areas import queries as areas
from portal.core.actor import ANONYMOUS
from portal.home import profiles
from portal.indicators import queries as indicators
from portal.indicators.models import Visibility

BASE = "http://portal.example"


def test_page_and_pdf_of_a_planning_area(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    page = client.get("/planungsraeume/sinsheim/steckbrief", base_url=BASE)
    check_page(page.text)
    answer = client.get("/planungsraeume/sinsheim/steckbrief.pdf", base_url=BASE)
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    text = " ".join(" ".join(part.extract_text().split()) for part in reader.pages)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Steckbrief: Planungsraum Sinsheim"
    for words in ("80.428", "Beispielzuordnung", "Demodaten – frei erfunden", "begründet Kürzungen", "Quellen"):
        assert words in text, words
        assert words in page.text, words
    assert "/planungsraeume/sinsheim/steckbrief" in client.get("/planungsraeume/sinsheim", base_url=BASE).text
    english = client.get("/planungsraeume/sinsheim/steckbrief?sprache=en", base_url=BASE)
    assert english.status_code == 200


def test_a_municipality_and_who_sees_what(seeded_app: Flask) -> None:
    page = seeded_app.test_client().get("/gemeinden/sinsheim/steckbrief", base_url=BASE)
    check_page(page.text)
    figures = indicators.county_figures(ANONYMOUS)
    composition = figures.composition
    area = composition.planning_areas[0]
    key, one = next((key, one) for key, one in figures.indicators.items() if one.areas.get(area.id))
    internal = replace(one, indicator=replace(one.indicator, visibility=Visibility.INTERNAL))
    everything = replace(figures, indicators={**figures.indicators, key: internal})
    drawing = areas.map_of(composition.county)
    rows = [row for _topic, found in profiles.profile(area, everything, drawing).topics for row in found]
    assert [row.name for row in rows if row.internal] == [one.indicator.name]
    public = [row for _topic, found in profiles.profile(area, everything.public(), drawing).topics for row in found]
    assert one.indicator.name not in {row.name for row in public}


def test_every_figure_of_a_profile_leads_to_a_numbered_source(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    for path in ("/planungsraeume/sinsheim/steckbrief", "/gemeinden/sinsheim/steckbrief"):
        page = " ".join(client.get(path, base_url=BASE).text.replace("\u00a0", " ").split())
        listed = re.findall(r"<li[^>]*>(?:<span[^>]*>)?\[(\d+)\] [^<]+", page)
        assert listed == [str(number) for number in range(1, len(listed) + 1)]
        assert len(listed) > 5
        reader = PdfReader(io.BytesIO(client.get(f"{path}.pdf", base_url=BASE).data))
        printed = " ".join(" ".join(part.extract_text().split()) for part in reader.pages)
        named = {number for group in re.findall(r"\[(\d+(?:, \d+)*)\]", printed) for number in group.split(", ")}
        assert named == set(listed)
    figures = indicators.county_figures(ANONYMOUS)
    composition = figures.composition
    found = profiles.profile(composition.planning_areas[0], figures, areas.map_of(composition.county))
    rows = [row for _topic, group in found.topics for row in group]
    for row in rows:
        one = next(one for one in figures.indicators.values() if one.indicator.name == row.name)
        for number in row.reference.strip("[]").split(", "):
            line = found.sources[int(number) - 1]
            assert line.removeprefix(f"[{number}] ") in {source.text for source in one.sources}, row.name
    assert all("[" in note for _term, _value, note in found.facts)
