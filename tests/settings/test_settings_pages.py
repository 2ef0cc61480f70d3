"""Pages of settings: a glance, a form per group, history with undo."""

from dataclasses import replace

import html5lib
import pytest
from flask import Flask
from portal_client import QUICK_HASHES, PortalClient, make_user

from portal.accounts import policy
from portal.config import Config
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators.models import Series
from portal.settings import queries, services
from portal.settings.forms import form_for
from portal.settings.registry import Declared, SettingKind, declared

COUNTY = "/einstellungen/landkreis-und-anschrift"
ACCOUNTS = "/einstellungen/konten-und-anmeldung"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, extra={**config.extra, **QUICK_HASHES})


@pytest.fixture
def browser(app: Flask) -> PortalClient:
    """A planner's browser."""
    app.test_client_class = PortalClient
    with transaction():
        services.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    person = make_user("planung@kreis.example", Role.PLANNER, name="Petra Planung")
    client = app.test_client()
    assert isinstance(client, PortalClient)
    assert client.sign_in(person.email).status_code == 302
    return client


def filled(browser: PortalClient, path: str) -> dict[str, str]:
    """What the group's form holds when the page is opened."""
    document = html5lib.parse(browser.get(path).text, namespaceHTMLElements=False)
    form = next(form for form in document.iter("form") if "form" in form.get("class", "").split())
    found = {}
    for field in form.iter("input"):
        if field.get("type") == "checkbox" and field.get("checked") is None:
            continue
        if field.get("type") not in {"hidden", "submit"}:
            found[field.get("name")] = field.get("value", "")
    for select in form.iter("select"):
        found[select.get("name")] = next(o.get("value") for o in select.iter("option") if o.get("selected") is not None)
    for area in form.iter("textarea"):
        found[area.get("name")] = area.text or ""
    return found


def stored(key: str) -> object:
    db.session.rollback()
    return services.get(key)


def test_everything_is_shown_at_a_glance(browser: PortalClient) -> None:
    page = browser.get("/einstellungen").text
    for setting in declared():
        assert str(setting.label) in page, setting.key
    assert "angepasst" in page
    assert COUNTY in page


def test_a_group_is_changed_and_taken_back(browser: PortalClient) -> None:
    fields = filled(browser, COUNTY) | {"site-office_phone": "06221 522-0", "site-claim": "Für alle <b>da</b>"}
    answer = browser.submit(COUNTY, fields)
    assert answer.status_code == 302
    assert stored("site.office_phone") == "06221 522-0"
    page = browser.get(COUNTY).text
    assert "2 Einstellungen gespeichert." in page
    assert "Für alle &lt;b&gt;da&lt;/b&gt;" in page
    assert "Petra Planung" in page
    undone = browser.submit(COUNTY + "/zuruecknehmen", {"einstellung": "site.claim", "nummer": "1"}, page=COUNTY)
    assert undone.status_code == 302
    assert stored("site.claim") == "Sozialplanung gemeinsam"
    assert stored("site.office_phone") == "06221 522-0"
    again = browser.submit(COUNTY + "/zuruecknehmen", {"einstellung": "site.claim", "nummer": "1"}, page=COUNTY)
    assert again.status_code == 302
    assert "inzwischen erneut geändert" in browser.get(COUNTY).text


def test_one_refused_field_changes_nothing_and_keeps_every_input(browser: PortalClient) -> None:
    fields = filled(browser, COUNTY) | {"site-office_email": "niemand", "site-claim": "Getippt"}
    answer = browser.submit(COUNTY, fields)
    assert answer.status_code == 422
    assert stored("site.claim") == "Sozialplanung gemeinsam"
    assert 'href="#site-office_email"' in answer.text
    assert 'value="niemand"' in answer.text
    assert 'value="Getippt"' in answer.text
    assert "<title>Fehler: " in answer.text


def test_numbers_are_kept_within_their_bounds(browser: PortalClient) -> None:
    fields = filled(browser, ACCOUNTS) | {"accounts-idle_minutes": "5"}
    answer = browser.submit(ACCOUNTS, fields)
    assert answer.status_code == 422
    assert "mindestens 10" in answer.text
    assert stored("accounts.idle_minutes") == 120


def test_a_box_that_is_not_ticked_means_no(browser: PortalClient) -> None:
    with transaction():
        services.put(policy.SECOND_FACTOR_REQUIRED, True, actor=SYSTEM)
        services.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    assert browser.submit(ACCOUNTS, filled(browser, ACCOUNTS)).status_code == 302
    assert stored(policy.SECOND_FACTOR_REQUIRED) is False
    ticked = filled(browser, ACCOUNTS) | {policy.SECOND_FACTOR_REQUIRED.replace(".", "-"): "y"}
    assert browser.submit(ACCOUNTS, ticked).status_code == 302
    assert stored(policy.SECOND_FACTOR_REQUIRED) is True


def test_saving_what_is_there_says_so(browser: PortalClient) -> None:
    assert browser.submit(COUNTY, filled(browser, COUNTY)).status_code == 302
    assert "Es war nichts zu ändern." in browser.get(COUNTY).text


@pytest.mark.parametrize(
    "fields",
    [
        {"einstellung": "accounts.idle_minutes", "nummer": "1"},
        {"einstellung": "site.claim", "nummer": "99"},
        {"einstellung": "site.claim", "nummer": "x"},
        {},
    ],
)
def test_what_does_not_belong_here_is_not_taken_back(browser: PortalClient, fields: dict[str, str]) -> None:
    with transaction():
        services.put("accounts.idle_minutes", 60, actor=SYSTEM)
    assert browser.submit(COUNTY + "/zuruecknehmen", fields, page=COUNTY).status_code == 404
    assert stored("accounts.idle_minutes") == 60


def test_there_is_no_such_group(browser: PortalClient) -> None:
    assert browser.get("/einstellungen/erfunden").status_code == 404


def test_addresses_are_the_same_in_every_language(browser: PortalClient) -> None:
    browser.get("/sprache/en")
    assert browser.get(COUNTY).status_code == 200


@pytest.mark.parametrize(
    ("typed", "read"), [("12,5", 12.5), ("1.250,5", 1250.5), ("12.5", 12.5), ("−3,5", -3.5), ("1 e", None), ("", None)]
)
def test_numbers_are_read_as_people_type_them(app: Flask, typed: str, read: float | None) -> None:
    setting = Declared(key="probe.share", kind=SettingKind.NUMBER, default=1.0, group="Probe", label="Anteil")
    with app.test_request_context("/", method="POST", data={"probe-share": typed}, base_url="http://portal.example"):
        form = form_for([setting])(meta={"csrf": False})
        assert form.validate() is (read is not None)
        assert form["probe-share"].data == read
        assert form["probe-share"]._value() == typed


def test_history_names_who_and_offers_only_the_latest_for_undo(browser: PortalClient) -> None:
    for number, claim in enumerate(("Erstens", "Zweitens")):
        assert browser.submit(COUNTY, filled(browser, COUNTY) | {"site-claim": claim}).status_code == 302, number
    page = browser.get(COUNTY).text
    history = page[page.index('id="verlauf"') :]
    assert history.count("zuruecknehmen") == 1
    assert history.index("Zweitens") < history.index("Sozialplanung gemeinsam")
    assert queries.HISTORY_ENTRIES > 2


def test_series_and_days_of_the_weights_are_chosen_by_name(browser: PortalClient) -> None:
    with transaction():
        for code, title, unit in (("people", "Bevölkerung insgesamt", "Personen"), ("hectares", "Fläche", "km²")):
            db.session.add(Series(code=code, title=title, unit=unit))
    path = "/einstellungen/zahlen"
    page = browser.get(path).text
    assert '<option value="people">Bevölkerung insgesamt</option>' in page
    assert '<option selected value="population_total">' in page  # not delivered yet, and still the value
    fields = filled(browser, path) | {"figures-population_series": "people"}
    shown = browser.submit(path, fields)
    assert shown.status_code == 200  # a number of the rule: its effect is shown first
    assert stored("figures.population_series") == "population_total"
    seen = shown.text.split('name="gesehen" value="', 1)[1].split('"', 1)[0]
    assert browser.submit(path, fields | {"gesehen": seen}).status_code == 302
    assert stored("figures.population_series") == "people"
    assert "Bevölkerung insgesamt" in browser.get("/einstellungen").text
    refused = browser.submit(path, fields | {"figures-area_series": "people"})
    assert refused.status_code == 422
    assert stored("figures.area_series") == "area_km2"
    undo = {"einstellung": "figures.population_series", "nummer": "1"}
    browser.submit(path + "/zuruecknehmen", undo, page=path)
    assert stored("figures.population_series") == "population_total"


def test_a_saved_change_leads_to_the_question_whether_to_take_it_back(browser: PortalClient) -> None:
    browser.submit(COUNTY, filled(browser, COUNTY) | {"site-claim": "Für alle"})
    ask = COUNTY + "/zuruecknehmen?einstellung=site.claim&nummer=1"
    page = browser.get(COUNTY).text
    assert f'1 Einstellung gespeichert. <a href="{ask.replace("&", "&amp;")}">Rückgängig machen</a>' in page
    question = browser.get(ask).text
    assert "<dt>Jetzt</dt><dd>Für alle</dd><dt>Danach</dt><dd>Sozialplanung gemeinsam</dd>" in question
    assert stored("site.claim") == "Für alle"  # asking changes nothing
    browser.submit(COUNTY + "/zuruecknehmen", {"einstellung": "site.claim", "nummer": "1"}, page=ask)
    assert stored("site.claim") == "Sozialplanung gemeinsam"
    assert browser.get(COUNTY + "/zuruecknehmen?einstellung=site.claim&nummer=9").status_code == 404


def test_bounds_and_values_count_in_german(browser: PortalClient) -> None:
    page = browser.get(ACCOUNTS).text
    page = page.replace("\u00a0", " ")
    assert "1 bis 12 Stunden" in page
    assert "1 bis 90 Tage" in page
    browser.submit(ACCOUNTS, filled(browser, ACCOUNTS) | {"accounts-invitation_days": "1"})
    assert "1 Tag<" in browser.get(ACCOUNTS).text.replace("\u00a0", " ")
