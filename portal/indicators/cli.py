"""`portal import indicators`, `portal import batches`, `portal import undo`."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.actor import SYSTEM
from portal.core.errors import NotFound, Refusal
from portal.core.formats import datetime_short, number
from portal.core.transaction import transaction
from portal.indicators import tasks, units, words
from portal.indicators.deliveries import comparison, terms
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.counting import Counts
from portal.indicators.imports.choices import Answers, Choice, Open
from portal.indicators.imports.formats import Format
from portal.indicators.imports.long_form_file import write_long_form
from portal.indicators.imports.refusals import RefusedCell
from portal.indicators.imports.summary import ImportSummary, shown
from portal.indicators.mapping.rule import from_file
from portal.indicators.tasks import ReadIn
from portal.indicators.value_states import ValueState

_LISTED = 50
_MEASURES_SHOWN = 12
_REFUSALS_SHOWN = 12

_HELP = """\
Liest Indikatorwerte aus Dateien ein und übernimmt sie.

Das Format wird am Inhalt erkannt: Langform (CSV), Tabellen (CSV) und Flatfiles (ffcsv) der Regionaldatenbank,
INKAR (CSV, XLS, XLSX), die Arbeitsmappen „Arbeitsmarkt kommunal“ der Bundesagentur für Arbeit und des
Deutschlandatlas. Andere Tabellen (CSV, XLSX, XLS) liest --map mit einer Zuordnung ihrer Spalten. Jede Datei wird erst
ganz geprüft: Ist ein Wert zweifelhaft, wird nichts übernommen, und der Befehl endet mit 1.

--json gibt bei einer Datei ein Objekt aus, bei mehreren eine Liste von Objekten in der Reihenfolge der Dateien.
„batch“ ist die Kennung für „portal import undo“; sie ist null, wenn nichts zu ändern war.
"""


@click.command("indicators", help=_HELP)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Nur prüfen, nichts schreiben.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([found.value for found in Format]),
    help="Nur dieses Format annehmen, jedes andere ablehnen.",
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Zuordnung der Spalten (JSON, siehe README) für Tabellen ohne bekanntes Format.",
)
@click.option(
    "--long-form",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Was gelesen wurde, zusätzlich in Langform (CSV) in diese Datei schreiben; nur bei einer Eingabedatei.",
)
@click.option(
    "--choose",
    "chosen",
    multiple=True,
    metavar="WAS=ANTWORT",
    help="Was eine Datei offenlässt, z. B. period=2024 oder sheet=Daten; die Ablehnung nennt, was möglich ist.",
)
@click.option("--source", metavar="TEXT", help="Quelle der Zahlen, wo eine Datei sie nicht nennt.")
@click.option(
    "--licence",
    metavar="TEXT",
    help="Lizenz oder Bedingungen der Nutzung, z. B. dl-de/by-2-0; nötig für Langform und --map.",
)
@click.option("--show", metavar="SCHLÜSSEL", help="Alle Werte zeigen, die für dieses Gebiet gelesen wurden.")
def import_indicators(
    files: tuple[Path, ...],
    *,
    dry_run: bool,
    as_json: bool,
    format_name: str | None,
    map_file: Path | None,
    long_form: Path | None,
    chosen: tuple[str, ...],
    source: str | None,
    licence: str | None,
    show: str | None,
) -> None:
    if long_form is not None and (len(files) > 1 or long_form.resolve() == files[0].resolve()):
        raise click.UsageError(_("--long-form braucht genau eine Eingabedatei und eine andere Zieldatei."))
    wanted = Format(format_name) if format_name else None
    if (wanted is Format.MAPPED) != (map_file is not None and wanted is not None):
        raise click.UsageError(_("--map und --format mapped gehören zusammen."))
    given = None if map_file is None else from_file(map_file.read_bytes())
    answers = _answers(chosen)
    results = [
        _import(
            path,
            dry_run=dry_run,
            wanted=wanted,
            given=given,
            answers=answers,
            terms_named=(source or "", licence or ""),
            show=show,
            quiet=as_json,
        )
        for path in files
    ]
    if long_form is not None and results[0].source is not None and not results[0].is_refused:
        write_long_form(long_form, results[0].source.read())
    if as_json:
        plain = [read.summary.as_json() for read in results]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False, indent=2))
    if any(read.is_refused for read in results):
        raise SystemExit(1)


@click.command("batches", help="Zeigt die letzten Lieferungen.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON.")
def list_batches(as_json: bool) -> None:
    found = import_queries.latest(limit=_LISTED)
    if as_json:
        plain = [
            {
                "batch": batch.public_id,
                "file": batch.file_name,
                "state": batch.state.value,
                "created": batch.created_at.isoformat(),
                "new": batch.new_values,
                "changed": batch.changed_values,
                "unchanged": batch.unchanged_values,
                "withheld": batch.withheld_values,
            }
            for batch in found
        ]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(_("Noch keine Lieferungen."))
    for batch in found:
        words = _("%(new)s neu, %(changed)s geändert", new=_n(batch.new_values), changed=_n(batch.changed_values))
        line = (batch.public_id, datetime_short(batch.created_at), f"{batch.state.label!s:<31}", words, batch.file_name)
        click.echo("  ".join(line))


@click.command("undo", help="Nimmt eine Lieferung zurück; frühere Werte sind dann wieder sichtbar.")
@click.argument("batch")
def undo_batch(batch: str) -> None:
    try:
        found = import_queries.batch(batch, actor=SYSTEM)
    except NotFound as error:
        raise Refusal(
            _("Die Lieferung „%(batch)s“ gibt es nicht. Die letzten zeigt „portal import batches“.", batch=batch)
        ) from error
    effect = comparison.effect_of_undo(found)
    with transaction():
        import_services.undo(found, actor=SYSTEM)
    click.echo(
        _(
            "Zurückgenommen. Wieder der frühere Wert: %(reverting)s; ohne Wert: %(vanishing)s.",
            reverting=_n(effect.reverting),
            vanishing=_n(effect.vanishing),
        )
    )


def _import(
    path: Path,
    *,
    dry_run: bool,
    wanted: Format | None,
    given: Mapping[str, Any] | None,
    answers: Answers,
    terms_named: tuple[str, str],
    show: str | None,
    quiet: bool,
) -> ReadIn:
    if dry_run:
        read = tasks.look_at(path, format=wanted, given=given, answers=answers)
    else:
        read = tasks.read_in(path, actor=SYSTEM, format=wanted, given=given, answers=answers)
    if read.summary.choice is not None:
        cell = read.summary.refused[0]
        named = replace(cell, reason=f"{cell.reason} {_way_out(read.summary.choice)}")
        read.summary.refused = (named, *read.summary.refused[1:])
    _call_by_name(read.summary)
    if show is not None:
        read.summary.shown = [] if read.source is None or read.is_refused else shown(read.source, show)
    message = _("Nur geprüft, nichts geschrieben.") if dry_run else ""
    if not dry_run and not read.is_refused:
        message = _finish(read, *terms_named)
    if quiet:
        for line in (*read.summary.left_out, message):
            click.echo(line, err=True) if line else None
    else:
        _describe(read, message)
    return read


def _answers(chosen: tuple[str, ...]) -> Answers:
    """`period=2024` and so on, by what is answered; an answer to nothing that is ever asked is a mistake."""
    found = {}
    for one in chosen:
        what, sign, answer = one.partition("=")
        if not sign or what not in {open.value for open in Open}:
            known = ", ".join(open.value for open in Open)
            raise click.UsageError(_("--choose erwartet WAS=ANTWORT mit WAS aus: %(known)s.", known=known))
        found[what] = answer
    return found


def _way_out(choice: Choice) -> str:
    """The question, and the options that answer it with what each of them says."""
    if not choice.options:
        return _("Geben Sie es an, z. B. --choose %(what)s=2024.", what=choice.open.value)
    options = "; ".join(
        f"--choose {shlex.quote(f'{choice.open.value}={value}')}" + (f" ({label})" if str(label) != value else "")
        for value, label in choice.options
    )
    question = choice.open.label
    return _("%(question)s Geben Sie eins davon an: %(options)s", question=question, options=options)


def _call_by_name(found: ImportSummary) -> None:
    """Measures by the title the portal knows; the long form itself has nothing but codes."""
    titles = import_queries.series_titles({measure["code"] for measure in found.measures})
    for measure in found.measures:
        measure["label"] = titles.get((measure["code"], measure["unit"]), measure["label"])


def _finish(read: ReadIn, source: str, licence: str) -> str:
    """Take the batch over, or forget it where every value was there already or the terms given do not suffice.

    Without any terms the numbers are taken over and it is said that somebody still has to name them.
    """
    if read.batch is None or read.counts is None:
        return ""
    if read.counts.nothing_new:
        tasks.discard(read.batch, actor=SYSTEM)
        read.batch = None
        read.summary.batch = None
        if read.counts.unchanged:
            return _("Keine Änderung: Alle %(count)s Werte sind schon da.", count=_n(read.counts.unchanged))
        return _("Keine Änderung: Die Datei enthält keine Werte für die Gebiete des Portals.")
    note = ""
    if terms.is_asked(read.batch):
        if source or licence:
            _name_terms(read, source, licence)
        else:
            note = " " + _("Quelle oder Lizenz fehlt noch: Bitte nennen Sie beides auf der Seite der Lieferung.")
    counts = tasks.take_over(read.batch, actor=SYSTEM)
    return _taken_over(counts) + " " + _("Rücknahme: portal import undo %(batch)s", batch=read.summary.batch) + note


def _name_terms(read: ReadIn, source: str, licence: str) -> None:
    """Keep what was given with the command; the batch is forgotten where that does not suffice."""
    assert read.batch is not None
    try:
        with transaction():
            terms.name(read.batch, source=source, licence=licence, actor=SYSTEM)
    except Refusal as refusal:
        tasks.discard(read.batch, actor=SYSTEM)
        options = _("Die Datei nennt beides nicht. Geben Sie es an: --source TEXT --licence TEXT.")
        raise Refusal(f"{refusal.message} {options}") from refusal


def _taken_over(counts: Counts) -> str:
    words_of_all = _(
        "Übernommen: %(new)s neu, %(changed)s geändert, %(unchanged)s unverändert.",
        new=_n(counts.new),
        changed=_n(counts.changed),
        unchanged=_n(counts.unchanged),
    )
    if not counts.withheld:
        return words_of_all
    return words_of_all + " " + _("%(count)s an der Stelle geheimer Werte.", count=_n(counts.withheld))


def _describe(read: ReadIn, message: str) -> None:
    found = read.summary
    click.secho(found.file, bold=True)
    if read.is_refused or read.source is None:
        _describe_refusals(read)
        return
    click.echo("  " + _("Format") + f": {read.source.format.label} ({found.encoding})")
    if found.sheets:
        click.echo("  " + _("Blätter") + f": {', '.join(found.sheets)}")
    if read.source.title:
        click.echo("  " + _("Titel") + f": {read.source.title}")
    click.echo("  " + _("Werte") + f": {_n(found.values)}")
    if found.classes:
        click.echo("  " + _("Klassen") + f": {_n(found.classes)}")
    if found.repeated:
        click.echo("  " + _("davon doppelte Zeilen, einmal gespeichert") + f": {_n(found.repeated)}")
    for sign, count in found.missing.items():
        meaning = ValueState(found.meanings[sign]).label if sign in found.meanings else ValueState.MISSING.label
        words_of_sign = _(
            "ohne Zahl, Zeichen „%(sign)s“: %(count)s (%(meaning)s)", sign=sign, count=_n(count), meaning=meaning
        )
        click.echo("  " + words_of_sign)
    areas = _(
        "%(matched)s erkannt, %(unknown)s dem Portal nicht bekannt (nicht gespeichert)",
        matched=_n(found.matched),
        unknown=_n(found.unknown),
    )
    click.echo("  " + _("Gebiete") + f": {areas}")
    if found.unknown_keys:
        click.echo("  " + _("dem Portal nicht bekannt, z. B.") + f": {', '.join(found.unknown_keys)}")
    click.echo("  " + _("Zeiträume") + f": {', '.join(found.periods)}")
    click.echo("  " + _("Merkmale") + ":")
    for measure in found.measures[:_MEASURES_SHOWN]:
        unit = units.on_screen(measure["unit"])
        click.echo(f"    {measure['label']}" + (f" ({unit})" if unit else ""))
    more = len(found.measures) - _MEASURES_SHOWN
    if more > 0:
        click.echo("    " + ngettext("und %(num)d weiteres", "und %(num)d weitere", more))
    for cell in found.implausible:
        place = _place(cell)
        click.echo("  " + _("unplausibel, zählt nicht: %(place)s: %(reason)s", place=place, reason=cell.reason))
    if found.unchecked:
        click.echo("  " + _unchecked(found.unchecked))
    for reason in found.left_out:
        click.echo("  " + _("nicht eingelesen: %(what)s", what=reason))
    if found.shown is not None:
        _describe_shown(found)
    click.echo(f"  {message}")


def _describe_refusals(read: ReadIn) -> None:
    refused = read.summary.refused
    click.secho("  " + _("Abgelehnt; es wurde nichts übernommen."), fg="red")
    for cell in refused[:_REFUSALS_SHOWN]:
        click.echo(f"  {_place(cell)}: {cell.reason}")
    more = len(refused) - _REFUSALS_SHOWN
    if more > 0:
        click.echo("  " + ngettext("und %(num)d weitere Stelle", "und %(num)d weitere Stellen", more))
    click.echo("  " + _("Bitte laden Sie die Datei neu herunter oder berichtigen Sie die genannten Zellen."))


def _place(cell: RefusedCell) -> str:
    place = _("Zeile %(row)s, Spalte %(column)s", row=cell.row, column=cell.column)
    return (_("Blatt „%(sheet)s“", sheet=cell.sheet) + ", " if cell.sheet else "") + place


def _describe_shown(found: ImportSummary) -> None:
    """Every observation in words."""
    titles = {(measure["code"], measure["unit"]): measure["label"] for measure in found.measures}
    if not found.shown:
        click.echo("  " + _("Für dieses Gebiet steht nichts in der Datei."))
    for row in found.shown or ():
        dimensions = _dimensions(row["dimensions"], found.dimension_labels)
        title = titles.get((row["measure"], row["unit"]), row["measure"])
        value = f"{_value(row)} {units.on_screen(row['unit'])}".strip()
        click.echo(
            "    " + "  ".join(part for part in (title, words.period_short(row["period"]), dimensions, value) if part)
        )


def _dimensions(given: Mapping[str, str], labels: Mapping[tuple[str, str | None], str]) -> str:
    """Which part of the whole a value is about, in the words of the file; the whole itself in words."""
    total = _("Insgesamt")
    if given and not any(given.values()):
        return total
    return ", ".join(
        f"{labels.get((variable, None)) or variable}: "
        + ((labels.get((variable, attribute)) or attribute) if attribute else total)
        for variable, attribute in given.items()
    )


def _value(row: dict[str, Any]) -> str:
    if "text" in row:
        return str(row["text"])
    if row["value"] is None:
        return str(ValueState(row["state"]).label)
    plain = f"{row['value']:.12g}"
    return plain if "e" in plain else number(row["value"], len(plain.partition(".")[2]))


def _unchecked(count: int) -> str:
    return ngettext(
        "nicht mit ihrem Ganzen verglichen, weil die Datei zu groß ist: %(num)d Zahl",
        "nicht mit ihrem Ganzen verglichen, weil die Datei zu groß ist: %(num)d Zahlen",
        count,
    )


def _n(count: int) -> str:
    return number(count)
