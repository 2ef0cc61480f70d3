"""Commands that are loaded when they are called.

Loading the application takes a second; `portal --help` and a mistyped command must not wait for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from portal.cli.german import spoken
from portal.core.loading import loading


@dataclass(frozen=True)
class Lazy:
    """Where a command lives (`package.module:name`) and its line in the list of commands."""

    target: str
    help: str


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads the one that is called."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.lazy.get(cmd_name)
        return super().get_command(ctx, cmd_name) if entry is None else self.load(entry)

    def load(self, entry: Lazy) -> click.Command:
        """The command itself; a target that is none is a fault of the mapping (`TypeError`)."""
        module, _colon, name = entry.target.partition(":")
        with loading():
            command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is no command")
        return spoken(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Befehle"):
            formatter.write_dl([(name, entry.help) for name, entry in self.lazy.items()])
