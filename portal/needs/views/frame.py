"""The blueprint, and how its pages are made."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from portal.needs import parameters

blueprint = Blueprint("needs", __name__)


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page in the working area for staff, in the public layout for all others."""
    content = render_template(f"needs/{template}.html", disclaimer=parameters.disclaimer(), **context)
    return make_response(content, status)
