"""Numbers as people type them into forms: read, or asked back, never guessed."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.validators import Length

from portal.core.forms import Form as PortalForm
from portal.core.forms import GermanNumberField


class _Typed(Form):
    number = GermanNumberField()


def _read(text: str) -> _Typed:
    form = _Typed(MultiDict({"number": text}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,5", 12.5), ("12.5", 12.5), ("1.250,5", 1250.5), ("1.250.000", 1_250_000),
        ("0.250", 0.25), ("0,250", 0.25),
        ("1250", 1250), ("-3,5", -3.5), ("\u22123,5", -3.5), ("1 250,5", 1250.5), ("1\u202f250", 1250),
        ("1.2345", 1.2345),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written_here(app: Flask, typed: str, number: float) -> None:
    with app.test_request_context():
        form = _read(typed)
    assert form.number.errors == []
    assert form.number.data == number


@pytest.mark.parametrize(
    "typed", ["1.2,5", "12.50,5", "1,250,000", "nan", "inf", "-inf", "1e999", "zwölf", "1.2.3", ","]
)
def test_what_is_no_number_is_refused(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = _read(typed)
    assert form.number.data is None
    assert len(form.number.errors) == 1


def test_what_can_be_read_in_two_ways_is_asked_back(app: Flask) -> None:
    with app.test_request_context():
        form = _read("1.250")
        assert "1250 oder 1,250" in str(form.number.errors[0])
    assert form.number.data is None


def test_a_length_is_refused_in_german(app: Flask) -> None:
    class Named(PortalForm):
        name = StringField(validators=[Length(max=3)])

    with app.test_request_context(method="POST", data={"name": "Sinsheim"}):
        form = Named(meta={"csrf": False})
        assert not form.validate()
        assert form.name.errors == ["Bitte kürzen Sie das auf 3 Zeichen."]
