"""Commands that features bring along; each runs inside an application context."""

import click

from portal.cli.installation import with_app
from portal.cli.lazy import Lazy, LazyGroup


class FeatureGroup(LazyGroup):
    """Loads a feature's command and gives it the application."""

    def load(self, entry: Lazy) -> click.Command:
        return with_app(super().load(entry))


IMPORTS = {
    "areas": Lazy("portal.areas.cli:import_areas", "Gemeindeverzeichnis oder Grenzen einlesen"),
    "indicators": Lazy("portal.indicators.cli:import_indicators", "Indikatorwerte aus Dateien einlesen"),
    "batches": Lazy("portal.indicators.cli:list_batches", "Die letzten Lieferungen zeigen"),
    "undo": Lazy("portal.indicators.cli:undo_batch", "Eine Lieferung zurücknehmen"),
}


@click.group(cls=FeatureGroup, lazy=IMPORTS, help="Daten aus Dateien einlesen.")
def imports() -> None:
    pass


INDICATORS = {
    "values": Lazy("portal.indicators.values_cli:values", "Jeden Wert einer Kennzahl in einem Gebiet zeigen"),
}


@click.group(cls=FeatureGroup, lazy=INDICATORS, help="Kennzahlen: ihre Werte, mit Herkunft und früheren Ständen.")
def indicators() -> None:
    pass


FINDINGS = {"matrix": Lazy("portal.evidence.cli:matrix", "Vorschläge der Regel je Planungsraum und Thema zeigen")}


@click.group(cls=FeatureGroup, lazy=FINDINGS, help="Befunde: was Menschen sagen und was die Zahlen zeigen.")
def findings() -> None:
    pass


SURVEYS = {
    "add": Lazy("portal.surveys.cli:add", "Eine Runde aus einer Datei mit Fragen anlegen"),
    "list": Lazy("portal.surveys.cli:list_rounds", "Runden und Zahl der Antworten zeigen"),
}


@click.group(cls=FeatureGroup, lazy=SURVEYS, help="Befragungen von Einwohnerinnen und Einwohnern.")
def surveys() -> None:
    pass
