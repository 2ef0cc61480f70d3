"""The words that click brings along, in German.

click takes its words from gettext's default domain, whose language depends on the environment of whoever calls. This
program speaks German whoever calls it, so the words are given here; those that only programmers see stay as they are.
"""

import importlib

import click

OPTIONS, COMMAND = "[OPTIONEN]", "BEFEHL [ANGABEN]..."

WORDS = {
    "Usage:": "Aufruf:",
    "Options": "Optionen",
    "Positional arguments": "Angaben",
    "Commands": "Befehle",
    "Error: {message}": "Fehler: {message}",
    "Aborted!": "Abgebrochen.",
    "deprecated": "veraltet",
    "required": "nötig",
    "default: {default}": "Vorgabe: {default}",
    "env var: {var}": "Umgebungsvariable: {var}",
    "(dynamic)": "(je nach Lage)",
    "Show this message and exit.": "Zeigt diese Hilfe.",
    "Show the version and exit.": "Zeigt die Version.",
    "Do you want to continue?": "Weiter?",
    "Confirm the action without prompting.": "Ohne Rückfrage ausführen.",
    "Try '{command} {option}' for help.": "Hilfe: {command} {option}",
    "Missing command.": "Der Befehl fehlt.",
    "No such command {name!r}.": "Den Befehl „{name}“ gibt es nicht.",
    "No such option {name!r}.": "Die Option {name} gibt es nicht.",
    "Did you mean {possibility}?": "Meinten Sie {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(Meinten Sie eines von diesen: {possibilities}?)",
    "Missing argument": "Es fehlt:",
    "Missing option": "Es fehlt die Option",
    "Missing parameter": "Es fehlt:",
    "Missing {param_type}": "Es fehlt: {param_type}",
    "Missing parameter: {param_name}": "Es fehlt: {param_name}",
    "Invalid value: {message}": "Angabe: {message}",
    "Invalid value for {param_hint}: {message}": "Angabe {param_hint}: {message}",
    "Got unexpected extra argument ({args})": "Eine Angabe zu viel: {args}",
    "Got unexpected extra arguments ({args})": "Angaben zu viel: {args}",
    "Option {name!r} does not take a value.": "Die Option {name} hat keinen Wert.",
    "Option {name!r} requires an argument.": "Die Option {name} braucht einen Wert.",
    "Option {name!r} requires {nargs} arguments.": "Die Option {name} braucht {nargs} Werte.",
    "Argument {name!r} takes {nargs} values.": "{name} braucht {nargs} Werte.",
    "Takes {nargs} values but 1 was given.": "Es braucht {nargs} Werte, hier steht einer.",
    "Takes {nargs} values but {len} were given.": "Es braucht {nargs} Werte, hier stehen {len}.",
    "{len_type} values are required, but {len_value} was given.": (
        "Es braucht {len_type} Werte, hier steht {len_value}."
    ),
    "{len_type} values are required, but {len_value} were given.": (
        "Es braucht {len_type} Werte, hier stehen {len_value}."
    ),
    "{value!r} is not {choice}.": "„{value}“ ist nicht {choice}.",
    "{value!r} is not one of {choices}.": "„{value}“ ist nicht dabei; möglich sind {choices}.",
    "Choose from:\n\t{choices}": "Möglich sind:\n\t{choices}",
    "{value!r} does not match the format {format}.": "„{value}“ ist kein Tag in der Form JJJJ-MM-TT.",
    "{value!r} does not match the formats {formats}.": "„{value}“ hat keine dieser Formen: {formats}.",
    "{value} is not in the range {range}.": "{value} liegt nicht in {range}.",
    "{value!r} is not a valid {number_type}.": "„{value}“ ist keine Zahl.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "„{value}“ ist kein Ja oder Nein: {states}",
    "file": "Datei",
    "directory": "Ordner",
    "path": "Pfad",
    "{name} {filename!r} does not exist.": "{name} „{filename}“ gibt es nicht.",
    "{name} {filename!r} is a file.": "„{filename}“ ist eine Datei.",
    "{name} {filename!r} is a directory.": "„{filename}“ ist ein Ordner.",
    "{name} {filename!r} is not readable.": "{name} „{filename}“ ist für dieses Konto nicht lesbar.",
    "{name} {filename!r} is not writable.": "{name} „{filename}“ ist für dieses Konto nicht beschreibbar.",
    "{name} {filename!r} is not executable.": "{name} „{filename}“ ist für dieses Konto nicht ausführbar.",
    "Could not open file {filename!r}: {message}": "Die Datei „{filename}“ ist nicht zu öffnen: {message}",
    "unknown error": "unbekannter Grund",
    "Repeat for confirmation": "Noch einmal",
    "Error: The two entered values do not match.": "Fehler: Die beiden Eingaben sind verschieden.",
    "Error: invalid input": "Fehler: Das passt nicht.",
}

# How a value is written, where a command does not say it: by click's name of its type.
METAVARS = {
    "text": "TEXT", "integer": "ZAHL", "integer range": "ZAHL", "datetime": "JJJJ-MM-TT", "file": "DATEI",
    "path": "PFAD", "directory": "ORDNER",
}  # fmt: skip
# What a command is about, by its name in the program.
ARGUMENTS = {"file": "DATEI", "files": "DATEI...", "batch": "LIEFERUNG"}

SPEAKING = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def say(words: str) -> str:
    """The German words; those nobody has translated come back as they are."""
    return WORDS.get(words, words)


def say_of(one: str, several: str, count: int) -> str:
    """The German words for one or for several."""
    return say(one if count == 1 else several)


def speak() -> None:
    """Let click speak German. Before commands are made: their parameters take some words then."""
    for name in SPEAKING:
        module = importlib.import_module(f"click.{name}")
        for function, spoken in (("_", say), ("ngettext", say_of)):
            if hasattr(module, function):
                setattr(module, function, spoken)


def spoken(command: click.Command) -> click.Command:
    """The same command with German words in its line of usage; groups with everything below them."""
    command.options_metavar = OPTIONS
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.metavar is None and not parameter.is_flag:
            parameter.metavar = METAVARS.get(parameter.type.name)
        if isinstance(parameter, click.Argument) and parameter.metavar is None:
            parameter.metavar = ARGUMENTS.get(parameter.name or "")
    if isinstance(command, click.Group):
        command.subcommand_metavar = COMMAND
        for below in command.commands.values():
            spoken(below)
    return command
