"""Moving municipalities: dated, without overlaps, with reasons, one decision after the other, and back again."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from area_samples import SEED_DAY, municipality, planning_area, stored_user
from flask import Flask
from sqlalchemy import select, text

from portal.areas import extension, queries, regrouping
from portal.areas.models import Area, AreaMembership, MembershipKind, Regrouping
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.settings import services as settings

TODAY = SEED_DAY.date()
NEXT_YEAR = date(2027, 1, 1)


def course(slug: str) -> list[tuple[str, date, date | None]]:
    """Planning areas of a municipality, earliest first."""
    return [(m.group.slug, m.valid_from, m.valid_to) for m in reversed(queries.history(municipality(slug)))]


def move(slugs: list[str], to: str | None, from_day: date, **more: object) -> Regrouping:
    with transaction():
        return regrouping.assign(
            [municipality(slug) for slug in slugs],
            to=None if to is None else planning_area(to),
            from_day=from_day,
            **({"actor": SYSTEM} | more),  # type: ignore[arg-type]
        )


def require_no_overlap() -> None:
    """The invariant: on no day does a municipality belong to two planning areas."""
    rows = db.session.execute(
        text(
            "SELECT count(*) FROM area_membership a JOIN area_membership b ON a.member_id = b.member_id"
            " AND a.kind = b.kind AND a.id < b.id AND a.valid_from < coalesce(b.valid_to, '9999-12-31')"
            " AND b.valid_from < coalesce(a.valid_to, '9999-12-31')"
        )
    ).scalar_one()
    assert rows == 0


@pytest.fixture(autouse=True)
def _no_overlap_is_left(county: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
    require_no_overlap()


def test_a_move_closes_the_old_and_opens_the_new(county: Flask, planner: Actor) -> None:
    version = settings.version("areas")
    done = move(["mauer", "lobbach"], "neckargemuend-eberbach", NEXT_YEAR, reason="Beschluss", actor=planner)
    start = TODAY - timedelta(days=1420)
    for slug in ("mauer", "lobbach"):
        assert course(slug) == [("sinsheim", start, NEXT_YEAR), ("neckargemuend-eberbach", NEXT_YEAR, None)]
    assert not queries.history(municipality("mauer"))[0].is_example
    assert queries.planning_area_of(municipality("mauer"), on=date(2026, 12, 31)) == planning_area("sinsheim")
    assert queries.planning_area_of(municipality("mauer"), on=NEXT_YEAR) == planning_area("neckargemuend-eberbach")
    assert settings.version("areas") != version
    assert done.decided_by_id == planner.user_id
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "areas.regrouped")).scalar_one()
    assert entry.details["from_day"] == "2027-01-01"
    assert len(entry.details["members"]) == 2
    assert "Beschluss" not in str(entry.details)


def test_an_example_stays_one_unless_confirmed(county: Flask) -> None:
    move(["mauer"], "wiesloch-leimen", TODAY, confirmed=False)
    assert queries.is_example(municipality("mauer"), on=TODAY)
    move(["lobbach"], "wiesloch-leimen", TODAY, confirmed=True)
    assert not queries.is_example(municipality("lobbach"), on=TODAY)


def test_a_gap_is_allowed_and_named(county: Flask) -> None:
    move(["mauer"], None, NEXT_YEAR)
    assert queries.planning_area_of(municipality("mauer"), on=NEXT_YEAR) is None
    later = date(2027, 6, 1)
    plan = regrouping.plan([municipality("mauer")], to=planning_area("sinsheim"), from_day=later)
    assert plan.moves[0].gap_since == NEXT_YEAR
    move(["mauer"], "sinsheim", later)
    assert [step[1:] for step in course("mauer")] == [
        (TODAY - timedelta(days=1420), NEXT_YEAR), (later, None),
    ]  # fmt: skip


def test_correcting_on_the_first_day_leaves_no_empty_membership(county: Flask) -> None:
    move(["mauer"], "wiesloch-leimen", NEXT_YEAR)
    move(["mauer"], "neckargemuend-eberbach", NEXT_YEAR)
    assert [group for group, _from, _to in course("mauer")] == ["sinsheim", "neckargemuend-eberbach"]


def refused(field: str | None, **arguments: object) -> str:
    """The words of a refusal; nothing was changed."""
    before = [course(slug) for slug in ("mauer", "sinsheim")]
    with pytest.raises(Refusal) as caught, transaction():
        regrouping.assign(**({"actor": SYSTEM, "from_day": NEXT_YEAR} | arguments))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert [course(slug) for slug in ("mauer", "sinsheim")] == before
    assert db.session.execute(select(Regrouping)).first() is None
    return str(caught.value)


def test_refusals(county: Flask) -> None:
    mauer, there = municipality("mauer"), planning_area("wiesloch-leimen")
    assert "mindestens eine" in refused("municipalities", municipalities=[], to=there)
    assert "Grund" in refused("reason", municipalities=[mauer], to=there, from_day=TODAY - timedelta(days=1))
    assert "schon zu Sinsheim" in refused("to", municipalities=[mauer], to=planning_area("sinsheim"))
    assert "nächsten 10 Jahren" in refused("from_day", municipalities=[mauer], to=there, from_day=date(2099, 1, 1))
    early = TODAY - timedelta(days=1421)
    assert "erst ab" in refused("from_day", municipalities=[mauer], to=there, from_day=early, reason="Nachtrag")
    assert "Planungsraum des Landkreises" in refused("to", municipalities=[mauer], to=mauer)
    stranger = next(area for area in queries.municipalities(queries.other_counties()[0]))
    assert "eigenen Landkreises" in refused("municipalities", municipalities=[stranger], to=there)
    assert "eigenen Landkreises" in refused("municipalities", municipalities=[there], to=there)
    assert "höchstens" in refused("reason", municipalities=[mauer], to=there, reason="x" * 501)


def test_a_later_change_is_never_overlapped(county: Flask) -> None:
    edingen = municipality("edingen-neckarhausen")
    early = TODAY - timedelta(days=800)
    words = refused("from_day", municipalities=[edingen], to=planning_area("sinsheim"), from_day=early, reason="Irrtum")
    assert "schon eine Änderung eingetragen (Weinheim)" in words


def test_the_past_may_be_corrected_with_a_reason(county: Flask) -> None:
    day = TODAY - timedelta(days=100)
    move(["mauer"], "wiesloch-leimen", day, reason="Beschluss vom Sommer war nicht eingetragen")
    assert queries.planning_area_of(municipality("mauer"), on=day) == planning_area("wiesloch-leimen")


def test_only_planners_and_administrators_decide(county: Flask) -> None:
    for actor in (ANONYMOUS, Actor(user=stored_user(Role.LEADERSHIP)), Actor(user=stored_user(Role.MUNICIPALITY))):
        with pytest.raises(NotAllowed):
            move(["mauer"], "wiesloch-leimen", TODAY, actor=actor)
    move(["mauer"], "wiesloch-leimen", TODAY, actor=Actor(user=stored_user(Role.ADMINISTRATOR)))


def everything() -> list[tuple[object, ...]]:
    statement = (
        select(
            AreaMembership.member_id, AreaMembership.group_id, AreaMembership.valid_from, AreaMembership.valid_to,
            AreaMembership.is_example, AreaMembership.reason,
        )
        .where(AreaMembership.kind == MembershipKind.PLANNING_AREA)
        .order_by(AreaMembership.member_id, AreaMembership.valid_from)
    )  # fmt: skip
    return [tuple(row) for row in db.session.execute(statement)]


@pytest.mark.parametrize("day", [NEXT_YEAR, TODAY - timedelta(days=690)])
@pytest.mark.parametrize("to", ["sinsheim", None])
def test_undo_restores_everything(county: Flask, planner: Actor, day: date, to: str | None) -> None:
    before = everything()
    done = move(["edingen-neckarhausen", "ladenburg"], to, day, reason="Versuch", actor=planner)
    assert everything() != before
    with transaction():
        regrouping.undo(done, actor=planner)
    assert everything() == before
    assert done.undone_by_id == planner.user_id
    assert regrouping.latest(queries.own_county()) is None


def test_decisions_are_taken_back_one_after_the_other(county: Flask) -> None:
    before = everything()
    first = move(["mauer"], "wiesloch-leimen", NEXT_YEAR)
    middle = everything()
    second = move(["mauer", "lobbach"], "neckargemuend-eberbach", date(2028, 1, 1))
    with pytest.raises(Refusal, match="letzte Änderung"), transaction():
        regrouping.undo(first, actor=SYSTEM)
    with transaction():
        regrouping.undo(second, actor=SYSTEM)
    assert everything() == middle
    with transaction():
        regrouping.undo(first, actor=SYSTEM)
    assert everything() == before
    with pytest.raises(Refusal), transaction():
        regrouping.undo(first, actor=SYSTEM)


def test_history_reads_in_few_queries(county: Flask, counted: object) -> None:
    move(["mauer", "lobbach", "meckesheim"], "neckargemuend-eberbach", NEXT_YEAR, reason="eins")
    move(["dielheim"], "sinsheim", NEXT_YEAR, reason="zwei")
    own = queries.own_county()
    with counted() as statements:  # type: ignore[operator]
        found = regrouping.regroupings(own)
        words = [(r.reason, [(s.member.name, s.origin.name if s.origin else None) for s in r.steps]) for r in found]
    assert words[0] == ("zwei", [("Dielheim", "Wiesloch/Leimen")])
    assert [name for name, _origin in words[1][1]] == ["Lobbach", "Mauer", "Meckesheim"]
    assert len(statements) <= 3


def test_those_who_count_on_it_are_told_in_the_same_transaction(county: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[set[int], date]] = []

    def tell(*, planning_area_ids: object, from_day: date, actor: Actor) -> None:
        told.append((set(planning_area_ids), from_day))  # type: ignore[call-overload]

    monkeypatch.setattr(extension, "regrouped", [tell])
    done = move(["mauer"], "wiesloch-leimen", NEXT_YEAR)
    both = {planning_area("sinsheim").id, planning_area("wiesloch-leimen").id}
    assert told == [(both, NEXT_YEAR)]
    with transaction():
        regrouping.undo(done, actor=SYSTEM)
    assert told == [(both, NEXT_YEAR)] * 2


def together(county: Flask, decisions: list[tuple[str, str, str | None]]) -> list[object]:
    """Carry out decisions (municipality, planning area, expected mark) at the same moment, each in its thread."""
    start = threading.Barrier(len(decisions))
    results: list[object] = [None] * len(decisions)

    def decide(number: int, member: str, to: str, expected: str | None) -> None:
        with county.app_context(), clock.frozen(SEED_DAY):
            people = [municipality(member)]
            there = planning_area(to)
            start.wait()
            try:
                with transaction():
                    regrouping.assign(people, to=there, from_day=NEXT_YEAR, expected=expected, actor=SYSTEM)
                results[number] = "done"
            except Refusal as refusal:
                results[number] = type(refusal)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(n, *decision)) for n, decision in enumerate(decisions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return results


def test_of_two_planners_at_once_the_second_is_told(county: Flask) -> None:
    mark = regrouping.mark(queries.own_county())
    db.session.rollback()
    results = together(county, [("mauer", "wiesloch-leimen", mark), ("mauer", "neckargemuend-eberbach", mark)])
    assert sorted(map(str, results)) == sorted(["done", str(Conflict)])
    assert len(course("mauer")) == 2


def test_many_planners_at_once_lose_nothing(county: Flask) -> None:
    names = ["mauer", "lobbach", "meckesheim", "spechbach", "epfenbach", "waibstadt", "eschelbronn", "neidenstein"]
    db.session.rollback()
    results = together(county, [(name, "wiesloch-leimen", None) for name in names])
    assert results == ["done"] * len(names)
    day = queries.composition_of(queries.own_county(), on=NEXT_YEAR)
    assert {day.planning_area_of[municipality(name).id] for name in names} == {planning_area("wiesloch-leimen").id}
    assert db.session.execute(select(Regrouping)).unique().scalars().all().__len__() == len(names)
    assert len(day.members(planning_area("sinsheim").id)) == 14 - len(names)


def test_the_database_itself_refuses_two_open_memberships(county: Flask) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"), transaction():
        db.session.add(
            AreaMembership(
                kind=MembershipKind.PLANNING_AREA,
                group_id=planning_area("weinheim").id,
                member_id=municipality("mauer").id,
                valid_from=NEXT_YEAR,
            )
        )
        db.session.flush()


def test_a_place_ended_before_the_day_cannot_move(county: Flask) -> None:
    with transaction():
        db.session.get_one(Area, municipality("mauer").id).valid_to = date(2026, 12, 31)
    assert "gibt es an diesem Tag nicht" in refused(
        "from_day", municipalities=[municipality("mauer")], to=planning_area("weinheim")
    )
