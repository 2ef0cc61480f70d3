"""Several rules asked at once: all that refuse are heard."""

import pytest
from flask import Flask
from wtforms import IntegerField, StringField, TimeField
from wtforms.validators import InputRequired, Optional

from portal.core.errors import Conflict, Refusal, Refusals, together
from portal.core.forms import Form


class _Sample(Form):
    name = StringField("Name", validators=[InputRequired()])
    seats = IntegerField("Plätze", validators=[Optional()])
    starts = TimeField("Beginn", validators=[InputRequired()])


def _refusing(message: str, field: str | None = None) -> object:
    raise Refusal(message, field=field)


def test_one_refusal_stays_what_it_is_and_several_come_together() -> None:
    together(lambda: None)
    with pytest.raises(Refusal) as one:
        together(lambda: None, lambda: _refusing("a", "name"))
    assert not isinstance(one.value, Refusals)
    with pytest.raises(Refusals) as several:
        together(lambda: together(lambda: _refusing("a", "name"), lambda: _refusing("b")), lambda: _refusing("c", "x"))
    assert [(found.message, found.field) for found in several.value.found] == [("a", "name"), ("b", None), ("c", "x")]
    assert (several.value.message, several.value.field) == ("a", "name")

    def differs() -> None:
        raise Conflict("anders")

    with pytest.raises(Conflict):
        together(lambda: _refusing("a"), differs)


def test_the_form_quotes_what_it_cannot_read_and_shows_every_refusal(app: Flask) -> None:
    typed = {"name": "", "seats": "zwölf", "starts": "x" * 60}
    with app.test_request_context("/", method="POST", data=typed, base_url="http://portal.example"):
        form = _Sample(meta={"csrf": False})
        assert not form.validate()
        assert form.seats.errors == ["„zwölf“ passt hier nicht. Bitte geben Sie eine ganze Zahl ein."]
        assert str(form.starts.errors[0]).startswith(f"„{'x' * 40}…“ passt hier nicht.")
        form.refuse_further(lambda: _refusing("zu viele", "seats"), lambda: _refusing("alles"))
        assert len(form.seats.errors) == 1, "nothing more is said of what cannot be read"
        assert form.form_errors == ["alles"]
    with app.test_request_context(
        "/", method="POST", data={"name": "a", "starts": ""}, base_url="http://portal.example"
    ):
        form = _Sample(meta={"csrf": False})
        assert not form.validate()
        assert form.starts.errors == ["Bitte füllen Sie dieses Feld aus."]
        form.refuse(Refusals([Refusal("a", field="name"), Refusal("b", field="seats")]))
        assert (form.name.errors, form.seats.errors) == (["a"], ["b"])
