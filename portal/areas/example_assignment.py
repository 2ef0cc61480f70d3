"""What stands beside everything that rests on the assignment of municipalities, as long as that is an example.

Pages print it with `figures.assignment(example)` of `ui/figures.html`, files with `sentence(example)`.
"""

from flask_babel import gettext as _

from portal.areas import queries
from portal.core import clock
from portal.core.errors import NotFound


def in_county() -> bool:
    """Whether a *Beispielzuordnung* is part of what is shown of the own county's planning areas today."""
    try:
        return queries.is_example(queries.own_county(), on=clock.today())
    except NotFound:
        return False


def sentence(example: bool) -> str:
    """The sentence for the last line of a file; nothing once the assignment is confirmed."""
    return str(_("Zuordnung der Gemeinden: Beispielzuordnung.")) if example else ""
