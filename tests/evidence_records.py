"""Addresses of findings for the table of routes and roles."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import adoption, queries
from portal.evidence.adoption import Draft
from portal.evidence.hearings import services as hearings
from portal.evidence.models import Assessment, Finding, FindingState
from portal.minutes.models import EntryKind, MinutesEntry
from portal.minutes.queries import latest_released
from portal.needs.models import NeedsStatement, StatementState
from portal.planning.models import Topic
from portal.surveys import queries as surveys
from portal.surveys.models import Survey, SurveyRound, SurveyVersion

# Administered by the organisation of the demonstration's municipal representative.
HEARD = "08226091"


def add_shared(add: Callable[..., None], people: Mapping[str, int]) -> None:
    """A cell with a published finding, one without any, and two findings in their hearing."""
    add("assessed cell", area_slug="sinsheim", topic_key="mobility_infrastructure")
    add("open cell", area_slug="weinheim", topic_key="housing")
    add("invented cell", area_slug="erfunden", topic_key="erfunden")
    add("invented end", kind="hinweis", ref="erfunden")
    statement = db.session.scalars(select(NeedsStatement).where(NeedsStatement.state != StatementState.DRAFT)).first()
    assert statement is not None
    add("linkable statement", kind="hinweis", ref=statement.public_id)
    stem = db.session.scalars(
        select(MinutesEntry.stem)
        .join(MinutesEntry.version)
        .where(latest_released(), MinutesEntry.kind == EntryKind.NEED)
    ).first()
    assert stem is not None
    add("linkable entry", kind="eintrag", ref=stem)
    item = surveys.items()[0]
    key = db.session.scalars(
        select(Survey.key).join(Survey.versions).join(SurveyRound, SurveyRound.version_id == SurveyVersion.id)
        .where(SurveyRound.id == item.round_id)
    ).one()  # fmt: skip
    add("linkable question", kind="frage", ref=f"{key}.{item.item}")
    elsewhere = db.session.scalars(select(Finding).where(Finding.state == FindingState.HEARING)).first()
    assert elsewhere is not None
    add("finding in hearing", public_id=elsewhere.public_id)
    db.session.rollback()
    add("finding heard in Waibstadt", public_id=_heard(people, "housing").public_id)
    answered = _heard(people, "population")
    with transaction():
        planner = Actor(user=db.session.get_one(User, people["planner"]))
        hearings.state_position(answered.hearings[0], "Per Brief: Probe", actor=planner)
    add("statement entered for Waibstadt", public_id=answered.public_id, number=str(answered.hearings[0].id))
    elsewhere = db.session.get_one(Finding, elsewhere.id)
    add("statement of another town", public_id=elsewhere.public_id, number=str(elsewhere.hearings[0].id))
    db.session.rollback()


def _heard(people: Mapping[str, int], about: str) -> Finding:
    planner, leader = (Actor(user=db.session.get_one(User, people[role])) for role in ("planner", "leadership"))
    period = queries.period()
    matrix = queries.matrix(planner, period)
    area = db.session.scalars(select(Area).filter_by(kind=AreaKind.PLANNING_AREA, slug="sinsheim")).one()
    place = db.session.scalars(select(Area).filter_by(kind=AreaKind.MUNICIPALITY, key=HEARD)).one()
    topic = db.session.scalars(select(Topic).filter_by(key=about)).one()
    draft = Draft(
        adopted=Assessment.NO_DATA,
        said="Probe",
        figures_show="Probe",
        reason="Probe",
        recommendation="Probe",
    )
    with transaction():
        finding = adoption.adopt(
            (area, topic, period),
            draft,
            proposal=matrix.proposal(area.id, topic.key),
            limits=matrix.limits,
            actor=planner,
        )
        adoption.cosign(finding, actor=leader)
        hearings.open_hearing(finding, [place], actor=planner, tell=False)
        return finding
