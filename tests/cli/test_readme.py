"""The README stays true: its first commands, its table of variables, its commands."""

import re
import shlex
from pathlib import Path

import click
import pytest

from portal.cli import main
from portal.cli.lazy import LazyGroup
from portal.config import VARIABLES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def variables_table() -> str:
    """The table of the README as the code would write it."""
    rows = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in VARIABLES]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def test_the_table_of_variables_is_the_code_s() -> None:
    written = README.partition("<!-- variables: begin -->\n")[2].partition("\n<!-- variables: end -->")[0]
    assert written == variables_table()


def test_it_begins_with_two_commands_complete_in_themselves() -> None:
    blocks = re.findall(r"```sh\n(.*?)\n```", README, flags=re.DOTALL)
    assert blocks[0] == (
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e . && .venv/bin/portal demo"
    )
    assert blocks[1] == (
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[dev]' && .venv/bin/pytest"
    )
    assert README.index("## ") > README.index(blocks[1])


def test_ci_runs_the_test_command_as_it_stands_here() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "pip install -c constraints.txt -e '.[dev]'" not in script, "a copy would go stale"


TABLE = [row for row in README.splitlines() if row.startswith("| `portal ")]


@pytest.mark.parametrize("line", re.findall(r"`(portal [^`]+)`", "\n".join(TABLE)))
def test_every_command_of_the_table_exists_with_its_options(line: str) -> None:
    words = shlex.split(re.sub(r"[\[\]…]", " ", line))[1:]
    command: click.Command = main
    context = click.Context(main)
    while words and isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_command_is_in_the_table() -> None:
    assert isinstance(main, LazyGroup)
    for name in main.lazy:
        assert f"`portal {name}" in README, name


def test_pins_are_exact_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 50
    assert not [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)]
