"""Mail about findings."""

from collections.abc import Iterable
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.areas.models import Area
from portal.core.formats import date_long
from portal.core.languages import DEFAULT
from portal.evidence.models import Finding
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Facts, Letter, absolute_url
from portal.stakeholders.models import Person

KINDS = {"evidence.hearing": MessageKind(_l("Anhörung zu einem Befund"))}


def hearing_opened(finding: Finding, people: Iterable[tuple[Person, Area]], *, ends_on: date) -> None:
    """To everybody who acts for a municipality heard: read it and state a position until a day."""
    told: dict[int, tuple[Person, list[Area]]] = {}
    for person, municipality in people:
        told.setdefault(person.id, (person, []))[1].append(municipality)
    for person, places in told.values():
        if person.email is None:
            continue
        with force_locale((person.user.locale if person.user else None) or DEFAULT):
            letters.post(
                Letter(
                    subject=_(
                        "Anhörung: Befund %(area)s, %(topic)s", area=finding.area.name, topic=finding.topic.label
                    ),
                    body=[
                        _("der Landkreis hat einen Befund vorbereitet, der auch Ihre Gemeinde betrifft."),
                        Facts(
                            [
                                (_("Planungsraum"), finding.area.name),
                                (_("Thema"), finding.topic.label),
                                (_("Angehört wird"), ", ".join(place.name for place in places)),
                                (_("Frist"), date_long(ends_on)),
                            ]
                        ),
                        _("Bitte lesen Sie ihn und nehmen Sie Stellung. Ihr Text wird mit dem Befund abgedruckt."),
                        _("Sie können auch darauf verzichten. Dann wird der Befund nach der Frist veröffentlicht."),
                        Action(
                            _("Befund lesen und Stellung nehmen"),
                            absolute_url("evidence.hearing", public_id=finding.public_id),
                        ),
                    ],
                    why=_("Sie bekommen diese Nachricht, weil Sie für eine angehörte Gemeinde handeln."),
                ),
                kind="evidence.hearing",
                occasion=f"hearing:{finding.public_id}:{finding.latest.number}",
                recipient=person.email,
                recipient_name=person.name,
                sequence=0,
            )
