"""What staff keep an eye on, by role: sections of *Heute* from the figures and from the machinery of the house."""

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.actor import Actor, Role
from portal.core.formats import datetime_short
from portal.core.languages import german
from portal.evidence import finding_queries
from portal.home import today
from portal.home.cards import heard as heard_cards
from portal.home.today import Line, Section
from portal.indicators import queries as indicators
from portal.indicators import words
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.signals import FiguresSignal
from portal.jobs import permissions as job_permissions
from portal.jobs import queries as jobs
from portal.outbox import permissions as outbox_permissions
from portal.outbox import queries as outbox

# Signals on the first page; the others stand with their planning area.
SHOWN = 6
# Deliveries shown, and how far back one's own are looked for.
DELIVERIES, LOOKED_AT = 3, 30


def only_own_department(actor: Actor) -> bool:
    """Sectoral planners answer for the figures of their department, the others of the county for all."""
    return actor.has(Role.SECTORAL_PLANNER) and not actor.has(Role.PLANNER, Role.LEADERSHIP)


def own_keys(actor: Actor) -> frozenset[str]:
    """Indicators of the actor's department."""
    return import_queries.keys_of_department(None if actor.user is None else actor.user.department_id)


def signals(actor: Actor) -> Section | None:
    """Planning areas that are conspicuous by the figures which came last."""
    if not actor.has(Role.LEADERSHIP, Role.PLANNER, Role.SECTORAL_PLANNER):
        return None
    latest = next(iter(import_queries.taken_over(limit=1)), None)
    keys: Collection[str] = frozenset() if latest is None else import_queries.delivered_keys(latest)
    figures = indicators.county_figures(actor)
    own = own_keys(actor) if only_own_department(actor) else None
    if own is not None and not own:
        return None
    found = [
        (one, names)
        for one in figures.indicators.values()
        if one.indicator.key in keys and (own is None or one.indicator.key in own)
        if (names := _conspicuous(one, figures))
    ]
    found.sort(key=lambda pair: (not pair[0].indicator.is_lead, pair[0].indicator.topic.position))
    return Section(
        key="signale",
        title=_("Auffällig in der letzten Lieferung"),
        intro=_rule_words(len(found)),
        lines=tuple(
            Line(
                text=german(one.indicator.name),
                url=url_for("indicators.indicator", key=one.indicator.key, _anchor="raeume"),
                sub=", ".join(names),
            )
            for one, names in found[:SHOWN]
        ),
        empty=_("In der letzten Lieferung fällt kein Planungsraum auf. Das sagt nichts über die Angebote vor Ort."),
        more=Line(text=_("Alle Kennzahlen"), url=url_for("indicators.catalogue")),
        rank=10 if actor.has(Role.LEADERSHIP) else 30,
    )


def _rule_words(count: int) -> str:
    if not count:
        return ""
    words = _("Vorschläge nach festen Regeln. Was sie bedeuten, entscheiden Menschen.")
    if count <= SHOWN:
        return words
    return words + " " + _("Hier stehen %(shown)s von %(count)s.", shown=SHOWN, count=count)


def _conspicuous(one: IndicatorFigures, figures: CountyFigures) -> list[str]:
    return [
        area.name
        for area in figures.composition.planning_areas
        if area.id in one.areas and one.areas[area.id].signal.signal is FiguresSignal.CONSPICUOUS
    ]


def own_figures(actor: Actor) -> Section | None:
    """The indicators of a sectoral planner's department with the county's value."""
    if not actor.has(Role.SECTORAL_PLANNER):
        return None
    figures = indicators.county_figures(actor)
    keys = own_keys(actor)
    return Section(
        key="eigene",
        title=_("Kennzahlen Ihres Fachbereichs"),
        lines=tuple(
            Line(
                text=german(one.indicator.name),
                url=url_for("indicators.indicator", key=one.indicator.key),
                sub=f"{words.county_value(one.indicator, one.county)} · {words.period_short(one.period)}"
                if one.has_values
                else _("noch ohne Zahlen"),
            )
            for one in figures.indicators.values()
            if one.indicator.key in keys
        ),
        empty=_("Ihrem Fachbereich ist noch keine Kennzahl zugeordnet. Bitten Sie die Sozialplanung darum."),
        rank=10,
    )


def planning_areas(actor: Actor) -> Section | None:
    """The planning areas: findings there are, published ones, and topics that still wait for one."""
    if not actor.has(Role.LEADERSHIP, Role.PLANNER, Role.SECTORAL_PLANNER):
        return None
    figures = indicators.county_figures(actor)
    findings = finding_queries.counts_by_area()
    waiting = heard_cards.without_finding(actor)
    lines = []
    for area in figures.composition.planning_areas:
        judged = [one.areas[area.id].signal.signal for one in figures.indicators.values() if area.id in one.areas]
        count = judged.count(FiguresSignal.CONSPICUOUS)
        sub = str(ngettext("%(num)d Kennzahl auffällig", "%(num)d Kennzahlen auffällig", count))
        there, public = findings.get(area.id, (0, 0))
        if there:
            sub = _("davon veröffentlicht: %(count)s", count=public) + " · " + sub
        lines.append(
            Line(
                text=area.name.replace("/", "/\u200b"),  # may break there: the column is narrow
                url=url_for("home.planning_area", slug=area.slug),
                sub=sub,
                values=(there, waiting.get(area.id, 0)),
            )
        )
    return Section(
        key="raeume",
        title=_("Befunde je Planungsraum"),
        head=(_("Planungsraum"), _("Befunde"), _("offen")),
        lines=tuple(lines),
        note=_("Offen: Themen, die benannt oder auffällig sind und noch keinen Befund haben."),
        empty=_("Noch kein Planungsraum angelegt. Legen Sie zuerst fest, welche Gemeinden zusammengehören."),
        more=Line(text=_("Alle Befunde"), url=url_for("evidence.matrix")),
        rank=20,
    )


def deliveries(actor: Actor) -> Section | None:
    """The latest deliveries of figures with where they stand; sectoral planners see those they brought in.

    Those with nothing to take over are not listed: nobody has to do anything about them.
    """
    if not actor.has(Role.PLANNER, Role.SECTORAL_PLANNER):
        return None
    own = only_own_department(actor)
    found = [
        batch
        for batch in import_queries.latest(limit=LOOKED_AT)
        if not import_queries.is_idle(batch) and (not own or batch.created_by == actor.user_id)
    ]
    return Section(
        key="lieferungen",
        title=_("Letzte Lieferungen"),
        lines=tuple(
            Line(
                text=batch.file_name,
                url=url_for("indicators.batch", public_id=batch.public_id),
                sub=f"{batch.state.label} · {datetime_short(batch.created_at)}",
            )
            for batch in found[:DELIVERIES]
        ),
        empty=_("Sie haben noch keine Zahlen geladen. Eine Datei wird zuerst nur gelesen, Sie sehen eine Vorschau."),
        more=Line(text=_("Neue Zahlen laden"), url=url_for("indicators.upload")),
        rank=40,
    )


def machinery(actor: Actor) -> Section | None:
    """Mail and jobs in numbers, for who runs the portal."""
    if not actor.has(Role.ADMINISTRATOR):
        return None
    lines = []
    if outbox_permissions.may_see_list(actor):
        mail = outbox.backlog()
        sub = _("%(waiting)s warten, %(failed)s unzustellbar", waiting=mail.waiting, failed=mail.undeliverable)
        lines.append(Line(text=_("Postausgang"), url=url_for("outbox.messages"), sub=sub))
    if job_permissions.may_see_list(actor):
        work = jobs.backlog()
        sub = _("%(running)s laufen, %(failed)s gescheitert", running=work.running, failed=work.failed)
        lines.append(Line(text=_("Aufträge"), url=url_for("jobs.jobs"), sub=sub))
    lines.append(Line(text=_("Konten"), url=url_for("accounts.user_list"), sub=_("einladen, sperren, Rollen ändern")))
    lines.append(Line(text=_("Änderungen"), url=url_for("audit.changes"), sub=_("wer wann was geändert hat")))
    return Section(key="betrieb", title=_("Betrieb"), lines=tuple(lines), rank=10)


def next_step(actor: Actor) -> Line:
    """Where to go when nothing waits."""
    if actor.has(Role.PLANNER):
        return Line(text=_("Neue Zahlen laden"), url=url_for("indicators.upload"))
    if actor.has(Role.SECTORAL_PLANNER):
        return Line(text=_("Kennzahlen ansehen"), url=url_for("indicators.catalogue"))
    if actor.has(Role.ADMINISTRATOR):
        return Line(text=_("Jemanden einladen"), url=url_for("accounts.invite_user"))
    return Line(text=_("Planungsräume ansehen"), url=url_for("home.planning_areas"))


def register() -> None:
    """Make everything above part of *Heute*."""
    for source in (machinery, own_figures, signals, planning_areas, deliveries):
        if source not in today.SECTION_SOURCES:
            today.SECTION_SOURCES.append(source)
