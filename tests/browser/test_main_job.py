"""The main job, once through: from a registration to a published finding in one planning area."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from databases import DATABASES, new_postgres_database
from journeys import Days, Walk, await_, choose, fill, follow, open_house, press, shows, tick
from playwright.sync_api import Page, expect
from seeded import build

from portal.config import sqlite_url
from portal.core import clock

pytestmark = pytest.mark.browser

PLANNER = "amsel@landkreis.example"
LEADERSHIP = "buche@landkreis.example"
TOWN = "Stadtverwaltung Leimen (Beispielrolle)"
SPEAKER, SPEAKERS_MAIL, SPEAKERS_PASSWORD = "Lotte Muster-Lupine", "lupine@leimen.example", "Lupinenfeld im Juli"
TITLE = "Planungsraumkonferenz Nahversorgung"
TOPIC = "Soziale Infrastruktur"
NEED = "In Gauangelloch hat der letzte Laden geschlossen"
FINDING = "/befunde/wiesloch-leimen/social_infrastructure"


@pytest.fixture(params=["sqlite", "postgresql"])
def walk(
    request: pytest.FixtureRequest, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    """The county with its story on one kind of database, web server and worker running."""
    if request.param not in DATABASES:
        pytest.skip(f"{request.param} not asked for")
    folder = tmp_path / "data"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("seeded_sqlite"), folder)
        url = sqlite_url(folder)
    else:
        folder.mkdir()
        url = new_postgres_database(request.getfixturevalue("postgres_server"), "portal_journey")
        build(url, folder)
    days = Days(monkeypatch)
    with open_house(url, folder) as port:
        browser = request.getfixturevalue("chromium")(port)
        walk = Walk(browser, pictures, days)
        try:
            yield walk
        finally:
            walk.close()
            browser.close()


def test_the_main_job_once_through(walk: Walk) -> None:
    a_town_registers(walk)
    the_planner_verifies_it(walk)
    the_planner_prepares_a_conference(walk)
    the_planner_invites(walk)
    the_town_accepts_through_its_link(walk)
    another_town_declines_by_telephone(walk)
    walk.pass_days(2)
    the_conference_took_place(walk)
    the_planner_writes_minutes(walk)
    leadership_signs_the_minutes(walk)
    the_planner_publishes_the_minutes(walk)
    everybody_reads_the_minutes(walk)
    the_need_becomes_a_statement(walk)
    the_town_hands_the_statement_in(walk)
    the_planner_answers_the_statement(walk)
    everybody_follows_the_statement(walk)
    a_resident_answers_the_survey(walk)
    the_planner_reads_the_matrix(walk)
    the_planner_adopts_a_finding(walk)
    leadership_signs_the_finding(walk)
    the_town_is_heard(walk)
    everybody_reads_the_finding(walk)
    assert walk.complaints == []


def a_town_registers(walk: Walk) -> None:
    page = walk.window()
    page.goto("/registrieren")
    fill(page, "Name der Organisation", TOWN)
    choose(page, "Art der Organisation", "Stadt oder Gemeinde")
    choose(page, "Ort oder Verband, für den die Verwaltung zuständig ist", "Leimen")
    tick(page, "Zu welchen Themen arbeiten Sie?", TOPIC)
    fill(page, "Ihr Name", SPEAKER)
    fill(page, "Ihre Funktion", "Fachstelle Soziales")
    fill(page, "Ihre dienstliche E-Mail-Adresse", SPEAKERS_MAIL)
    walk.look(page, "registrieren")
    press(page, "Registrierung absenden")
    shows(page, "Bitte sehen Sie in Ihr Postfach", SPEAKERS_MAIL)
    letter = walk.mail(SPEAKERS_MAIL, "bestätigen")
    walk.look(letter, "mail-registrierung")
    letter.locator("main a[href*='/registrieren/']").first.click()
    shows(letter, "Stimmen diese Angaben?", TOWN, SPEAKER)
    fill(letter, "Passwort wählen", SPEAKERS_PASSWORD)
    walk.look(letter, "registrierung-bestaetigen")
    press(letter, "Registrierung bestätigen")
    expect(letter.locator("h1")).not_to_have_text("Registrierung bestätigen")
    walk.look(letter, "registrierung-bestaetigt")


def the_planner_verifies_it(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto("/heute")
    walk.look(page, "heute")
    page.locator("main a[href*='/organisationen?stand=pending']").first.click()
    follow(page, TOWN)
    follow(page, "Prüfen")
    shows(page, "Sie ist, was sie sagt", "Leimen")
    walk.look(page, "organisation-pruefen")
    press(page, "Als geprüft vermerken")
    shows(page, TOWN, "geprüft")
    walk.look(page, "organisation-geprueft")
    walk.mail(SPEAKERS_MAIL, "geprüft")


def the_planner_prepares_a_conference(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto("/konferenzen")
    follow(page, "Veranstaltung anlegen")
    fill(page, "Titel", TITLE)
    choose(page, "Art", "Planungsraumkonferenz")
    choose(page, "Phase der Planung", "Bedarfserhebung")
    tick(page, "Planungsräume", "Wiesloch/Leimen")
    tick(page, "Themen", TOPIC)
    fill(page, "Tag", (clock.today() + timedelta(days=1)).isoformat())
    fill(page, "Beginn", "14:00")
    fill(page, "Ende", "16:30")
    fill(page, "Ort", "Rathaus Leimen, Großer Saal")
    fill(page, "Mehr zum Zugang", "Aufzug, Höranlage, zwei Parkplätze ohne Stufen.")
    for number, words in [("1", "Wo kauft man ein?"), ("2", "Verabredungen")]:
        if not page.get_by_label(f"Punkt {number}", exact=True).count():
            press(page, "Punkt hinzufügen")
        fill(page, f"Punkt {number}", words)
    page.locator("#agenda summary").first.click()
    tick(page, "Themen zu Punkt 1", TOPIC)
    page.get_by_role("checkbox", name="Öffentlich").check()
    walk.look(page, "konferenz-anlegen")
    press(page, "Speichern")
    shows(page, "Entwurf: nur die Sozialplanung sieht diese Veranstaltung", "Wo kauft man ein?", TOPIC)
    walk.event = page.url.split("#")[0]
    walk.look(page, "konferenz-entwurf")


def the_planner_invites(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto(walk.event)
    follow(page, "Einladen")
    choose(page, "Planungsraum", "alle")
    choose(page, "Thema", TOPIC)
    press(page, "Anwenden")
    shows(page, TOWN, "Arbeitet zu diesem Thema.", "War zu diesem Thema schon eingeladen.")
    walk.look(page, "nach-thema")
    choose(page, "Planungsraum", "Wiesloch/Leimen")
    choose(page, "Thema", "alle")
    press(page, "Anwenden")
    for person in (SPEAKER, "Mira Muster-Mohn", "Nora Muster-Narzisse"):
        page.get_by_label(re.compile(person)).check()
    press(page, "Zeigen, wer noch fehlt")
    shows(page, "Städte und Gemeinden", "Es fehlen:", "Walldorf", "Das reicht nicht")
    expect(page.get_by_label(re.compile(SPEAKER))).to_be_checked()
    walk.look(page, "einladen")
    press(page, "Auf die Liste setzen")
    shows(page, "3 Personen stehen neu auf der Liste. Verschickt ist noch nichts.")
    follow(page, "3 Einladungen verschicken")
    shows(page, "3 E-Mails werden verschickt", "Es fehlen:")
    walk.look(page, "versenden")
    press(page, "Jetzt verschicken")
    row = page.get_by_role("row").filter(has_text=SPEAKER)
    await_(page, walk.event, row.get_by_text("verschickt", exact=True))
    walk.look(page, "verschickt")


def the_town_accepts_through_its_link(walk: Walk) -> None:
    letter = walk.mail(SPEAKERS_MAIL, TITLE)
    shows(letter, "REQUEST")
    walk.look(letter, "mail-einladung")
    link = letter.locator("main a[href*='/einladung/']").first.get_attribute("href")
    page = walk.window(phone=True)
    page.goto(str(link))
    shows(page, TITLE, SPEAKER, "Sie brauchen kein Konto.", "Rathaus Leimen, Großer Saal")
    tick(page, "Kommen Sie?", "Ja, ich komme")
    page.get_by_label("Höranlage", exact=True).check()
    page.get_by_label(re.compile("Ja, diese Angaben dürfen")).check()
    walk.look(page, "antworten")
    press(page, "Antwort senden")
    shows(page, "Danke, Ihre Antwort ist gespeichert", "zugesagt")
    walk.look(page, "geantwortet")


def another_town_declines_by_telephone(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto(walk.event)
    row = page.get_by_role("row").filter(has_text="Mira Muster-Mohn")
    row.get_by_role("link", name=re.compile("Rückmeldung eintragen")).click()
    tick(page, "Wie kam die Rückmeldung?", "am Telefon")
    tick(page, "Rückmeldung", "kommt nicht")
    walk.look(page, "rueckmeldung-eintragen")
    press(page, "Rückmeldung speichern")
    page.goto(walk.event)
    expect(page.get_by_role("row").filter(has_text="Mira Muster-Mohn")).to_contain_text("abgesagt")
    expect(page.get_by_role("row").filter(has_text=SPEAKER)).to_contain_text("zugesagt")
    follow(page, "Bedarf vor Ort")
    shows(page, SPEAKER, "Höranlage")
    walk.look(page, "was-menschen-brauchen")


def the_conference_took_place(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto(walk.event)
    shows(page, "Hat die Veranstaltung stattgefunden?")
    walk.look(page, "stattgefunden")
    press(page, "Ja, sie wurde durchgeführt")
    page.goto(walk.event)
    shows(page, "durchgeführt")
    follow(page, "Anwesenheit eintragen")
    page.get_by_label(re.compile(f"War da: .*{SPEAKER}")).select_option(label="anwesend")
    walk.look(page, "anwesenheit")
    press(page, "Anwesenheit speichern")
    shows(page, "Die Anwesenheit ist eingetragen.")


def the_planner_writes_minutes(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto(walk.event)
    follow(page, re.compile("Protokoll"))
    press(page, "Protokoll beginnen")
    shows(page, "Noch kein Eintrag")
    walk.minutes = page.url.split("#")[0]
    item = "TOP 1: Wo kauft man ein?"
    write(page, "Notiz", "Vier Ortsteile sind ohne Laden.", item)
    write(page, "Bedarf", NEED, item, topics=True, raised_by=TOWN)
    write(page, "Ressource", "Der Bürgerverein stellt einen Raum bereit.", item, topics=True)
    write(page, "Vereinbarung oder Empfehlung", "Ein rollender Laden wird geprüft.", "TOP 2: Verabredungen")
    write(page, "Aufgabe", "Kosten eines rollenden Ladens erfragen.", "TOP 2: Verabredungen", task=True)
    for words in ("Notiz", "Bedarf", "Ressource", "Vereinbarung", "Aufgabe", f"vorgebracht von: {TOWN}"):
        shows(page, words)
    walk.look(page, "protokoll-entwurf")
    press(page, "Zur Mitzeichnung geben")
    shows(page, "Die zweite Unterschrift fehlt.")
    expect(page.get_by_role("link", name="Lesen und mitzeichnen")).to_have_count(0)


def write(
    page: Page, kind: str, text: str, item: str, *, topics: bool = False, raised_by: str = "", task: bool = False
) -> None:
    form = page.locator("section", has=page.locator("#neu"))
    tick(form, "Art des Eintrags", kind)
    fill(form, "Text", text)
    choose(form, "Tagesordnungspunkt", item)
    if topics:
        form.locator("summary", has_text="Themen").click()
        tick(form, "Themen", TOPIC)
    if raised_by:
        form.locator("summary", has_text="Vorgebracht von").click()
        tick(form, "Vorgebracht von", raised_by)
    if task:
        form.get_by_label("Zuständig").select_option(index=1)
        fill(form, "Zu erledigen bis", (clock.today() + timedelta(days=30)).isoformat())
    press(page, "Hinzufügen")
    shows(page, text)


def leadership_signs_the_minutes(walk: Walk) -> None:
    page = walk.signed_in(LEADERSHIP)
    page.goto("/heute")
    walk.look(page, "heute-leitung")
    page.goto(walk.minutes)
    follow(page, "Lesen und mitzeichnen")
    walk.look(page, "protokoll-mitzeichnen")
    press(page, "Mitzeichnen und freigeben")
    shows(page, "freigegeben")
    assert pdf(page).startswith(b"%PDF")
    walk.look(page, "protokoll-freigegeben")


def pdf(page: Page) -> bytes:
    """The file behind the button."""
    with page.expect_download() as download:
        follow(page, re.compile("^PDF"))
    return Path(download.value.path()).read_bytes()


def the_planner_publishes_the_minutes(walk: Walk) -> None:
    everybody = walk.window()
    answer = everybody.goto(walk.minutes)
    assert answer is not None
    assert answer.status == 404
    page = walk.signed_in(PLANNER)
    page.goto(walk.minutes)
    shows(page, "Öffentlich ist es nicht.", "Die Veranstaltung war öffentlich.")
    page.get_by_role("checkbox", name=re.compile("keine Namen")).check()
    walk.look(page, "protokoll-veroeffentlichen")
    press(page, "Öffentlich machen")
    shows(page, "Das Protokoll ist öffentlich, ohne Namen von Personen.")


def everybody_reads_the_minutes(walk: Walk) -> None:
    page = walk.window(phone=True)
    page.goto(walk.minutes)
    shows(page, NEED, "Ein rollender Laden wird geprüft.")
    for name in (SPEAKER, "Muster-"):
        expect(page.locator("body")).not_to_contain_text(name)
    walk.look(page, "protokoll-oeffentlich")
    assert pdf(page).startswith(b"%PDF")


def the_need_becomes_a_statement(walk: Walk) -> None:
    planner = walk.signed_in(PLANNER)
    planner.goto(walk.minutes)
    planner.locator("main li.entry-need a[href*='/bedarfe/aus-protokoll/']").click()
    shows(planner, "Hinweis aus einem Protokoll", NEED)
    planner.get_by_role("group", name="Wessen Hinweis wird es?").get_by_label(
        re.compile(r"^Stadtverwaltung Leimen")
    ).check()
    walk.look(planner, "hinweis-aus-protokoll")
    press(planner, "Entwurf anlegen")
    shows(planner, "Der Entwurf ist angelegt.", f"Sie schreiben im Auftrag von: {TOWN} (aus einem Protokoll)")
    walk.statement = planner.url.removesuffix("/worum")


def the_town_hands_the_statement_in(walk: Walk) -> None:
    page = walk.signed_in(SPEAKERS_MAIL, password=SPEAKERS_PASSWORD)
    page.goto("/mein-bereich")
    walk.look(page, "mein-bereich")
    page.goto(walk.statement)
    shows(page, NEED, "nur Ihre Organisation und die Sozialplanung", "Herkunft:")
    walk.look(page, "hinweis-entwurf")
    follow(page, "Weiterschreiben")
    fill(page, "Begründung", "Wer nicht Auto fährt, kommt nicht mehr zum Einkaufen.")
    press(page, "Speichern und weiter")
    expect(page.get_by_role("group", name="Themen").get_by_label(TOPIC, exact=True)).to_be_checked()
    walk.look(page, "hinweis-ort")
    press(page, "Speichern und weiter")
    number = page.get_by_role("group", name="Zahl 1")
    fill(number, "Zahl, mit einem Satz", "2.100 Menschen wohnen dort")
    fill(number, "Quelle", "Einwohnermeldeamt, frei erfunden")
    walk.look(page, "hinweis-zahlen")
    press(page, "Speichern und weiter")
    shows(page, NEED, "2.100 Menschen wohnen dort", TOPIC)
    walk.look(page, "hinweis-pruefen")
    press(page, "Einreichen")
    shows(page, "Ihr Hinweis ist eingereicht.", "Herkunft:")
    walk.look(page, "hinweis-eingereicht")
    walk.code = str(page.get_by_role("link", name="Seite, die alle mit der Kennung sehen").get_attribute("href"))


def the_planner_answers_the_statement(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto("/bedarfe")
    walk.look(page, "bedarfe")
    page.locator("main a", has_text="Gauangelloch").first.click()
    follow(page, "Prüfen und rückmelden")
    press(page, "In Prüfung nehmen")
    tick(page, "Was wird aus dem Hinweis?", "als Empfehlung übernommen")
    fill(page, "Fachliche Rückmeldung", "Wir prüfen mit Ihnen einen rollenden Laden.")
    walk.look(page, "hinweis-rueckmeldung")
    press(page, "Rückmeldung geben und alle benachrichtigen")
    shows(page, "als Empfehlung übernommen", "Wir prüfen mit Ihnen einen rollenden Laden.")
    walk.look(walk.mail(SPEAKERS_MAIL, "Rückmeldung"), "mail-rueckmeldung")


def everybody_follows_the_statement(walk: Walk) -> None:
    page = walk.window(phone=True)
    page.goto("/nachverfolgen")
    fill(page, "Kennung", walk.code.split("/")[-1])
    press(page, "Anzeigen")
    shows(
        page,
        "Was daraus wurde",
        "als Empfehlung übernommen",
        "Wir prüfen mit Ihnen einen rollenden Laden.",
        "kein Verwaltungsakt",
    )
    expect(page.locator("body")).not_to_contain_text("Muster-")
    walk.look(page, "nachverfolgen")


def a_resident_answers_the_survey(walk: Walk) -> None:
    page = walk.window(phone=True, scripts=False)
    page.goto("/befragungen/leben-im-planungsraum")
    expect(page.locator("main[data-survey-state=start]")).to_be_visible()
    walk.look(page, "befragung-start")
    page.locator("main form").last.get_by_role("button").first.click()
    for number in range(1, 5):
        expect(page.locator(f"main[data-survey-state=page-{number}]")).to_be_visible()
        if number == 1:
            page.locator("select[name=wohnort]").select_option(label="Leimen")
            page.locator("input[name=einkaufen][value=sehr_schwer], input[name=einkaufen]").first.check()
        elif number == 2:
            page.locator("input[name=minuten_hausarzt]").fill("viele")
            press_next(page)
            expect(page.locator(".error-summary")).to_be_visible()
            walk.look(page, "befragung-fehler")
            page.locator("input[name=minuten_hausarzt]").fill("12")
        walk.look(page, f"befragung-{number}")
        press_next(page)
    expect(page.locator("main[data-survey-state=completed]")).to_be_visible()
    walk.look(page, "befragung-fertig")


def press_next(page: Page) -> None:
    page.locator("main button[name=weiter][value=vor]").click()


def the_planner_reads_the_matrix(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto("/befunde")
    walk.look(page, "matrix")
    page.locator(f"main a[href^='{FINDING}']").first.click()
    shows(page, f"{TOPIC} in Wiesloch/Leimen", "Was Menschen sagen", "Was Zahlen zeigen", "Gauangelloch")
    shows(page, "Benannt; die Zahlen zeigen es nicht")
    walk.look(page, "feld")
    page.locator("#stimmen a, [aria-labelledby=stimmen] a").filter(has_text="Gauangelloch").first.click()
    shows(page, "Fachliche Rückmeldung", "2.100 Menschen wohnen dort")
    walk.look(page, "quelle")
    page.go_back()
    shows(page, f"{TOPIC} in Wiesloch/Leimen")


def the_planner_adopts_a_finding(walk: Walk) -> None:
    page = walk.signed_in(PLANNER)
    page.goto(FINDING)
    follow(page, "Vorschlag übernehmen oder ändern")
    shows(page, "Die Regel schlägt vor:", "Benannt; die Zahlen zeigen es nicht")
    fill(page, "Gesagt wurde", "Leimen nennt, dass der letzte Laden geschlossen hat.")
    fill(page, "Die Zahlen zeigen", "Im Mittel ist ein Supermarkt nah; der Ortsteil ist nicht zu sehen.")
    fill(page, "Begründung", "Der Durchschnitt der Gemeinde verdeckt den Ortsteil.")
    fill(page, "Wir empfehlen", "Einen rollenden Laden ein Jahr lang erproben.")
    one = page.get_by_role("group", name="Alternative 1")
    fill(one, "Alternative 1", "Fahrdienst zum Markt")
    choose(one, "Kosten", "mittel (10.000 bis 100.000 EUR im Jahr)")
    fill(page, "Nächster Schritt", "Angebote einholen")
    page.get_by_label(re.compile("^Zuständig")).select_option(index=1)
    fill(page, "Bis wann", (clock.today() + timedelta(days=60)).isoformat())
    walk.look(page, "befund-fassen")
    press(page, "Übernehmen und zur Mitzeichnung geben")
    shows(page, "Einen rollenden Laden ein Jahr lang erproben.", "Fassung 1")
    walk.look(page, "befund-gefasst")
    stranger = walk.window()
    stranger.goto(FINDING)
    expect(stranger.locator("main")).not_to_contain_text("Einen rollenden Laden")


def leadership_signs_the_finding(walk: Walk) -> None:
    page = walk.signed_in(LEADERSHIP)
    page.goto(FINDING)
    press(page, "Mitzeichnen")
    shows(page, "mitgezeichnet")
    walk.look(page, "befund-mitgezeichnet")


def the_town_is_heard(walk: Walk) -> None:
    planner = walk.signed_in(PLANNER)
    planner.goto(FINDING)
    follow(planner, "Gemeinden anhören")
    boxes = planner.get_by_role("group", name="Betroffene Städte und Gemeinden")
    for box in boxes.get_by_role("checkbox").all():
        box.uncheck()
    boxes.get_by_label("Leimen", exact=True).check()
    walk.look(planner, "anhoerung-eroeffnen")
    press(planner, "Anhörung eröffnen")
    shows(planner, "in Anhörung")
    letter = walk.mail(SPEAKERS_MAIL, "Anhörung")
    link = letter.locator("main a[href*='/anhoerung']").first.get_attribute("href")
    page = walk.signed_in(SPEAKERS_MAIL, password=SPEAKERS_PASSWORD)
    page.goto(str(link))
    shows(page, "Noch nicht veröffentlicht", "Für Leimen")
    fill(page, "Ihre Stellungnahme", "Die Stadt beteiligt sich an den Kosten.")
    walk.look(page, "stellung-nehmen")
    press(page, "Stellungnahme abgeben")
    shows(page, "Ihre Stellungnahme für Leimen", "Die Stadt beteiligt sich an den Kosten.")
    planner.goto(FINDING)
    walk.look(planner, "befund-angehoert")
    press(planner, "Veröffentlichen")
    shows(planner, "veröffentlicht")
    planner.goto(walk.statement)
    planner.locator(f"main a[href^='{FINDING}']").first.click()
    shows(planner, f"{TOPIC} in Wiesloch/Leimen")


def everybody_reads_the_finding(walk: Walk) -> None:
    page = walk.window(phone=True)
    page.goto(FINDING)
    shows(page, "Gesagt wurde", "Die Zahlen zeigen", "Wir empfehlen", "Einen rollenden Laden ein Jahr lang erproben.")
    shows(page, "Stellungnahmen der Gemeinden", "Die Stadt beteiligt sich an den Kosten.")
    expect(page.locator("body")).not_to_contain_text("Muster-")
    walk.look(page, "befund-oeffentlich")
    page.goto("/planungsraeume/wiesloch-leimen")
    walk.look(page, "planungsraum")
