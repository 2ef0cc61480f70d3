"""Settings: values in bounds, changes one after the other, history that can be taken back."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import event, select

from portal.audit.models import AuditEntry
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, NotFound, Refusal
from portal.core.transaction import transaction
from portal.settings import queries, registry, services
from portal.settings.forms import form_for
from portal.settings.models import Setting, SettingChange
from portal.settings.registry import Declared, SettingKind
from portal.settings.values import shown

GROUP = "Probe"
LIST = [("a", "Erstes"), ("b", "Zweites"), ("c", "Drittes")]
DECLARED = (
    Declared(key="probe.line", kind=SettingKind.TEXT, default="eins", group=GROUP, label="Zeile"),
    Declared(key="probe.free", kind=SettingKind.TEXT, default="", group=GROUP, label="Freiwillig", required=False),
    Declared(key="probe.text", kind=SettingKind.LONG_TEXT, default="a", group=GROUP, label="Text"),
    Declared(key="probe.share", kind=SettingKind.NUMBER, default=12.5, group=GROUP, label="Anteil", minimum=0,
             maximum=100, unit="%"),
    Declared(key="probe.days", kind=SettingKind.WHOLE_NUMBER, default=7, group=GROUP, label="Tage", minimum=1),
    Declared(key="probe.one", kind=SettingKind.CHOICE, default="a", group=GROUP, label="Eines", choices=lambda: LIST),
    Declared(key="probe.many", kind=SettingKind.CHOICES, default=["a"], group=GROUP, label="Mehrere",
             choices=lambda: LIST),
    Declared(key="probe.on", kind=SettingKind.YES_NO, default=False, group=GROUP, label="An"),
    Declared(key="probe.mail", kind=SettingKind.EMAIL, default="a@b.example", group=GROUP, label="E-Mail"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _declared(app: Flask) -> Iterator[None]:
    before = dict(registry._declared)
    registry.declare(DECLARED)
    yield
    registry._declared.clear()
    registry._declared.update(before)


def put(key: str, value: Any) -> bool:
    with transaction():
        return services.put(key, value, actor=SYSTEM)


class Planner:
    """Just enough of a person."""

    id, name, department_id = 77, "Petra Planung", None
    role_set = frozenset({Role.PLANNER})


PLANNER = Actor(Planner())


def test_the_default_counts_until_something_is_stored() -> None:
    assert services.get("probe.days") == 7
    assert put("probe.days", 9)
    assert services.get("probe.days") == 9
    assert put("probe.days", 7)
    assert db.session.get(Setting, "probe.days") is None, "what equals the default follows a later default"


def test_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(KeyError):
        services.get("probe.nothing")


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("probe.line", "  zwei \n drei\u202e ", "zwei drei"),
        ("probe.text", "zwei\r\n\r\ndrei  \n", "zwei\n\ndrei"),
        ("probe.free", None, ""),
        ("probe.share", 99, 99.0),
        ("probe.share", "33.25", 33.25),
        ("probe.days", 30.0, 30),
        ("probe.on", "y", True),
        ("probe.mail", "Post@Kreis.example", "Post@Kreis.example"),
    ],
)
def test_values_are_stored_clean(key: str, value: Any, stored: Any) -> None:
    put(key, value)
    db.session.expire_all()
    assert services.get(key) == stored
    assert type(services.get(key)) is type(stored)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("probe.line", " \n", "füllen"),
        ("probe.line", None, "füllen"),
        ("probe.line", "x" * 201, "200"),
        ("probe.text", "x" * 5001, "5.000"),
        ("probe.share", -0.1, "mindestens 0"),
        ("probe.share", 100.5, "höchstens 100"),
        ("probe.share", float("nan"), "Zahl"),
        ("probe.share", float("inf"), "Zahl"),
        ("probe.share", "viel", "Zahl"),
        ("probe.share", None, "Zahl"),
        ("probe.days", 0, "mindestens 1"),
        ("probe.days", 1.5, "ganze Zahl"),
        ("probe.mail", "niemand", "E-Mail"),
        ("probe.mail", "a@b", "E-Mail"),
        ("probe.mail", "a@b.example\nBcc: c@d.example", "E-Mail"),
        ("probe.mail", "x" * 190 + "@verein.example", "kürzen"),
    ],
)
def test_values_out_of_bounds_are_refused_at_their_field(key: str, value: Any, words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        put(key, value)
    assert caught.value.field == key
    assert db.session.scalars(select(Setting)).all() == []


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PLANNER, Role.ADMINISTRATOR}])
def test_others_change_nothing(role: Role) -> None:
    person = Planner()
    person.role_set = frozenset({role})  # type: ignore[misc]
    with pytest.raises(NotAllowed), transaction():
        services.put("probe.days", 3, actor=Actor(person))
    with pytest.raises(NotAllowed):
        queries.groups(Actor(person))


def test_a_change_leaves_history_audit_and_a_new_version() -> None:
    before = services.version("settings")
    with transaction():
        services.put("probe.days", 9, actor=PLANNER)
    change = db.session.scalars(select(SettingChange)).one()
    assert (change.key, change.old, change.new, change.changed_by) == ("probe.days", 7, 9, 77)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.details) == ("settings.changed", 77, {"key": "probe.days"})
    assert services.version("settings") != before


def test_an_unchanged_value_leaves_no_trace() -> None:
    before = services.version("settings")
    assert not put("probe.days", 7)
    assert not put("probe.days", 7.0)
    assert db.session.scalars(select(SettingChange)).all() == []
    assert services.version("settings") == before


def test_undo_brings_the_old_value_back_and_can_be_undone() -> None:
    put("probe.days", 9)
    put("probe.days", 11)
    with transaction():
        services.undo(queries.change("probe.days", 2), actor=PLANNER)
    assert services.get("probe.days") == 9
    with transaction():
        services.undo(queries.change("probe.days", 3), actor=PLANNER)
    assert services.get("probe.days") == 11
    assert [change.new for change in db.session.scalars(select(SettingChange).order_by(SettingChange.id))] == [
        9,
        11,
        9,
        11,
    ]


def test_what_was_changed_again_is_not_undone() -> None:
    put("probe.days", 9)
    put("probe.days", 11)
    with pytest.raises(Conflict), transaction():
        services.undo(queries.change("probe.days", 1), actor=PLANNER)
    assert services.get("probe.days") == 11


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
def test_there_is_no_such_change(number: int) -> None:
    put("probe.days", 9)
    with pytest.raises(NotFound), transaction():
        services.undo(queries.change("probe.days", number), actor=PLANNER)


def test_concurrent_changes_each_note_what_they_replaced(app: Flask) -> None:
    """Six threads set a setting nobody set before; the history is one chain, nothing fails, nothing is lost."""
    threads, rounds, faults = 6, 5, []
    start = threading.Barrier(threads)

    def work(number: int) -> None:
        with app.app_context():
            try:
                start.wait()
                for turn in range(rounds):
                    put("probe.days", 100 + number * rounds + turn)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    chain = db.session.scalars(select(SettingChange).order_by(SettingChange.id)).all()
    assert len(chain) == threads * rounds
    # Ids are given before a writer waits, so the order of ids may differ from the order of changes.
    olds, news = [change.old for change in chain], [change.new for change in chain]
    assert sorted(news) == list(range(100, 100 + threads * rounds))
    assert sorted(olds) == sorted([7, *(new for new in news if new != services.get("probe.days"))])
    assert services.version("settings") == f"settings{threads * rounds}"


def test_concurrent_bumps_are_all_counted(app: Flask) -> None:
    def work() -> None:
        with app.app_context():
            for _turn in range(20):
                with transaction():
                    services.bump("probe")
            db.session.remove()

    workers = [threading.Thread(target=work) for _number in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert services.version("probe") == "probe100"


def test_a_request_reads_settings_once_and_never_what_was_undone(app: Flask) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM setting" in statement:
            statements.append(statement)

    with app.test_request_context("/", base_url="http://portal.example"):
        g.pop("settings", None)
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            for _turn in range(5):
                assert services.get("probe.days") == 7
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(statements) == 1
        with pytest.raises(RuntimeError), transaction():
            services.put("probe.days", 9, actor=SYSTEM)
            assert services.get("probe.days") == 9
            raise RuntimeError
        assert services.get("probe.days") == 7
        put("probe.days", 9)
        assert services.get("probe.days") == 9


def test_a_choice_is_one_of_its_list_and_shown_by_its_label() -> None:
    assert put("probe.one", "b")
    setting = registry.find("probe.one")
    assert shown(setting, services.get("probe.one")) == "Zweites"
    with pytest.raises(Refusal, match="aus der Liste") as refused:
        put("probe.one", "erfunden")
    assert refused.value.field == "probe.one"
    assert services.get("probe.one") == "b"


def test_several_choices_are_kept_in_the_order_of_the_list() -> None:
    assert put("probe.many", ["c", "a", "c"])
    assert services.get("probe.many") == ["a", "c"]
    assert shown(registry.find("probe.many"), ["a", "c"]) == "Erstes, Drittes"
    assert not put("probe.many", ["c", "a"])
    with pytest.raises(Refusal, match="mindestens einen"):
        put("probe.many", [])
    with pytest.raises(Refusal, match="aus der Liste"):
        put("probe.many", ["a", "erfunden"])
    change = db.session.scalars(select(SettingChange).where(SettingChange.key == "probe.many")).one()
    with transaction():
        services.undo(change, actor=SYSTEM)
    assert services.get("probe.many") == ["a"]


def test_what_left_the_list_stays_until_something_else_is_chosen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    put("probe.one", "b")
    monkeypatch.setattr("test_settings.LIST", LIST[:1])
    setting = registry.find("probe.one")
    with app.test_request_context("/", base_url="http://portal.example"):
        form = form_for([setting], present={setting.field: "b"})(data={setting.field: "b"}, meta={"csrf": False})
        assert [choice[:2] for choice in form[setting.field].iter_choices()] == [("a", "Erstes"), ("b", "b")]
        assert shown(setting, "b") == "b"
