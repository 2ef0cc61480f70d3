"""Pages on which the portal explains itself: how it works, terms, *Leichte Sprache*."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evidence import pages as evidence
from portal.home import explaining
from portal.home.views.frame import blueprint
from portal.settings.page_cache import cached_page


@blueprint.get("/so-arbeiten-wir")
@cached_page()
def how_we_work() -> ResponseReturnValue:
    """The planning cycle, voices and figures, who decides, and how to check all of it."""
    return render_template("home/how_we_work.html", legend=evidence.legend())


@blueprint.get("/begriffe")
@cached_page()
def glossary() -> ResponseReturnValue:
    """Words of the portal in plain words."""
    return render_template("home/glossary.html", terms=explaining.terms())


@blueprint.get("/leichte-sprache")
@cached_page()
def easy_language() -> ResponseReturnValue:
    """The portal in *Leichte Sprache*; each section leads to the pages it speaks of."""
    links: list[list[tuple[str, str]]] = [
        [],
        [(_("Zu den Planungs-Räumen"), url_for("home.planning_areas"))],
        [(_("Zu den Ergebnissen"), url_for("evidence.matrix"))],
        [
            (_("Zu den Befragungen"), url_for("surveys.rounds")),
            (_("Zu den Terminen"), url_for("conferences.dates")),
        ],
        [(_("Schwierige Wörter"), url_for("home.glossary"))],
        [(_("Mehr über Daten-Schutz. Der Text ist schwer."), url_for("home.data_protection"))],
        [(_("Eine Barriere melden"), url_for("home.accessibility", _anchor="melden"))],
    ]
    return render_template("home/easy_language.html", sections=explaining.EASY, links=links)
