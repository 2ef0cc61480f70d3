"""Whom figures are from and under which terms; what nobody said is called unknown and not left out."""

from flask_babel import gettext as _

from portal.indicators.figures import SourceFacts


def text(source: SourceFacts) -> str:
    """The line to be printed."""
    return source.text or _("Quelle nicht angegeben")


def licence(source: SourceFacts) -> str:
    """The licence, behind a word that says that it is one."""
    return source.licence or _("nicht angegeben")


def licence_alone(source: SourceFacts) -> str:
    """The licence where no such word stands before it."""
    return source.licence or _("Lizenz nicht angegeben")
