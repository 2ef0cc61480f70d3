"""One record of each kind in the demonstration, for requests that need a valid address.

A record gives values to the parameters of an address: `{"public_id": "…"}`; a name that begins with `form:` or
`query:` gives a field of the form or of the query string instead. Records called `own …` and `foreign …` belong
to the person who asks or to somebody else; they differ from visitor to visitor, the others stand under `*`.
"""

import csv
import datetime
import re
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import Any

import conference_records
import evidence_records
import minutes_records
import needs_records
import reply_records
from sqlalchemy import func, select

from portal.accounts import security, sessions
from portal.accounts.models import Department, User
from portal.accounts.services import departments, invitations, users
from portal.areas import queries as areas
from portal.areas import regrouping
from portal.areas import services as area_services
from portal.areas.mergers import services as mergers
from portal.areas.mergers.services import Wish
from portal.areas.models import Area, MergerKind
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db, new_public_id
from portal.core.transaction import transaction
from portal.demo.mailbox import MAILBOX
from portal.files import spool
from portal.indicators import queries as figures
from portal.indicators import tasks as imports
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries import together
from portal.indicators.deliveries.together import ASKED
from portal.indicators.imports.choices import Choice, Open
from portal.indicators.imports.periods import Period
from portal.indicators.mapping import memory
from portal.indicators.mapping.rule import from_plain
from portal.indicators.models import BatchState, ImportBatch, Indicator, IndicatorSeries, Series, Visibility
from portal.indicators.own_figures import queries as own_figures
from portal.indicators.own_figures.reading import Entered, Read
from portal.indicators.own_figures.services import hand_in
from portal.indicators.periods import PeriodKind
from portal.indicators.social_index import services as index_services
from portal.indicators.social_index.models import MissingRule
from portal.indicators.value_states import ValueState
from portal.jobs import services as jobs
from portal.jobs.models import Job, JobState
from portal.outbox import services as outbox
from portal.outbox.kinds import secret_kinds
from portal.outbox.models import OutboxMessage
from portal.stakeholders import registration
from portal.stakeholders.models import Organisation, OrganisationKind, Person, Representation
from portal.surveys import rounds
from portal.surveys.models import RoundState, SurveyRound
from portal.surveys.services import RoundPlan
from portal.unsent import sheets

Values = dict[str, str]
Records = dict[str, dict[str, Values]]
EVERYBODY = "*"
INVENTED = "AAAAAAAAAAAA"


def _social_index(people: Mapping[str, int]) -> str:
    """An index of two indicators, made by the planner."""
    planner = Actor(user=db.session.get_one(User, people["planner"]))
    wanted = index_services.Composition(
        name="Beispielindex",
        weights={"p_hausarzt": 1.0, "beschaeftigungsquote": 2.0},
        rule=MissingRule.ALL,
        reason="",
    )
    with transaction():
        return index_services.create(wanted, figures.county_figures(planner), actor=planner).public_id


def make(folder: Path, people: Mapping[str, int]) -> Records:
    """Write one record of each kind and hand back how to address them. `people` are visitors and their user ids."""
    found: Records = {}

    def add(name: str, /, **values: str) -> None:
        found[name] = {EVERYBODY: {key.replace("__", ":"): value for key, value in values.items()}}

    made: dict[tuple[str, int], Values] = {}

    def owned(kind: str, of: Callable[[int], Values], owner: int) -> Values:
        if (kind, owner) not in made:
            made[kind, owner] = of(owner)
        return made[kind, owner]

    _public(add)
    _places(add)
    _accounts(add)
    _registration(add)
    _mail(add, folder)
    _figures(add, people)
    _surveys(add)
    needs_records.add_shared(add)
    minutes_records.add_shared(add, people)
    conference_records.add_shared(add)
    evidence_records.add_shared(add, people)
    reply_records.add_shared(add)
    for kind, of in (
        ("device", _device), ("organisation", _organisation), ("representation", _representation),
        ("choice", _choice), ("account", _account), ("job", _job), ("delivery", _Deliveries(folder)),
        ("unclear file", _unclear_file),
        ("invitation", lambda user_id: reply_records.own(_represented(user_id))),
        ("draft", needs_records.draft), ("statement", needs_records.statement), ("sheet", _sheet),
    ):  # fmt: skip
        for whose in ("own", "foreign"):
            owners = {visitor: id_ if whose == "own" else _other(id_, people) for visitor, id_ in people.items()}
            # Whoever is not signed in owns nothing: any record will do.
            owners["anonymous"] = people["planner"]
            found[f"{whose} {kind}"] = {visitor: owned(kind, of, owner) for visitor, owner in owners.items()}
    return found


def _other(user_id: int, people: Mapping[str, int]) -> int:
    """Somebody else, of another organisation: the provider, or the municipality's person for the provider."""
    return people["provider"] if user_id != people["provider"] else people["municipality"]


def _public(add: Callable[..., None]) -> None:
    add(
        "invented record",
        public_id=INVENTED,
        slug="erfunden",
        token="erfunden",
        name="erfunden",
        key="erfunden",
        kind="erfunden",
        code=INVENTED,
        entry_id=INVENTED,
        invitation=INVENTED,
        stem=INVENTED,
        paper_id=INVENTED,
        remark_id=INVENTED,
        number="9",
        upload=INVENTED,
        question=INVENTED,
    )
    add("language", code="en")
    add("receipt", number=INVENTED)
    add("settings group", slug="konten-und-anmeldung")
    add("report kind", kind="dossier")


def _places(add: Callable[..., None]) -> None:
    county = areas.own_county()
    other = areas.other_counties()[0]
    planning_area, target = areas.planning_areas()[:2]
    municipality = areas.members(planning_area, on=clock.today())[0]
    add("county", slug=county.slug)
    add("other county", slug=other.slug)
    add("planning area", slug=planning_area.slug)
    add("municipality", slug=municipality.slug)
    add("foreign municipality", slug=areas.municipalities(other)[0].slug)
    with transaction():
        place = db.session.get_one(Area, municipality.id)
        locality = area_services.create_locality(place, name="Probeort", actor=SYSTEM)
        decision = regrouping.assign(
            [place],
            to=db.session.get_one(Area, target.id),
            from_day=clock.today() + datetime.timedelta(days=40),
            actor=SYSTEM,
        )
        add("locality", slug=municipality.slug, public_id=locality.public_id)
        add("locality page", slug=locality.slug)
        add("locality elsewhere", slug=areas.municipalities(county)[-1].slug, public_id=locality.public_id)
        add("decision", public_id=decision.public_id)
        last, other_last = areas.municipalities(county)[-2:]
        merger = mergers.carry_out(
            Wish(
                kind=MergerKind.INCORPORATION,
                from_day=clock.today() + datetime.timedelta(days=400),
                reason="Vertrag",
                ended=(db.session.get_one(Area, other_last.id),),
                successor=db.session.get_one(Area, last.id),
            ),
            actor=SYSTEM,
        )
        add("merger", public_id=merger.public_id)
        add("no planning area", public_id=county.public_id, slug=county.slug)


def _accounts(add: Callable[..., None]) -> None:
    tokens: dict[str, str] = {}
    with transaction():
        invited = invitations.invite("eingeladen@verein.example", "Eva Muster", [Role.PROVIDER], actor=SYSTEM)
        unconfirmed = users.create_user(
            "offen@verein.example", "Ole Muster", [Role.PROVIDER], actor=SYSTEM, password="Vier Wörter am Fluss"
        )
        locked = users.create_user(
            "gesperrt@verein.example", "Gesa Muster", [Role.PROVIDER],
            actor=SYSTEM, password="Vier Wörter am Fluss", confirmed=True,
        )  # fmt: skip
        users.lock_user(locked, actor=SYSTEM)
        resting = departments.create_department("Ruhender Fachbereich", actor=SYSTEM)
        departments.archive_department(resting, actor=SYSTEM)
        add("invited account", public_id=invited.public_id)
        add("locked account", public_id=locked.public_id)
        add("archived department", public_id=resting.public_id)
        mail = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.recipient == invited.email).order_by(OutboxMessage.id.desc())
        ).first()
        assert mail is not None
        tokens["invitation link"] = mail.text.split("/einladung-konto/")[1].split()[0]
        department = db.session.scalars(
            select(Department).where(Department.archived_at.is_(None)).order_by(Department.sort_key)
        ).first()
        assert department is not None
        add("department", public_id=department.public_id)
        tokens["confirmation link"] = security.confirmation_token(unconfirmed)
        tokens["reset link"] = security.reset_token(unconfirmed)
        tokens["address link"] = security.address_token(unconfirmed, "neu@verein.example")
    for name, token in tokens.items():
        add(name, token=token)


def _registration(add: Callable[..., None]) -> None:
    with transaction():
        registration.register(
            "Proberunde",
            OrganisationKind.INITIATIVE,
            person_name="Ada Probe",
            email="ada@proberunde.example",
            areas=list(areas.planning_areas()[:1]),
        )
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "stakeholders.confirmation")).one()
    found = re.search(r"/registrieren/(\S+)", message.text)
    assert found is not None
    add("registration link", token=found[1])


def _mail(add: Callable[..., None], folder: Path) -> None:
    with transaction():
        written = outbox.enqueue(
            kind="home.barrier_receipt",
            occasion="records",
            recipient="gesperrt@verein.example",
            recipient_name="Gesa Muster",
            subject="Probe",
            text="Guten Tag.",
            html="<p>Guten Tag.</p>",
        )
        add("message", public_id=db.session.get_one(OutboxMessage, written).public_id)
        secret = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind.in_(secret_kinds())).order_by(OutboxMessage.id)
        ).first()
        assert secret is not None
        add("secret message", public_id=secret.public_id)
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = "amt@landkreis.example", "ole@verein.example", "Probe"
    letter.set_content("Guten Tag.")
    letter.add_alternative("<p>Guten Tag.</p>", subtype="html")
    path = folder / MAILBOX / "20260102T030405-probe.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(letter.as_bytes())
    add("letter", name=path.name)


def _figures(add: Callable[..., None], people: Mapping[str, int]) -> None:
    add("indicator", key="p_hausarzt")
    add("topic", key="health")
    add("social index", public_id=_social_index(people))
    add("mapping", public_id=_mapping())
    add("compared places", query__gebiet="raum:sinsheim,gemeinde:walldorf", query__thema="population")
    add("internal indicator", key="p_hallenbad")
    with transaction():
        # Nothing in the catalogue is internal; one with values for every municipality shows where it must not.
        internal = db.session.scalars(select(Indicator).where(Indicator.key == "p_hallenbad")).one()
        internal.visibility = Visibility.INTERNAL
    batches = select(ImportBatch.public_id).where(ImportBatch.state == BatchState.ACTIVE).order_by(ImportBatch.id)
    active = db.session.scalars(batches).first()
    assert active is not None
    add("delivery in force", public_id=active)
    upload, question = _files_together()
    add("files together", upload=upload, question=question)
    add("department's indicator", key="kita_u3")
    unfed = select(Series.public_id).where(Series.id.not_in(select(IndicatorSeries.series_id))).order_by(Series.id)
    series = db.session.scalars(unfed).first()
    assert series is not None
    add("series", public_id=series)
    youth = db.session.scalars(select(Department).where(Department.name == "Jugendhilfeplanung")).one()
    add("youth department", query__fachbereich=youth.public_id, form__fachbereich=youth.public_id)
    add(
        "template",
        query__fachbereich=youth.public_id,
        query__kennzahl="hilfen_zur_erziehung",
        query__zeitraum="2025",
    )
    add("own figures", public_id=_own_figures(youth))


def _own_figures(department: Department) -> str:
    """A department's delivery that waits for its release."""
    expected = own_figures.expected(department)
    place = areas.municipalities(areas.own_county())[0].id
    read = Read(
        entered=(
            Entered("hilfen_zur_erziehung", place, Period("2025", PeriodKind.YEAR), 12, ValueState.REPORTED, 7, "D"),
        ),
        columns=(("hilfen_zur_erziehung", Period("2025", PeriodKind.YEAR)),),
        empty=0,
    )
    with transaction():
        batch = hand_in(
            read, expected, {}, department=department, file_name="vorlage.xlsx", sha256="0" * 64, actor=SYSTEM
        )
        return batch.public_id


def _surveys(add: Callable[..., None]) -> None:
    one = db.session.scalars(select(SurveyRound).where(SurveyRound.state == RoundState.OPEN)).first()
    assert one is not None
    add("survey round", public_id=one.public_id, slug=one.slug, form__seite="0", form__sprache="en")
    with transaction():
        later = rounds.midnight(one.last_day + datetime.timedelta(days=60))
        plan = RoundPlan(
            key="geplant", slug="geplant", name="Geplant", phase=one.phase, period=one.period, areas=list(one.areas),
            opens_at=later, closes_at=later + datetime.timedelta(days=30),
        )  # fmt: skip
        add("planned round", public_id=rounds.add(one.version, plan, actor=SYSTEM).public_id)


def _sheet(user_id: int) -> Values:
    actor = Actor(user=db.session.get_one(User, user_id))
    values = {"form:entwurf": sheets.token("probe:1", f"sheet{user_id:07}", actor=actor), "form:entwurf_nr": "1"}
    return values | {"form:entwurf_seite": "seiteseiteab", "form:text": "Halb geschr"}


def _device(user_id: int) -> Values:
    with transaction():
        row = sessions.open_session(db.session.get_one(User, user_id), device="Firefox/130 Windows")
    return {"public_id": row.public_id}


def _represented(user_id: int) -> Representation:
    """For whom the person acts; for people who act for nobody any representation."""
    statement = (
        select(Representation)
        .join(Representation.person)
        .where(Representation.valid_to.is_(None))
        .order_by(func.coalesce(Person.user_id, 0) != user_id, Representation.id)
    )
    found = db.session.scalars(statement).first()
    assert found is not None
    return found


def _organisation(user_id: int) -> Values:
    organisation = db.session.get_one(Organisation, _represented(user_id).organisation_id)
    return {"public_id": organisation.public_id}


def _representation(user_id: int) -> Values:
    return {"public_id": _represented(user_id).public_id}


def _choice(user_id: int) -> Values:
    return {"form:representation": _represented(user_id).public_id}


def _account(user_id: int) -> Values:
    return {"public_id": db.session.get_one(User, user_id).public_id}


def _job(user_id: int) -> Values:
    with transaction():
        job = jobs.enqueue("jobs.purge", actor=_acting(user_id))
        job.state, job.finished_at, job.error = JobState.FAILED, clock.now(), "ProbeError"
        db.session.flush()
        found = db.session.get_one(Job, job.id).public_id
    return {"public_id": found}


def _acting(user_id: int) -> Actor:
    return Actor(user=db.session.get_one(User, user_id))


def _unclear_file(user_id: int) -> Values:
    """An uploaded file that waits to be explained, and a question about it; of who may hand one in."""
    actor = _acting(user_id)
    if not actor.has(Role.PLANNER, Role.SECTORAL_PLANNER, Role.ADMINISTRATOR):
        actor = SYSTEM
    kept = spool.keep(BytesIO("Schlüssel;Ort;2023\n08226003;Altlußheim;k.A.\n08226095;Walldorf;1.234\n".encode()))
    with transaction():
        batch = import_services.begin(file_name="unklar.csv", sha256="0" * 64, actor=actor)
        asked = Choice(Open.SHEET, "Zwei Blätter.", (("Daten", "Daten"), ("Daten (2)", "Daten (2)")))
        import_services.ask(batch, {ASKED: asked.as_plain()}, kept=kept, actor=actor)
        return {"public_id": batch.public_id}


def _files_together() -> tuple[str, str]:
    """Two files that were handed in at once and ask the same: address of the upload, and of the question."""
    upload = new_public_id()
    asked = Choice(Open.SHEET, "Zwei Blätter.", (("Daten", "Daten"), ("Daten (2)", "Daten (2)")))
    with transaction():
        for number in (1, 2):
            batch = import_services.begin(
                file_name=f"{number}.csv", sha256=f"{number:064}", upload=upload, actor=SYSTEM
            )
            kept = spool.keep(BytesIO(b"unklar"))
            import_services.ask(batch, {ASKED: asked.as_plain()}, kept=kept, actor=SYSTEM)
    (question,) = together.upload(upload, actor=SYSTEM).questions
    return upload, question.key


def _mapping() -> str:
    """How the files of one source are read."""
    columns = [{"heading": "Schlüssel", "holds": "area"}, {"heading": "2023", "holds": "value", "period": "2023"}]
    rule = from_plain(
        {"source": "Jugendamt", "level": "municipality", "signs": {"*": "suppressed"}, "columns": columns}
    )
    with transaction():
        return memory.remember(rule, ["Schlüssel", "2023"], actor=SYSTEM).public_id


class _Deliveries:
    """A delivery per person, read in and not taken over; people who may not hand one in share the planner's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, user_id: int) -> Values:
        actor = _acting(user_id)
        if not actor.has(Role.PLANNER, Role.SECTORAL_PLANNER, Role.ADMINISTRATOR):
            actor = SYSTEM
        path = self._folder / f"lieferung-{user_id}.csv"
        municipality = areas.municipalities(areas.own_county())[0]
        row: dict[str, Any] = {
            "level": "municipality", "ags": municipality.key, "area_name": municipality.name,
            "indicator_id": "da_wohn_leer", "period": "2019", "period_type": "year", "value": f"3{user_id % 10}.5",
            "unit": "Prozent", "value_status": "", "source": "Probe", "territorial_status": "2024-06-30",
        }  # fmt: skip
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
        read = imports.read_in(path, actor=actor)
        assert read.batch is not None
        return {"public_id": read.batch.public_id}
