"""Whatever the code records has words on the page of changes."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from portal.audit import naming, words
from portal.core.database import Base

PORTAL = Path(__file__).parents[2] / "portal"


def recorded() -> dict[str, str]:
    """Action → file, of every constant text in the code that has the shape of an action and is recorded."""
    found = {}
    for path in PORTAL.rglob("*.py"):
        if path.name == "audit_words.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in {"record", "_finish"} or not call.args:
                continue
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                    found[part.value] = str(path.relative_to(PORTAL))
    return found


def recorded_details() -> dict[tuple[str, str], str]:
    """(Action, key) → file, of every constant key in details that are recorded in the same call."""
    found = {}
    for path in PORTAL.rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            details = next((word.value for word in call.keywords if word.arg == "details"), None)
            if name != "record" or not isinstance(details, ast.Dict) or not isinstance(call.args[0], ast.Constant):
                continue
            for key in details.keys:
                if isinstance(key, ast.Constant):
                    found[str(call.args[0].value), str(key.value)] = str(path.relative_to(PORTAL))
    return found


def test_every_recorded_detail_has_words(app: Flask) -> None:
    found = recorded_details()
    assert len(found) > 10
    assert {pair: file for pair, file in found.items() if words.detail(*pair) is None} == {}


def test_every_named_type_is_a_table(app: Flask) -> None:
    assert set(naming.namings) - set(Base.metadata.tables) == set()


def test_every_recorded_action_has_words(app: Flask) -> None:
    found = recorded()
    assert len(found) > 40
    assert {action: file for action, file in found.items() if action not in words.actions()} == {}


def test_no_words_are_left_over(app: Flask) -> None:
    assert set(words.actions()) - set(recorded()) == set()


def test_every_subject_is_a_table_or_a_word_of_its_own(app: Flask) -> None:
    tables = set(Base.metadata.tables)
    assert {subject for subject in words.subjects() if subject not in tables} <= {"barrier"}


def test_a_word_declared_twice_in_two_ways_is_a_fault(app: Flask) -> None:
    words.declare(actions={"settings.changed": words.action_label("settings.changed")})
    with pytest.raises(ValueError, match="declared twice"):
        words.declare(actions={"settings.changed": "etwas anderes"})
