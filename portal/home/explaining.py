"""What the portal explains about itself: terms in plain words, and the same in *Leichte Sprache*.

Texts in *Leichte Sprache* keep its rules: one statement per sentence and line, short words, long ones with a hyphen,
no genitive, no passive. They have not been tried by people with learning difficulties; the page says so.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.text import sort_key


@dataclass(frozen=True)
class Term:
    """A word that the pages use: what it means, and where to see it (endpoint; empty for none)."""

    key: str
    word: Any
    text: Any
    endpoint: str = ""


TERMS = (
    Term(
        "anhoerung", _l("Anhörung"),
        _l(
            "Bevor ein Befund veröffentlicht wird, dürfen die betroffenen Gemeinden etwas dazu sagen. Ihr Text "
            "wird mit abgedruckt."
        ),
    ),
    Term(
        "bedarfshinweis", _l("Bedarfshinweis"),
        _l(
            "Eine Gemeinde, ein Träger oder eine Initiative schreibt uns: Das fehlt hier. Oder: Das läuft hier "
            "gut und lässt sich nutzen. Wir antworten darauf fachlich."
        ),
        "needs.statement_list",
    ),
    Term(
        "befund", _l("Befund"),
        _l(
            "Das Ergebnis zu einem Thema in einem Planungsraum: was gesagt wurde, was die Zahlen zeigen und was "
            "wir empfehlen. Zwei Menschen unterschreiben jeden Befund."
        ),
        "evidence.matrix",
    ),
    Term(
        "beispielzuordnung", _l("Beispielzuordnung"),
        _l(
            "Welche Gemeinde zu welchem Planungsraum gehört, ist hier nur ein Beispiel. Die echte Zuordnung legt "
            "der Landkreis fest."
        ),
    ),
    Term(
        "einordnung", _l("Einordnung"),
        _l(
            "Die kurze Antwort auf die Frage: Passen Stimmen und Zahlen zusammen? Es gibt fünf Einordnungen, von "
            "„Stimmt überein“ bis „Keine Einordnung“."
        ),
        "evidence.matrix",
    ),
    Term(
        "empfehlung", _l("Empfehlung"),
        _l(
            "Was wir nach einem Befund vorschlagen, mit anderen Wegen und Kosten. Über die Umsetzung entscheiden "
            "Kreistag und Verwaltung."
        ),
    ),
    Term(
        "fachplanung", _l("Fachplanung"),
        _l(
            "Planung für ein Gebiet, zum Beispiel für Jugend, Pflege oder Busse. Jede Fachplanung liefert ihre "
            "eigenen Zahlen."
        ),
    ),
    Term(
        "gremium", _l("Gremium"),
        _l(
            "Eine feste Gruppe, die sich trifft und berät oder beschließt: ein Ausschuss, ein Beirat, ein runder "
            "Tisch."
        ),
    ),
    Term(
        "kennzahl", _l("Kennzahl"),
        _l(
            "Eine Zahl, die etwas über einen Ort sagt, zum Beispiel der Weg zur nächsten Hausarztpraxis. Zu jeder"
            " Kennzahl gehören Quelle, Stand und Erklärung."
        ),
        "indicators.catalogue",
    ),
    Term(
        "landkreis", _l("Landkreis"),
        _l(
            "Ein Gebiet mit mehreren Städten und Gemeinden. Er kümmert sich um Aufgaben, die eine einzelne "
            "Gemeinde nicht allein schafft, zum Beispiel um Sozialhilfe und Jugendhilfe."
        ),
    ),
    Term(
        "leitkennzahl", _l("Leitkennzahl"),
        _l(
            "Eine Kennzahl, die wir vorher für ein Thema ausgewählt haben. So kann niemand hinterher die Zahl "
            "suchen, die gerade passt."
        ),
    ),
    Term(
        "massnahme", _l("Maßnahme"),
        _l(
            "Etwas, das jemand wirklich tut, damit es besser wird: ein Rufbus, eine Sprechstunde, ein Treffpunkt."
            " Später prüfen wir, ob es geholfen hat."
        ),
    ),
    Term(
        "planungskreislauf", _l("Planungskreislauf"),
        _l(
            "Vier Schritte, die sich wiederholen: Bestand erfassen, Bedarf erheben, Maßnahmen planen, Wirkung "
            "prüfen."
        ),
        "home.how_we_work",
    ),
    Term(
        "planungsperiode", _l("Planungsperiode"),
        _l(
            "Die Zeit, in der wir den Planungskreislauf einmal durchlaufen, meist zwei bis fünf Jahre."
        ),
    ),
    Term(
        "planungsraum", _l("Planungsraum"),
        _l(
            "Mehrere Städte und Gemeinden, die nebeneinander liegen und für die wir gemeinsam planen."
        ),
        "home.planning_areas",
    ),
    Term(
        "planungsraumkonferenz", _l("Planungsraumkonferenz"),
        _l(
            "Ein Treffen für einen Planungsraum. Gemeinden, Träger und Initiativen sprechen dort über Bedarf, "
            "Angebote und Lösungen."
        ),
        "conferences.dates",
    ),
    Term(
        "protokoll", _l("Protokoll"),
        _l(
            "Was bei einer Veranstaltung gesagt und vereinbart wurde. Die öffentliche Fassung nennt keine "
            "Personen."
        ),
        "minutes.minutes_list",
    ),
    Term(
        "rueckmeldung", _l("Fachliche Rückmeldung"),
        _l(
            "Unsere Antwort auf einen Bedarfshinweis. Sie ist kein Bescheid und keine Zusage von Geld."
        ),
    ),
    Term(
        "sozialplanung", _l("Sozialplanung"),
        _l(
            "Sie klärt, was Menschen an einem Ort zum Leben brauchen, und schlägt vor, was zu tun ist. Sie berät "
            "und entscheidet nicht selbst."
        ),
        "home.how_we_work",
    ),
    Term(
        "spitzenverband", _l("Spitzenverband"),
        _l(
            "Ein Dach für viele Träger, zum Beispiel Caritas, Diakonie, AWO, Rotes Kreuz, Paritätischer oder die "
            "Zentralwohlfahrtsstelle der Juden. Organisationen unter einem Dach zählen in unserer Regel als eine "
            "Stimme."
        ),
    ),
    Term(
        "streuung", _l("Streuung"),
        _l(
            "Wie weit die Werte der Gemeinden auseinander liegen. Ein Durchschnitt kann verdecken, dass es einem "
            "Ort gut und dem Nachbarort schlecht geht."
        ),
    ),
    Term(
        "teilnahmecode", _l("Teilnahmecode"),
        _l(
            "Ein Wort aus Buchstaben und Zahlen, mit dem Sie an einer Befragung teilnehmen. Er verrät nicht, wer "
            "Sie sind."
        ),
    ),
    Term(
        "traeger", _l("Träger"),
        _l(
            "Eine Organisation, die soziale Angebote macht, zum Beispiel eine Beratungsstelle oder einen "
            "Pflegedienst."
        ),
    ),
    Term(
        "kennung", _l("Kennung zum Nachverfolgen"),
        _l(
            "Mit dieser Kennung sehen Sie, was aus einem Bedarfshinweis wurde. Ein Konto brauchen Sie dafür "
            "nicht."
        ),
        "needs.enter_code",
    ),
)  # fmt: skip


def terms() -> list[Term]:
    """The terms in the order of the alphabet of the reader's language."""
    return sorted(TERMS, key=lambda term: sort_key(str(term.word)))


# Heading and lines; every line is one statement.
EASY = (
    (_l("Was ist das hier?"), (
        _l("Das ist die Internet-Seite von der Sozial-Planung."),
        _l("Die Sozial-Planung arbeitet für den Land-Kreis."),
        _l("Ein Land-Kreis besteht aus vielen Städten und Gemeinden."),
        _l("Die Sozial-Planung fragt: Was brauchen die Menschen hier?"),
        _l("Zum Beispiel: Gibt es genug Ärzte? Fährt ein Bus? Gibt es einen Treff-Punkt?"),
    )),
    (_l("Was ist ein Planungs-Raum?"), (
        _l("Einige Städte und Gemeinden liegen nah zusammen."),
        _l("Wir fassen sie zusammen."),
        _l("Das nennen wir: Planungs-Raum."),
        _l("Für jeden Planungs-Raum gibt es eine eigene Seite."),
    )),
    (_l("Was sehen Sie hier?"), (
        _l("Sie sehen 2 Dinge."),
        _l("1. Was Menschen sagen. Dafür steht ein Kreis."),
        _l("2. Was Zahlen zeigen. Dafür steht ein Quadrat."),
        _l("Wir schauen: Passt beides zusammen?"),
        _l("Dann sagen wir: Das empfehlen wir."),
        _l("Wir entscheiden nicht."),
        _l("Der Kreis-Tag entscheidet."),
        _l("Die Menschen im Land-Kreis wählen den Kreis-Tag."),
    )),
    (_l("Wie können Sie mit-machen?"), (
        _l("Sie können Fragen beantworten."),
        _l("Das heißt: Befragung."),
        _l("Sie brauchen kein Konto."),
        _l("Sie müssen Ihren Namen nicht sagen."),
        _l("Sie können eine Veranstaltung besuchen."),
        _l("Die Termine stehen auf einer eigenen Seite."),
        _l("Sie können uns anrufen oder schreiben."),
    )),
    (_l("Wie benutzen Sie die Seite?"), (
        _l("Oben ist das Menü."),
        _l("Im Menü stehen alle wichtigen Seiten."),
        _l("Auf einem Handy tippen Sie auf das Wort: Menü."),
        _l("Wörter mit einem Strich darunter können Sie anklicken."),
        _l("Dann kommt eine neue Seite."),
        _l("Ganz unten können Sie hell oder dunkel wählen."),
        _l("Sie können die Schrift größer machen."),
        _l("Dafür drücken Sie 2 Tasten zusammen: Strg und Plus."),
    )),
    (_l("Was passiert mit Ihren Daten?"), (
        _l("Wir passen gut auf Ihre Daten auf."),
        _l("Ihre Antworten in einer Befragung haben keinen Namen."),
        _l("Niemand weiß: Diese Antwort ist von Ihnen."),
        _l("Wir zeigen nur Ergebnisse von vielen Menschen zusammen."),
    )),
    (_l("Was tun, wenn etwas nicht geht?"), (
        _l("Vielleicht können Sie etwas nicht lesen."),
        _l("Oder etwas geht nicht."),
        _l("Das ist eine Barriere."),
        _l("Bitte sagen Sie uns das."),
        _l("Wir antworten in 4 Wochen."),
        _l("Hilft Ihnen unsere Antwort nicht?"),
        _l("Dann gibt es eine andere Stelle."),
        _l("Die Stelle hilft Ihnen. Das kostet kein Geld."),
    )),
)  # fmt: skip
