"""Whether a catalogue entry makes sense: each doubt with what helps (pure).

What would lead to a wrong number is refused; what leaves a figure without effect is said and may be saved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from flask_babel import gettext as _

from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.catalogue.entry import Entry
from portal.indicators.models import Delivery, DifferenceKind, Polarity
from portal.indicators.natures import HOLDS, Nature, holds

MOST_DECIMALS = 6
OLDEST_YEARS = 30
LONGEST_RHYTHM = 120


@dataclass(frozen=True)
class Check:
    """One doubt. `refuses`: nothing is saved before it is settled."""

    field: str
    message: str
    remedy: str
    refuses: bool = True

    @property
    def text(self) -> str:
        return f"{self.message} {self.remedy}".strip()


@dataclass(frozen=True, kw_only=True)
class AssignedSeries:
    """What is known of a series that feeds the entry; `numbers` and `classes` count values of own municipalities."""

    title: str
    unit: str
    is_own: bool
    municipalities: int
    classes: int
    has_county: bool


def checks(entry: Entry, series: Sequence[AssignedSeries], *, has_parts: bool = False) -> list[Check]:
    """Every doubt about the entry and the series it is fed from, refusals first.

    `has_parts`: numerator and denominator of the rate are fixed; then no series is needed.
    """
    found = [*_numbers(entry), *_aggregation(entry), *_rule(entry), *_delivery(entry, series)]
    if entry.rate_basis is RateBasis.COUNTS:
        found += _parts(has_parts)
    else:
        found += _series(entry, series)
        if has_parts:
            words = _("Die Kennzahl wird aus Zähler und Nenner berechnet.")
            found.append(Check("rate_basis", words, _("Bitte wählen Sie „%(counts)s“.", counts=RateBasis.COUNTS.label)))
    return sorted(found, key=lambda check: not check.refuses)


def refusals(found: Iterable[Check]) -> list[Check]:
    return [check for check in found if check.refuses]


def _numbers(entry: Entry) -> Iterator[Check]:
    for field in ("threshold", "min_difference", "standard_value", "standard_tolerance"):
        value = getattr(entry, field)
        if value is not None and not isfinite(value):
            yield Check(field, _("Das ist keine Zahl."), _("Bitte geben Sie eine Zahl ein, z.\u00a0B. 12,5."))
    if not 0 <= entry.decimals <= MOST_DECIMALS:
        yield Check("decimals", _("Möglich sind 0 bis %(most)s Nachkommastellen.", most=MOST_DECIMALS), "")
    if not 1 <= entry.age_limit_years <= OLDEST_YEARS:
        yield Check("age_limit_years", _("Möglich sind 1 bis %(most)s Jahre.", most=OLDEST_YEARS), "")
    if entry.min_difference is not None and entry.min_difference <= 0:
        yield Check(
            "min_difference", _("Die Mindestabweichung ist größer als null."), _("Leer lassen: kein Vergleich.")
        )
    if entry.standard_tolerance < 0:
        yield Check("standard_tolerance", _("Der Spielraum ist null oder größer."), "")
    if entry.delivery_months is not None and not 1 <= entry.delivery_months <= LONGEST_RHYTHM:
        yield Check("delivery_months", _("Möglich sind 1 bis %(most)s Monate.", most=LONGEST_RHYTHM), "")


def _aggregation(entry: Entry) -> Iterator[Check]:
    if not holds(entry.nature, entry.aggregation):
        yield Check("aggregation", _contradiction(entry.nature, entry.aggregation), _way_out(entry.nature))
    if entry.aggregation is Aggregation.POPULATION_SHARE:
        if entry.threshold is None:
            yield Check(
                "threshold",
                _("Für diesen Anteil fehlt der Schwellenwert."),
                _("Ab welchem Gemeindewert zählen die Menschen mit? Zum Beispiel ab 20 Minuten."),
            )
        if not entry.area_unit:
            yield Check(
                "area_unit",
                _("Aus dem Gemeindewert wird ein Anteil an der Bevölkerung."),
                _("Bitte nennen Sie die Einheit dieses Anteils, z.\u00a0B. „Prozent der Bevölkerung“."),
            )
    elif entry.threshold is not None:
        yield Check(
            "threshold",
            _("Einen Schwellenwert braucht nur der Anteil der Bevölkerung über dem Schwellenwert."),
            _("Bitte leeren Sie das Feld oder wählen Sie diesen Anteil."),
        )
    if (entry.aggregation is Aggregation.RATE) != (entry.rate_basis is not None):
        if entry.rate_basis is None:
            yield Check("rate_basis", _("Es fehlt, wovon die Quote gebildet wird."), _("Bitte wählen Sie es aus."))
        else:
            yield Check(
                "rate_basis",
                _("Das braucht nur eine neu berechnete Quote."),
                _("Bitte wählen Sie „keine Angabe“ oder als Wert des Planungsraums die neu berechnete Quote."),
            )
    if entry.counts_cases and entry.nature is not Nature.COUNT:
        yield Check(
            "counts_cases",
            _("Kleine Fallzahlen gibt es nur bei einer Anzahl."),
            _("Bitte wählen Sie als Art der Zahl „Anzahl“ oder nehmen Sie den Haken weg."),
        )


def _contradiction(nature: Nature, aggregation: Aggregation) -> str:
    if aggregation is Aggregation.SUM:
        return _("Nur eine Anzahl lässt sich zusammenzählen.")
    if nature is Nature.MEDIAN:
        return _("Ein Median lässt sich nicht mitteln: Der Mittelwert von Medianen ist kein Median.")
    if nature in {Nature.INDEX, Nature.CLASS}:
        return _("Klassen, Indizes, Noten und Ränge lassen sich nicht zusammenfassen.")
    if nature is Nature.COUNT:
        return _("Eine Anzahl wird zusammengezählt und nicht gemittelt.")
    return _("Ein Durchschnitt hat keinen Zähler und Nenner, aus denen er neu berechnet werden kann.")


def _way_out(nature: Nature) -> str:
    ways = ", ".join(f"„{one.label}“" for one in Aggregation if one in HOLDS[nature])
    return _("Zur Art „%(nature)s“ passt: %(ways)s.", nature=nature.label, ways=ways)


def _rule(entry: Entry) -> Iterator[Check]:
    if (entry.min_difference is None) != (entry.min_difference_kind is None):
        field = "min_difference" if entry.min_difference is None else "min_difference_kind"
        yield Check(
            field,
            _("Zur Mindestabweichung gehören Zahl und Art."),
            _("Bitte geben Sie beides an oder keins von beiden."),
        )
    if (entry.standard_value is None) != (entry.standard_scope is None):
        field = "standard_value" if entry.standard_value is None else "standard_scope"
        yield Check(
            field,
            _("Zum Richtwert gehört, wo er geprüft wird."),
            _("Bitte geben Sie beides an oder keins von beiden."),
        )
    if entry.standard_value is not None and not entry.standard_source:
        yield Check(
            "standard_source",
            _("Ein Richtwert ohne Quelle lässt sich nicht prüfen."),
            _("Bitte nennen Sie Gesetz, Beschluss oder Veröffentlichung."),
        )
    compares = entry.min_difference is not None or entry.standard_value is not None
    if entry.polarity is Polarity.NEUTRAL and compares:
        yield Check(
            "polarity",
            _("Ohne günstige Richtung gilt kein Wert als auffällig, was auch immer als Schwelle festgelegt ist."),
            _("Legen Sie die Richtung fest, wenn höhere Werte eindeutig günstig oder ungünstig sind."),
            refuses=False,
        )
    if entry.polarity is not Polarity.NEUTRAL and not compares and entry.aggregation is not Aggregation.NONE:
        yield Check(
            "min_difference",
            _("Ohne Mindestabweichung und ohne Richtwert wird nicht mit dem Landkreis verglichen."),
            _("Üblich sind 10 Prozent des Kreiswerts."),
            refuses=False,
        )
    if entry.min_difference_kind is DifferenceKind.RELATIVE and (entry.min_difference or 0) >= 1:
        yield Check(
            "min_difference",
            _("Eine Abweichung um das Doppelte des Kreiswerts oder mehr kommt kaum vor."),
            _("Bitte prüfen Sie, ob Prozent des Kreiswerts gemeint sind."),
            refuses=False,
        )


def _delivery(entry: Entry, series: Sequence[AssignedSeries]) -> Iterator[Check]:
    if entry.delivery is Delivery.OWN:
        if not entry.department:
            yield Check(
                "department",
                _("Eigene Zahlen liefert ein Fachbereich und gibt sie frei."),
                _("Bitte wählen Sie den zuständigen Fachbereich."),
            )
        if entry.nature is Nature.CLASS:
            yield Check(
                "nature",
                _("Über die Vorlage werden Zahlen geliefert, keine Klassen."),
                _("Bitte wählen Sie eine andere Art der Zahl oder eine Datei als Herkunft."),
            )
        first = next(iter(series), None)
        if first is not None and not first.is_own:
            yield Check(
                "series",
                _("An erster Stelle steht „%(title)s“: Die eigenen Zahlen sieht niemand.", title=first.title),
                _("Stellen Sie unter „Reihen zuordnen“ die eigene Reihe an die erste Stelle."),
                refuses=False,
            )
    elif any(one.is_own for one in series):
        yield Check(
            "series",
            _("Die eigene Reihe des Fachbereichs bekommt keine neuen Werte mehr."),
            _("Ordnen Sie eine andere Reihe zu oder wählen Sie wieder „eigene Zahlen“."),
            refuses=False,
        )
    if entry.next_due is not None and not entry.department:
        yield Check(
            "department",
            _("An die Lieferung wird niemand erinnert."),
            _("Wählen Sie den Fachbereich, der sie beschafft."),
            refuses=False,
        )
    if entry.delivery_months is not None and entry.delivery_months > 12 * entry.age_limit_years:
        yield Check(
            "age_limit_years",
            _("Die Werte gelten als zu alt, bevor die nächsten kommen."),
            _("Setzen Sie die Altersgrenze höher oder den Abstand der Lieferungen niedriger."),
            refuses=False,
        )


def _parts(has_parts: bool) -> Iterator[Check]:
    if not has_parts:
        yield Check(
            "rate_basis",
            _("Zähler und Nenner sind noch nicht festgelegt: Die Kennzahl bleibt ohne Werte."),
            _("Ohne die beiden Reihen hilft „bevölkerungsgewichtetes Mittel“ einer veröffentlichten Quote."),
            refuses=False,
        )


def _series(entry: Entry, series: Sequence[AssignedSeries]) -> Iterator[Check]:
    if not series:
        if entry.in_use and entry.delivery is Delivery.FILES:
            yield Check(
                "series",
                _("Noch ist keine Reihe zugeordnet: Die Kennzahl bleibt ohne Werte."),
                _("Ordnen Sie eine eingelesene Reihe zu."),
                refuses=False,
            )
        return
    first = series[0]
    if first.classes and entry.aggregation is not Aggregation.NONE:
        yield Check(
            "aggregation",
            _("„%(title)s“ enthält Klassen. Sie lassen sich nicht zusammenfassen.", title=first.title),
            _("Wählen Sie „%(none)s“.", none=Aggregation.NONE.label),
        )
    if not first.municipalities and first.has_county:
        yield Check(
            "series",
            _("„%(title)s“ hat nur einen Wert für den Landkreis. Er beurteilt keinen Planungsraum.", title=first.title),
            _("Gibt es dieselbe Zahl für Gemeinden, ordnen Sie diese Reihe zu."),
            refuses=False,
        )
    elif not first.municipalities and not first.is_own:
        yield Check(
            "series",
            _("„%(title)s“ hat noch keine sichtbaren Werte für diesen Landkreis.", title=first.title),
            _("Übernehmen Sie erst die Lieferung oder wählen Sie eine andere Reihe."),
            refuses=False,
        )
    if first.unit and not first.is_own and not _same_unit(first.unit, entry.unit):
        yield Check(
            "unit",
            _("Die Reihe hat die Einheit „%(unit)s“.", unit=first.unit),
            _("Bitte prüfen Sie, ob „%(unit)s“ dasselbe meint.", unit=entry.unit),
            refuses=False,
        )


def _same_unit(published: str, written: str) -> bool:
    return _compared(published) == _compared(written)


def _compared(unit: str) -> str:
    return unit.replace("EUR", "€").replace("Euro", "€").replace("%", "Prozent").casefold().strip()
