"""Days as people type them into forms, beside what browsers send."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from portal.core.forms import Form, GermanDateField


class _Typed(Form):
    class Meta(Form.Meta):
        csrf = False

    day = GermanDateField("Ab Tag", validators=[InputRequired()])


def _read(text: str) -> _Typed:
    form = _Typed(MultiDict({"day": text}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-01-15", date(2027, 1, 15)), ("15.01.2027", date(2027, 1, 15)), ("1.2.2027", date(2027, 2, 1)),
        (" 1. 2. 2027 ", date(2027, 2, 1)),
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_written_here(app: Flask, typed: str, day: date) -> None:
    with app.test_request_context():
        form = _read(typed)
        assert form.errors == {}
        assert form.day.data == day
        # the field of a browser shows this form only
        assert f'value="{day.isoformat()}"' in form.day()


@pytest.mark.parametrize("typed", ["31.02.2027", "15.1.27", "01/15/2027", "morgen", "15.01."])
def test_what_is_no_day_is_refused_and_shown_as_it_was_typed(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = _read(typed)
        assert form.day.data is None
        assert len(form.day.errors) == 1
        assert typed in form.day.errors[0]
        assert typed in form.day()


def test_an_empty_day_is_asked_for(app: Flask) -> None:
    with app.test_request_context():
        assert list(_read("").errors) == ["day"]
