"""Why a page says one thing of a topic in one place and another in the next, in plain sentences for everybody."""

from datetime import datetime

from flask_babel import gettext as _

from portal.core.formats import date_long
from portal.evidence import words
from portal.evidence.models import Assessment
from portal.evidence.rules.rule import Proposal
from portal.indicators.signals import FiguresSignal


def explained(proposal: Proposal, *, concluded: Assessment | None, published_at: datetime | None) -> str:
    """What explains the difference; empty where nothing differs.

    `concluded` is what the published finding says that is open again (None: there is none), `published_at` its day.
    """
    found = []
    figures = proposal.figures
    if figures.are_linked and figures.side_notes and figures.signal is not FiguresSignal.CONSPICUOUS:
        found.append(
            _("Für dieses Thema zählt zuerst die Zahl, die zu dem passt, was Menschen gesagt haben. "
              "Andere Zahlen des Themas fallen auf. Sie ändern diese Einordnung nicht.")
        )  # fmt: skip
    if concluded is not None and concluded is not proposal.assessment and published_at is not None:
        found.append(
            _("Der veröffentlichte Befund vom %(day)s sagt noch: %(short)s. Seitdem ist Neues dazugekommen. "
              "Wir prüfen ihn deshalb gerade neu.", day=date_long(published_at), short=words.SHORT[concluded])
        )  # fmt: skip
    return " ".join(found)
