"""An application with nothing but templates, and the gallery rendered by it once per module."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from design_pages import Acting, Person, context, parse
from flask import Flask, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from portal.config import TEMPLATES
from portal.core.formats import init_formats
from portal.home.gallery import specimens as gallery


@pytest.fixture(scope="module")
def page() -> Iterator[Flask]:
    """An application with nothing but templates: the design system must not need more."""
    app = Flask("design", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(SECRET_KEY="tests only, thirty-two characters", TESTING=True)
    Babel(app, default_locale="de")
    CSRFProtect(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static_url"] = lambda path: f"/static/{path}"
    init_formats(app)
    with app.test_request_context("/gestaltung"):
        yield app


@pytest.fixture(scope="module")
def whole(page: Flask) -> str:
    staff = Acting(user=Person(), is_staff=True, acting_for="Sozialplanung", may_switch=True)
    return render_template("design/gallery.html", **context(actor=staff), **gallery.samples())


@pytest.fixture(scope="module")
def tree(whole: str) -> ElementTree.Element:
    return parse(whole)
