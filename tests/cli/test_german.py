"""The command line speaks German, click's own words included."""

import ast
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from portal.cli import german, main

# Faults of a program, not of whoever calls it.
FOR_PROGRAMMERS = (
    "DeprecationWarning",
    "Value must be an iterable.",
    "Could not determine name",
    "No options defined",
    "Arguments take exactly one",
    "Name '{name}' defined twice",
    "Boolean option",
    "%(prog)s, version",
    "Invalid start character",
    "Choice({choices})",
    "Unknown color",
    "Press any key",
    "{value!r} is not a valid UUID.",
)
ENGLISH = (
    "Usage",
    "Options",
    "Commands",
    "Error",
    "Show this",
    "default",
    "required",
    "No such",
    "Try ",
    "INTEGER",
    "FILE",
    "BATCH",
    "KEY",
    "PATH",
    "...\n",
)


def words_of(module: str) -> Iterator[str]:
    """Every text that a module of click hands to gettext."""
    source = Path(import_module(f"click.{module}").__file__ or "").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


@pytest.mark.parametrize("module", german.SPEAKING)
def test_every_word_that_people_may_see_has_a_german_one(module: str) -> None:
    missing = {words for words in words_of(module) if words not in german.WORDS}
    assert [words for words in missing if not words.startswith(FOR_PROGRAMMERS)] == []


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_the_help_of_every_command_is_german(portal: Callable[..., Any], path: tuple[str, ...]) -> None:
    found = portal(*path, "--help")
    assert found.returncode == 0
    assert found.stdout.startswith("Aufruf: ")
    for english in ENGLISH:
        assert english not in found.stdout.replace("[ANGABEN]...\n", "").replace("DATEI...\n", "").replace(
            "SECRET_KEY", ""
        ), english


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("foo",), "Fehler: Den Befehl „foo“ gibt es nicht."),
        (("demo", "--prot", "1"), "Fehler: Die Option --prot gibt es nicht. (Meinten Sie"),
        (("demo", "--port", "x"), "Fehler: Angabe '--port': „x“ ist keine Zahl."),
        (("demo", "--port", "0"), "Fehler: Angabe '--port': 0 liegt nicht in 1<=x<=65535."),
        (("backup",), "Fehler: Es fehlt: 'DATEI'."),
        (("restore", "/nix"), "Fehler: Angabe 'DATEI': Datei „/nix“ gibt es nicht."),
        (("user", "create"), "Fehler: Es fehlt die Option '--email'."),
        (("db", "upgrade", "x", "y"), "Fehler: Angaben zu viel: x y"),
    ],
)
def test_what_does_not_fit_is_said_in_german(
    portal: Callable[..., Any], arguments: tuple[str, ...], words: str
) -> None:
    found = portal(*arguments)
    assert found.returncode == 2
    assert "\nHilfe: " in found.stderr
    assert words in found.stderr
