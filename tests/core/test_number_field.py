"""Numbers as people type them into forms: read, or asked back, never guessed; messages in the page's language."""

import ast
import inspect
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.fields import choices, datetime, numeric
from wtforms.validators import Length

from portal.core.forms import MESSAGES, GermanNumberField
from portal.core.forms import Form as PortalForm


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


def test_a_choice_that_is_not_offered_is_refused_in_german(app: Flask) -> None:
    class Chosen(PortalForm):
        one = SelectField(choices=[SelectChoice("a", "A")])
        several = SelectMultipleField(choices=[SelectChoice("a", "A")])
        numbered = SelectMultipleField(choices=[SelectChoice(1, "A")], coerce=int)
        either = RadioField(choices=[SelectChoice("a", "A")])

    typed = {"one": "nixda", "several": ["nixda", "weg"], "numbered": "x", "either": "nixda"}
    with app.test_request_context(method="POST", data=typed):
        form = Chosen(meta={"csrf": False})
        assert not form.validate()
        assert form.one.errors == form.either.errors == ["Bitte wählen Sie einen Eintrag aus der Liste."]
        assert form.several.errors == form.numbered.errors == ["Bitte wählen Sie nur aus, was hier steht."]


@pytest.mark.parametrize("module", [choices, numeric, datetime])
def test_every_message_of_the_library_s_fields_has_our_words(module: ModuleType) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("gettext")
    ]
    said = {one.value for call in calls for one in call.args if isinstance(one, ast.Constant)}
    # A mistake of the programmer, and a field that no form has.
    assert said - {"Choices cannot be None.", "Not a valid week value."} <= MESSAGES.keys()
