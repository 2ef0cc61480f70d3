"""Planning the rounds of a survey: adding one, moving its end, throwing away one that has not begun.

What is over stays over: whoever answered was told when the answers are opened.
"""

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.errors import Conflict, Refusal, together
from portal.core.formats import date_short
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.settings import services as settings
from portal.surveys import permissions, queries, services
from portal.surveys.models import RoundState, SurveyRound, SurveyVersion
from portal.surveys.services import RoundPlan

NAME_LENGTH = 120
_LONGEST = timedelta(days=366)
_FARTHEST = timedelta(days=5 * 366)


def midnight(day: date) -> datetime:
    """The first moment of a local day: rounds begin and end with it."""
    return datetime.combine(day, time(), LOCAL_ZONE)


def add(version: SurveyVersion, plan: RoundPlan, *, actor: Actor) -> SurveyRound:
    """A round of questions that are there; it begins at once if its first day is today.

    Refuses days in the past, a year of typing errors ahead, an address that is taken, and days on which another
    round of the same survey runs in one of the areas: people would be asked twice and counted in both.
    """
    require(permissions.may_run(actor))
    together(
        lambda: _refuse_name(plan.name),
        lambda: check_first_day(plan.opens_at),
        lambda: _refuse_length(plan.opens_at, plan.closes_at),
        lambda: services.check_plan(plan),
    )
    _refuse_overlap(version, plan.opens_at, plan.closes_at, {area.id for area in plan.areas}, field="opens_at")
    one = services.create_round(version, plan, actor=actor)
    services.begin_if_due(one, actor=actor)
    return one


def _refuse_name(name: str) -> None:
    if len(one_line(name)) > NAME_LENGTH:
        raise Refusal(_("Bitte kürzen Sie den Namen auf %(limit)s Zeichen.", limit=NAME_LENGTH), field="name")


def check_first_day(opens_at: datetime) -> None:
    """Refuse a beginning in the past, and one a year of typing errors ahead."""
    if opens_at < midnight(clock.today()):
        raise Refusal(
            _("Der erste Tag liegt in der Vergangenheit. Bitte wählen Sie heute oder später."), field="opens_at"
        )
    if opens_at > clock.now() + _FARTHEST:
        raise Refusal(
            _("Der erste Tag liegt mehr als fünf Jahre in der Zukunft. Bitte prüfen Sie das Jahr."), field="opens_at"
        )


def move_end(one: SurveyRound, closes_at: datetime, *, read_as: datetime, actor: Actor) -> None:
    """Let a round that is planned or runs end on another day; `read_as` is the end the person had before their eyes.

    `Conflict` if somebody moved it in between. Refuses a round that is over, an end in the past or before the
    beginning, and one that reaches into another round of the same survey.
    """
    require(permissions.may_run(actor))
    lock(one, selectinload(SurveyRound.areas))
    if not permissions.may_move_end(actor, one):
        raise Refusal(_("Diese Runde ist beendet und wird nicht wieder geöffnet. Legen Sie eine neue Runde an."))
    if one.closes_at != read_as:
        raise Conflict(
            _("Das Ende wurde inzwischen auf den %(day)s gelegt. Nichts wurde überschrieben.",
              day=date_short(one.last_day)),
            field="closes_at",
        )  # fmt: skip
    if closes_at <= clock.now():
        raise Refusal(_("Das Ende liegt in der Vergangenheit. Bitte wählen Sie einen späteren Tag."), field="closes_at")
    if closes_at <= one.opens_at:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Tage."), field="closes_at")
    _refuse_length(one.opens_at, closes_at)
    _refuse_overlap(
        one.version, one.opens_at, closes_at, {area.id for area in one.areas}, field="closes_at", but=one.id
    )
    if closes_at == one.closes_at:
        return
    before = one.last_day
    one.closes_at = closes_at
    db.session.flush()
    settings.bump(queries.VERSION)
    details = {"before": before.isoformat(), "after": one.last_day.isoformat()}
    audit.record("survey.end_moved", subject=one, actor=actor, details=details)


def discard(one: SurveyRound, *, actor: Actor) -> None:
    """Throw away a round that has not begun: nobody has answered it. Its key opens nothing and is swept away."""
    require(permissions.may_run(actor))
    lock(one)
    if one.state is not RoundState.PLANNED:
        raise Refusal(_("Diese Runde hat schon begonnen. Sie lässt sich nur noch beenden."))
    audit.record("survey.round_discarded", subject=one, actor=actor, details={"slug": one.slug})
    db.session.delete(one)
    db.session.flush()
    settings.bump(queries.VERSION)


def _refuse_length(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at - opens_at > _LONGEST:
        raise Refusal(_("Eine Runde dauert höchstens ein Jahr. Bitte prüfen Sie das Ende."), field="closes_at")


def _refuse_overlap(
    version: SurveyVersion, opens_at: datetime, closes_at: datetime, area_ids: set[int], *, field: str, but: int = 0
) -> None:
    lock(version.survey)  # two people plan at once: the second one sees what the first one planned
    same = db.session.scalars(
        select(SurveyRound)
        .join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
        .options(selectinload(SurveyRound.areas))
        .where(
            SurveyVersion.survey_id == version.survey_id,
            SurveyRound.id != but,
            SurveyRound.state != RoundState.CLOSED,
            SurveyRound.opens_at < closes_at,
            SurveyRound.closes_at > opens_at,
        )
        .order_by(SurveyRound.opens_at)
    )
    other = next((one for one in same if area_ids & {area.id for area in one.areas}), None)
    if other is not None:
        raise Refusal(
            _("Vom %(first)s bis %(last)s läuft „%(name)s“ derselben Befragung. Bitte wählen Sie andere Tage.",
              first=date_short(other.opens_at), last=date_short(other.last_day), name=other.name or other.slug),
            field=field,
        )  # fmt: skip
