"""What *Heute* finds due in the features of the house. Each function reads with a fixed number of queries."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.formats import datetime_short, duration
from portal.core.languages import german
from portal.core.seed_words import local
from portal.home import openings, overview, own_page, today
from portal.home.cards import conferences as conference_cards
from portal.home.cards import findings as evidence_cards
from portal.home.cards import heard as heard_cards
from portal.home.cards import minutes as minutes_cards
from portal.home.cards import needs as needs_cards
from portal.home.cards.invitations import own_invitations
from portal.home.cards.surveys import open_surveys, surveys_due
from portal.home.due import deliveries as due_deliveries
from portal.home.due.stakeholders import organisations_to_check
from portal.home.site import still_missing
from portal.home.today import Due, Running
from portal.indicators import permissions as indicator_permissions
from portal.indicators import queries as indicators
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.own_figures import queries as own_figures
from portal.indicators.signals import SignalReason
from portal.jobs import permissions as job_permissions
from portal.jobs import queries as jobs
from portal.jobs import registry
from portal.outbox import office
from portal.outbox import permissions as outbox_permissions
from portal.outbox import queries as outbox

# The worker says every ten seconds that it lives.
SILENCE_SECONDS = 120


def undeliverable_mail(actor: Actor) -> Iterable[Due]:
    """Mails that came back for good."""
    if not outbox_permissions.may_see_list(actor):
        return
    count = outbox.backlog().undeliverable
    if count:
        yield Due(
            tone="error",
            icon="mail",
            state=_("unzustellbar"),
            title=str(ngettext("%(num)d E-Mail kam nicht an", "%(num)d E-Mails kamen nicht an", count)),
            detail=_("Der Server der Empfängerseite hat sie abgelehnt."),
            action=_("Ansehen"),
            url=url_for("outbox.messages", zustand="undeliverable"),
            rank=10,
        )


def silent_worker(actor: Actor) -> Iterable[Due]:
    """No worker process has said for a while that it lives: nothing is sent, nothing is computed."""
    if not job_permissions.may_see_list(actor):
        return
    seen = jobs.worker_seen_at()
    if seen is not None and (clock.now() - seen).total_seconds() < SILENCE_SECONDS:
        return
    detail = _("Noch nie gemeldet.") if seen is None else _("Zuletzt gemeldet: %(time)s.", time=datetime_short(seen))
    yield Due(
        tone="error",
        icon="clock",
        state=_("steht still"),
        title=_("Die Hintergrundarbeit ruht"),
        detail=detail + " " + _("E-Mails und Importe warten."),
        action=_("Ansehen"),
        url=url_for("jobs.jobs"),
        rank=5,
    )


def placeholder_contact(actor: Actor) -> Iterable[Due]:
    """Nobody has entered the county's own address yet: pages, mails and letters name the sender's; or what the law
    wants in the imprint and beside it is still missing."""
    if not actor.has(Role.ADMINISTRATOR) or not (missing := still_missing()):
        return
    is_mail = office.is_placeholder()
    named = _("Noch einzutragen: %(labels)s.", labels=", ".join(str(label) for label in missing))
    yield Due(
        tone="error" if is_mail else "warn",
        icon="mail" if is_mail else "edit",
        state=_("Platzhalter") if is_mail else _("unvollständig"),
        title=_("Die Kontaktadresse fehlt") if is_mail else _("Im Impressum fehlen Angaben"),
        detail=" ".join(
            [_("Bis Sie sie eintragen, steht auf Seiten und in E-Mails die Absenderadresse."), named]
            if is_mail
            else [named]
        ),
        action=_("Eintragen"),
        url=url_for("settings.group", slug="landkreis-und-anschrift"),
        rank=8,
    )


def failed_jobs(actor: Actor) -> Iterable[Due]:
    """Jobs that gave up."""
    if not job_permissions.may_see_list(actor):
        return
    count = jobs.backlog().failed
    if count:
        yield Due(
            tone="error",
            icon="alert",
            state=_("gescheitert"),
            title=str(ngettext("%(num)d Auftrag ist gescheitert", "%(num)d Aufträge sind gescheitert", count)),
            detail=_("Die Ursache steht beim Auftrag."),
            action=_("Ansehen"),
            url=url_for("jobs.jobs", zustand="failed"),
            rank=15,
        )


def waiting_imports(actor: Actor) -> Iterable[Due]:
    """Deliveries that were read and wait to be taken over; sectoral planners are shown their own."""
    if not indicator_permissions.may_import(actor):
        return
    released_by_departments = {batch.id for batch, _departments in own_figures.waiting()}
    for batch in import_queries.waiting():
        if batch.id in released_by_departments:
            continue
        if overview.only_own_department(actor) and batch.created_by != actor.user_id:
            continue
        yield Due(
            tone="warn",
            icon="chart",
            state=_("zu übernehmen"),
            title=batch.file_name,
            detail=_("Die Zahlen sind gelesen und noch nicht sichtbar."),
            action=_("Prüfen"),
            url=url_for("indicators.batch", public_id=batch.public_id),
            rank=30,
            since=batch.created_at.astimezone(clock.LOCAL_ZONE).date(),
        )


def outdated_figures(actor: Actor) -> Iterable[Due]:
    """Indicators whose newest value has passed its age limit, for those who can bring in newer ones."""
    if not actor.has(Role.PLANNER, Role.SECTORAL_PLANNER):
        return
    own = overview.own_keys(actor) if overview.only_own_department(actor) else None
    old = [
        local(one.indicator.name)
        for one in indicators.county_figures(actor).indicators.values()
        if (own is None or one.indicator.key in own)
        and any(SignalReason.TOO_OLD in area.signal.reasons for area in one.areas.values())
    ]
    if old:
        yield Due(
            tone="draft",
            icon="clock",
            state=_("veraltet"),
            title=str(ngettext("%(num)d Kennzahl ist zu alt", "%(num)d Kennzahlen sind zu alt", len(old))),
            detail=german(", ".join(old)),
            action=_("Zahlen laden"),
            url=url_for("indicators.imports"),
            rank=70,
        )


def running_jobs(actor: Actor) -> Iterable[Running]:
    """Long jobs under way."""
    if not job_permissions.may_see_list(actor):
        return
    for job in jobs.under_way():
        left = jobs.remaining(job)
        yield Running(
            label=str(registry.label(job.kind)),
            done=job.progress_done,
            total=max(job.progress_total, 1),
            note="" if left is None else _("noch etwa %(time)s", time=duration(left)),
            url=url_for("jobs.job", public_id=job.public_id),
        )


def register() -> None:
    """Make everything above part of *Heute*; `create_app` calls it."""
    for source in (
        silent_worker, placeholder_contact, undeliverable_mail, failed_jobs,
        organisations_to_check, waiting_imports, outdated_figures,
        due_deliveries.deliveries_due, due_deliveries.own_figures_to_release,
        surveys_due, conference_cards.events_due, *needs_cards.DUE,
        evidence_cards.to_cosign, evidence_cards.under_way, evidence_cards.letters_to_post,
        evidence_cards.next_steps,
        minutes_cards.minutes_to_write, minutes_cards.minutes_to_cosign, minutes_cards.remarks_to_answer,
        minutes_cards.tasks_due,
    ):  # fmt: skip
        if source not in today.SOURCES:
            today.SOURCES.append(source)
    for card in (
        own_invitations,
        evidence_cards.own_hearings, evidence_cards.published_for_committees, evidence_cards.paper_for_committees,
        minutes_cards.answered_remarks, minutes_cards.own_minutes,
        *needs_cards.OWN,
    ):  # fmt: skip
        if card not in own_page.SOURCES:
            own_page.SOURCES.append(card)
    if conference_cards.next_dates not in today.DATE_SOURCES:
        today.DATE_SOURCES.append(conference_cards.next_dates)
    if heard_cards.not_heard not in today.SECTION_SOURCES:
        today.SECTION_SOURCES.append(heard_cards.not_heard)
    if running_jobs not in today.RUNNING_SOURCES:
        today.RUNNING_SOURCES.append(running_jobs)
    for opening in (open_surveys, conference_cards.next_event):
        if opening not in openings.SOURCES:
            openings.SOURCES.append(opening)
