"""Frames of pages: error pages without context, sign-in and sign-out, language, messages."""

from design_pages import Acting, Person, Site, by_id, classes, context, parse, text
from flask import Flask, flash, render_template_string

from portal.config import TEMPLATES


def test_errors_need_neither_context_nor_database(page: Flask) -> None:
    for path in sorted((TEMPLATES / "errors").glob("*.html")):
        html = page.jinja_env.get_template(f"errors/{path.name}").render(message="Die Einladung ist schon versandt.")
        root = parse(html)
        assert len(list(root.iter("h1"))) == 1, path.name
        assert any(a.get("href") == "/" and "button" in classes(a) for a in root.iter("a")), path.name
        assert root.get("lang") == "de"


def test_every_status_has_its_page() -> None:
    there = {path.stem for path in (TEMPLATES / "errors").glob("*.html")}
    assert {"400", "403", "404", "405", "413", "422", "429", "500", "csrf"} <= there


SAMPLE = """
{% extends "layout/public.html" %}
{% block title %}Seite{% endblock %}
{% block page_head %}<h1>Seite</h1>{% endblock %}
"""


def test_the_public_frame_offers_sign_in_and_marks_the_present_page(page: Flask) -> None:
    root = parse(render_template_string(SAMPLE, **context()))
    assert text(next(root.iter("title"))) == "Seite – Sozialplanung Musterkreis"
    assert [text(e) for e in root.iter("a") if e.get("aria-current") == "page"] == ["Start"]
    assert any(a.get("href") == "/anmelden" for a in root.iter("a"))
    assert not any(f.get("action") == "/abmelden" for f in root.iter("form"))
    assert not any("demo-band" in classes(e) for e in root.iter("aside"))
    assert by_id(root, "inhalt").tag == "main"
    first = next(a for a in root.iter("a"))
    assert first.get("href") == "#inhalt"


def test_whoever_is_signed_in_sees_for_whom_and_may_leave(page: Flask) -> None:
    actor = Acting(user=Person(), acting_for="Beispielstift", may_switch=True)
    root = parse(render_template_string(SAMPLE, **context(actor=actor, site=Site(demo=True))))
    out = next(f for f in root.iter("form") if f.get("action") == "/abmelden")
    assert out.get("method") == "post"
    assert [i.get("name") for i in out.iter("input")] == ["csrf_token"]
    assert "Sie handeln für Beispielstift" in text(root)
    assert any(a.get("href") == "/wechseln" for a in root.iter("a"))
    assert not any(a.get("href") in {"/anmelden", "/heute"} for a in root.iter("a"))
    assert any("demo-band" in classes(e) for e in root.iter("aside"))


def test_right_to_left_and_language_stand_on_the_root(page: Flask) -> None:
    root = parse(render_template_string(SAMPLE, **context(locale="ar", text_direction="rtl")))
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")


def test_messages_of_the_last_act_are_shown_once(page: Flask) -> None:
    with page.test_request_context("/"):
        flash("Gespeichert.", "ok")
        flash("Ohne Art.")
        root = parse(render_template_string(SAMPLE, **context()))
    notices = [e for e in root.iter("div") if e.get("role") == "status"]
    assert [(text(e), "notice-ok" in classes(e)) for e in notices] == [("Gespeichert.", True), ("Ohne Art.", False)]
