"""Everything a questionnaire says beside its questions: in German, English and Leichte Sprache.

German and English come from the catalogue. Leichte Sprache is a way of writing German and stands here as it is; it was
written by rule and has not been read by a test group, which each of its pages says.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.core.formats import date_long, number

LABELS = {"de": "Deutsch", "en": "English", "ls": "Leichte Sprache"}
_LOCALES = {"de": "de", "en": "en", "ls": "de"}

_WORDS: dict[str, Any] = {
    "until": _l("Sie können bis zum %(day)s teilnehmen."),
    "what_happens": _l("Was mit Ihren Antworten geschieht"),
    "promises": (
        _l("Wir speichern keinen Namen, keine Adresse und keine Uhrzeit."),
        _l(
            "Ihre Antworten werden sofort verschlüsselt. Wir öffnen sie nie einzeln und erst, "
            "wenn mindestens %(count)s Antworten da sind."
        ),
        _l(
            "Ergebnisse zeigen wir nur für Gruppen ab %(base)s Personen. "
            "Freie Texte veröffentlichen wir nicht automatisch."
        ),
        _l("Gespeichert wird erst, wenn Sie am Ende absenden. Bis dahin können Sie jederzeit aufhören."),
        _l("Danach können wir Ihre Antworten nicht ändern oder löschen: Wir wissen nicht, welche von Ihnen sind."),
        _l("Benutzen Sie ein fremdes Gerät? Dann schließen Sie am Ende bitte das Fenster."),
    ),
    "language": _l("In welcher Sprache möchten Sie antworten?"),
    "start": _l("Befragung beginnen"),
    "unknown": _l("Niemand kann Sie erkennen."),
    "voluntary": _l("Jede Antwort ist freiwillig."),
    "page": _l("Seite %(page)s von %(pages)s"),
    "questions": _l("Frage %(first)s bis %(last)s von %(count)s"),
    "choose": _l("Bitte wählen"),
    "at_most": _l("Höchstens %(count)s Antworten."),
    "place_hint": _l("Ohne Ortsangabe zählt Ihre Antwort nur für den ganzen Landkreis."),
    "number_hint": _l("Eine ganze Zahl von %(least)s bis %(most)s reicht, zum Beispiel 15."),
    "text_hint": _l("Höchstens %(count)s Zeichen."),
    "unit_minutes": _l("Minuten"),
    "next": _l("Weiter zu Seite %(page)s"),
    "send": _l("Antworten absenden"),
    "back": _l("Zurück"),
    "other_language": _l("In anderer Sprache weiter"),
    "contact": _l("Sie brauchen Hilfe oder möchten lieber auf Papier antworten? Schreiben Sie an"),
    "call": _l("oder rufen Sie an:"),
    "error_prefix": _l("Fehler:"),
    "not_lost": _l("Nichts ist verloren. Bitte ändern Sie:"),
    "done_title": _l("Ihre Antworten sind angekommen"),
    "done_once": _l(
        "Wir haben sie verschlüsselt gespeichert. Wenn Sie zurückgehen und noch einmal absenden, zählt trotzdem nur, "
        "was Sie zuerst abgesendet haben."
    ),
    "nothing_title": _l("Sie haben keine Frage beantwortet"),
    "nothing_text": _l(
        "Das ist in Ordnung: Jede Antwort ist freiwillig. Wir haben nichts gespeichert. "
        "Schon eine einzige Antwort hilft uns, und Sie können jederzeit neu beginnen."
    ),
    "begin_again": _l("Neu beginnen"),
    "done_more": _l("Ergebnisse früherer Befragungen ansehen"),
    "home": _l("Zur Startseite"),
    "closed_title": _l("Diese Befragung ist beendet"),
    "closed_text": _l("Sie lief bis zum %(day)s. Vielen Dank an alle, die geantwortet haben."),
    "closed_sending": _l(
        "Sie ist zu Ende gegangen, während Sie geantwortet haben. Diese Antworten konnten wir nicht mehr speichern. "
        "Wenn Sie schon vorher abgesendet hatten, sind Ihre Antworten da."
    ),
    "paused_title": _l("Zurzeit können wir keine Antworten annehmen"),
    "paused_text": _l(
        "Bei uns ist etwas nicht in Ordnung: Wir könnten Ihre Antworten nicht lesen. Deshalb nehmen wir keine an. "
        "Bitte versuchen Sie es später noch einmal, oder fragen Sie bei uns nach:"
    ),
    "paused_sending": _l(
        "Bei uns ist etwas nicht in Ordnung: Wir könnten Ihre Antworten nicht lesen. Was Sie geschrieben haben, steht "
        "noch da. Lassen Sie das Fenster offen und versuchen Sie es später noch einmal. "
        "Unsere Adresse steht ganz unten."
    ),
    "results": _l("Ergebnisse ansehen"),
    "lost_title": _l("Ihre Antworten von anderen Seiten konnten wir nicht lesen"),
    "lost_text": _l(
        "Diese Seite war zu alt oder wurde verändert. Ihre Antworten auf dieser Seite stehen noch da. "
        "Mit „Zurück“ können Sie die anderen Seiten ergänzen."
    ),
    "too_big_title": _l("Ihr Text ist zu lang"),
    "too_big_text": _l(
        "Gehen Sie in Ihrem Browser einen Schritt zurück und kürzen Sie den Text auf höchstens %(count)s Zeichen. "
        "Ihre Antworten stehen dort noch da."
    ),
    "not_tested": "",
    "languages": _l("Sprachen"),
}

ERRORS: dict[str, Any] = {
    "unknown_choice": _l("Bitte wählen Sie eine Antwort aus der Liste."),
    "not_alone": _l(
        "„%(answer)s“ passt nicht zu anderen Antworten. Bitte wählen Sie entweder das eine oder das andere."
    ),
    "too_many": _l("Bitte wählen Sie höchstens %(most)s Antworten. Sie haben %(count)s gewählt."),
    "no_number": _l("Bitte geben Sie eine ganze Zahl an, zum Beispiel 15. Sie haben „%(entered)s“ geschrieben."),
    "out_of_range": _l("Bitte geben Sie eine Zahl von %(least)s bis %(most)s an."),
    "too_long": _l("Bitte kürzen Sie auf höchstens %(most)s Zeichen. Es sind %(count)s."),
}

_SIMPLE: dict[str, Any] = {
    "until": "Sie können bis zum %(day)s mitmachen.",
    "what_happens": "Das passiert mit Ihren Antworten",
    "promises": (
        "Wir speichern Ihren Namen nicht.",
        "Wir speichern Ihre Adresse nicht. Und nicht, wann Sie antworten.",
        "Niemand weiß, welche Antworten von Ihnen sind.",
        "Sie können immer aufhören.",
        "Erst am Ende senden Sie Ihre Antworten ab.",
        "Ist es nicht Ihr Computer? Dann machen Sie am Ende das Fenster zu.",
    ),
    "language": "In welcher Sprache wollen Sie antworten?",
    "start": "Umfrage anfangen",
    "unknown": "Niemand weiß, wer Sie sind.",
    "voluntary": "Sie müssen nicht jede Frage beantworten.",
    "questions": "Frage %(first)s bis %(last)s von %(count)s",
    "at_most": "Höchstens %(count)s Antworten.",
    "place_hint": "Sie müssen den Ort nicht sagen.",
    "number_hint": "Schreiben Sie eine Zahl von %(least)s bis %(most)s.",
    "next": "Weiter zu Seite %(page)s",
    "send": "Antworten absenden",
    "other_language": "Andere Sprache",
    "contact": "Brauchen Sie Hilfe? Schreiben Sie eine E-Mail an",
    "call": "Oder rufen Sie an:",
    "not_lost": "Alles ist noch da. Bitte ändern Sie:",
    "done_title": "Ihre Antworten sind da",
    "done_once": (
        "Wir haben Ihre Antworten gespeichert. Sie müssen nichts mehr tun. "
        "Sie können Ihre Antworten jetzt nicht mehr ändern."
    ),
    "nothing_title": "Sie haben noch keine Frage beantwortet",
    "nothing_text": (
        "Das ist nicht schlimm. Wir haben nichts gespeichert. "
        "Wollen Sie doch antworten? Dann fangen Sie noch einmal an. Eine Antwort ist genug."
    ),
    "begin_again": "Noch einmal anfangen",
    "done_more": "Ergebnisse von früher ansehen",
    "closed_title": "Diese Umfrage ist zu Ende",
    "closed_text": "Die Umfrage ging bis zum %(day)s.",
    "closed_sending": "Die Umfrage war schon zu Ende. Wir konnten Ihre Antworten nicht mehr speichern.",
    "paused_title": "Sie können im Moment nicht antworten",
    "paused_text": (
        "Bei uns ist etwas kaputt. Wir können Ihre Antworten nicht lesen. "
        "Versuchen Sie es später noch einmal. Oder fragen Sie uns:"
    ),
    "paused_sending": (
        "Bei uns ist etwas kaputt. Wir können Ihre Antworten nicht lesen. Alles ist noch da. "
        "Lassen Sie das Fenster offen. Versuchen Sie es später noch einmal. Unsere Adresse steht ganz unten."
    ),
    "lost_title": "Etwas ist schiefgegangen",
    "lost_text": (
        "Die Antworten von den anderen Seiten fehlen. Drücken Sie auf „Zurück“. Dann können Sie noch einmal antworten."
    ),
    "too_big_text": "Gehen Sie einen Schritt zurück. Schreiben Sie weniger: höchstens %(count)s Zeichen.",
    "not_tested": (
        "Dieser Text ist in Leichter Sprache. Wir haben ihn nach Regeln geschrieben. "
        "Eine Prüf-Gruppe hat ihn noch nicht gelesen."
    ),
}

_SIMPLE_ERRORS = {
    "unknown_choice": "Bitte wählen Sie eine Antwort aus der Liste.",
    "not_alone": "„%(answer)s“ passt nicht zu den anderen Antworten. Bitte ändern Sie das.",
    "too_many": "Das sind zu viele. Sie haben %(count)s Antworten gewählt. Wählen Sie höchstens %(most)s.",
    "no_number": "Bitte schreiben Sie eine Zahl. Zum Beispiel: 15. Sie haben „%(entered)s“ geschrieben.",
    "out_of_range": "Bitte schreiben Sie eine Zahl von %(least)s bis %(most)s.",
    "too_long": "Ihr Text ist zu lang. Schreiben Sie höchstens %(most)s Zeichen. Jetzt sind es %(count)s.",
}


def locale_of(language: str) -> str:
    """The catalogue of a language of questionnaires; Leichte Sprache is German."""
    return _LOCALES[language]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Dates, numbers and words of the catalogue in the questionnaire's language, whatever the site's is."""
    with force_locale(locale_of(language)):
        yield


class Words:
    """The words of one language: `words("next", page=2)`. Only inside `speaking(language)`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: Any) -> str:
        text = self._find(key, _SIMPLE, _WORDS)
        return text % _shown(values) if values else text

    def error(self, key: str, values: Mapping[str, Any]) -> str:
        """The words for a problem of `entries`."""
        answer = values.get("answer")
        plain = dict(values) if answer is None else {"answer": answer.texts[self.language]}
        text = self._find(key, _SIMPLE_ERRORS, ERRORS)
        return text % _shown(plain) if plain else text

    def promises(self, **values: Any) -> list[str]:
        """What we promise about the answers, one sentence or two each."""
        source = _SIMPLE if self.language == "ls" else _WORDS
        return [str(text) % _shown(values) for text in source["promises"]]

    def day(self, value: Any) -> str:
        return date_long(value)

    def _find(self, key: str, simple: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
        if self.language == "ls" and key in simple:
            return str(simple[key])
        return str(usual[key])


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: number(value) if isinstance(value, int) else value for name, value in values.items()}
