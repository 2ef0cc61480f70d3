"""An event that was held, with everybody who was invited: what minutes are written of."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from portal_client import PASSWORD, make_user

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.conferences.models import (
    AgendaItem,
    Attendance,
    Conference,
    ConferenceKind,
    ConferenceState,
    Invitation,
)
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.services import entries, versions
from portal.minutes.services.entries import Written
from portal.planning.models import Phase, PlanningPeriod, Topic
from portal.planning.services import create_period
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 10, 16, 0)  # noqa: DTZ001 - events keep wall-clock time

# Names that no page without personal data may hold.
SECRETS = (
    "Paula Planerin", "Leo Leitung", "Fenja Fachplan", "Gesa Gemeinde", "Tilo Traeger", "Vera Vertretung",
    "planerin@amt.example", "leitung@amt.example", "fach@amt.example", "gemeinde@ort.example", "traeger@verein.example",
)  # fmt: skip


@dataclass
class Meeting:
    """The event and the people around it."""

    conference: Conference
    planner: Actor
    leadership: Actor
    sectoral: Actor
    municipality: Organisation
    provider: Organisation
    absent: Organisation
    stranger: Organisation
    topic: Topic
    people: dict[str, Person] = field(default_factory=dict)

    def note(self, text: str = "Die Busse fahren selten.", **more: object) -> Written:
        more.setdefault("kind", EntryKind.NOTE)
        more.setdefault("agenda_item", self.conference.agenda[0])
        return Written(text=text, **more)  # type: ignore[arg-type]

    def need(self, text: str = "Abends fährt kein Bus.") -> Written:
        return self.note(text, kind=EntryKind.NEED, topics=[self.topic], raised_by=[self.municipality, self.provider])

    def task(self, text: str = "Fahrgastzahlen zusammenstellen.", due_on: date = date(2026, 12, 1)) -> Written:
        return self.note(text, kind=EntryKind.TASK, owner=self.people["planner"], due_on=due_on)

    def begun(self) -> Minutes:
        with transaction():
            return versions.begin(self.conference, actor=self.planner)

    def write(self, minutes: Minutes, *written: Written) -> list[MinutesEntry]:
        with transaction():
            return [entries.add(minutes.versions[-1], one, actor=self.planner) for one in written]

    def release(self, minutes: Minutes) -> MinutesVersion:
        version = minutes.versions[-1]
        with transaction():
            versions.submit(version, actor=self.planner, is_checked=True)
        with transaction():
            versions.release(version, actor=self.leadership)
        return version

    def released(self, *, public: bool = False) -> Minutes:
        """Minutes with a note, a need and a task, released."""
        minutes = self.begun()
        self.write(minutes, self.note(), self.need(), self.task())
        self.release(minutes)
        if public:
            with transaction():
                versions.set_public(minutes, True, actor=self.planner)
        return minutes


def account(email: str, name: str, role: Role) -> tuple[User, Person]:
    user = make_user(email, role, name=name, password=PASSWORD)
    with transaction():
        return user, stakeholders.person_behind(user, actor=SYSTEM)


def meeting() -> Meeting:
    """Everything stored; one municipality and one provider came, one organisation stayed away."""
    planner, planner_person = account("planerin@amt.example", "Paula Planerin", Role.PLANNER)
    leader, _leader = account("leitung@amt.example", "Leo Leitung", Role.LEADERSHIP)
    sectoral, _sectoral = account("fach@amt.example", "Fenja Fachplan", Role.SECTORAL_PLANNER)
    _mayor, mayor_person = account("gemeinde@ort.example", "Gesa Gemeinde", Role.MUNICIPALITY)
    _provider, provider_person = account("traeger@verein.example", "Tilo Traeger", Role.PROVIDER)
    account("fremd@anderswo.example", "Frida Fremd", Role.PROVIDER)
    with transaction():
        organisations = {
            key: stakeholders.create_organisation(name, kind, actor=SYSTEM, state=OrganisationState.VERIFIED)
            for key, name, kind in (
                ("office", "Amt Sozialplanung", OrganisationKind.COUNTY_DEPARTMENT),
                ("municipality", "Gemeinde Musterhausen", OrganisationKind.MUNICIPALITY),
                ("provider", "Verein Sonnenhut", OrganisationKind.WELFARE_PROVIDER),
                ("absent", "Verein Abwesend", OrganisationKind.INITIATIVE),
                ("stranger", "Verein Fremd", OrganisationKind.WELFARE_PROVIDER),
            )
        }
        stranger = stakeholders.queries.person_of(_user("fremd@anderswo.example"))
        assert stranger is not None
        for person, key in (
            (planner_person, "office"), (mayor_person, "municipality"), (provider_person, "provider"),
            (stranger, "stranger"),
        ):  # fmt: skip
            stakeholders.represent(person, organisations[key], actor=SYSTEM, valid_from=date(2020, 1, 1))
        period = create_period("probe", "Probe", actor=SYSTEM, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
        topic = Topic(key="mobility_infrastructure", name="Mobilität", position=1)
        names = {"name": "Probetal", "official_name": "Probetal", "is_own": True}
        county = Area(kind=AreaKind.COUNTY, key="08226", slug="probekreis", **names)
        db.session.add_all([topic, county])
        db.session.flush()
        area = Area(kind=AreaKind.PLANNING_AREA, county_id=county.id, slug="probetal", **names)
        db.session.add(area)
        db.session.flush()
        conference = conference_of(period, area)
        for person, key, came in (
            (mayor_person, "municipality", Attendance.YES), (provider_person, "provider", Attendance.DEPUTY),
            (stranger, "absent", Attendance.NO),
        ):  # fmt: skip
            db.session.add(
                Invitation(
                    conference=conference, organisation=organisations[key], person=person, link_nonce=key,
                    sent_at=NOW, attendance=came, deputy_name="Vera Vertretung" if came is Attendance.DEPUTY else "",
                )
            )  # fmt: skip
        db.session.flush()
    return Meeting(
        conference=conference,
        planner=Actor(user=planner),
        leadership=Actor(user=leader),
        sectoral=Actor(user=sectoral),
        municipality=organisations["municipality"],
        provider=organisations["provider"],
        absent=organisations["absent"],
        stranger=organisations["stranger"],
        topic=topic,
        people={"planner": planner_person, "provider": provider_person},
    )


def conference_of(period: PlanningPeriod, area: Area) -> Conference:
    conference = Conference(
        title="Konferenz Probetal",
        search_key="konferenz probetal",
        kind=ConferenceKind.PLANNING_AREA_CONFERENCE,
        state=ConferenceState.HELD,
        phase=Phase.NEEDS_ASSESSMENT,
        period=period,
        starts_at=HELD,
        ends_at=HELD.replace(hour=18),
        uid="probe@portal.example",
        walk_ins=3,
        areas=[area],
        agenda=[AgendaItem(number=1, title="Wege ohne Auto"), AgendaItem(number=2, title="Ausblick")],
    )
    db.session.add(conference)
    db.session.flush()
    return conference


def _user(email: str) -> User:
    return db.session.query(User).filter_by(email=email).one()
