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

KINDS = {
    "evidence.hearing": MessageKind(_l("Anhörung zu einem Befund")),
    "evidence.hearing_ends": MessageKind(_l("Erinnerung an eine Anhörung")),
    "evidence.hearing_stopped": MessageKind(_l("Anhörung angehalten")),
    "evidence.hearing_goes_on": MessageKind(_l("Anhörung läuft weiter")),
}


def opening(finding: Finding) -> str:
    """What the outbox knows the mails by that open the hearing of the latest version."""
    return _occasion("hearing", finding)


def _occasion(what: str, finding: Finding) -> str:
    return f"{what}:{finding.public_id}:{finding.latest.number}"


def hearing_opened(finding: Finding, people: Iterable[tuple[Person, Area]], *, ends_on: date) -> None:
    """To everybody who acts for a municipality heard: read it and state a position until a day."""
    for person, places in _by_person(people):
        with force_locale(_language(person)):
            _post(
                finding,
                person,
                subject=_("Anhörung: Befund %(area)s, %(topic)s", area=finding.area.name, topic=finding.topic.label),
                first=_("der Landkreis hat einen Befund vorbereitet, der auch Ihre Gemeinde betrifft."),
                asked=_("Bitte lesen Sie ihn und nehmen Sie Stellung. Ihr Text wird mit dem Befund abgedruckt."),
                places=places,
                ends_on=ends_on,
                kind="evidence.hearing",
                occasion=opening(finding),
            )


def hearing_ends(finding: Finding, people: Iterable[tuple[Person, Area]], *, ends_on: date) -> None:
    """To those who act for a municipality that has not answered yet: the last day comes nearer."""
    for person, places in _by_person(people):
        with force_locale(_language(person)):
            _post(
                finding,
                person,
                subject=_(
                    "Frist endet am %(day)s: Befund %(area)s, %(topic)s",
                    day=date_long(ends_on),
                    area=finding.area.name,
                    topic=finding.topic.label,
                ),
                first=_("zu diesem Befund liegt noch keine Stellungnahme Ihrer Gemeinde vor."),
                asked=_("Bitte nehmen Sie bis zum Ende der Frist Stellung. Ihr Text wird mit dem Befund abgedruckt."),
                places=places,
                ends_on=ends_on,
                kind="evidence.hearing_ends",
                occasion=_occasion("hearing-ends", finding),
            )


def hearing_stopped(finding: Finding, people: Iterable[tuple[Person, Area]], *, ends_on: date) -> None:
    """To those who act for a municipality whose running hearing was stopped: there is nothing to do now."""
    for person, places in _by_person(people):
        with force_locale(_language(person)):
            _post(
                finding,
                person,
                subject=_(
                    "Anhörung angehalten: Befund %(area)s, %(topic)s",
                    area=finding.area.name,
                    topic=finding.topic.label,
                ),
                first=_("die Anhörung zu diesem Befund ist angehalten. Der Landkreis prüft den Befund noch einmal."),
                asked=_("Sie müssen nichts tun. Geht die Anhörung weiter oder beginnt eine neue, schreiben wir Ihnen."),
                places=places,
                ends_on=ends_on,
                kind="evidence.hearing_stopped",
                occasion=f"{_occasion('hearing-stopped', finding)}:{len(finding.steps)}",
                is_open=False,
            )


def hearing_goes_on(finding: Finding, people: Iterable[tuple[Person, Area]], *, ends_on: date) -> None:
    """To the same people: the hearing goes on until the day it was to end."""
    for person, places in _by_person(people):
        with force_locale(_language(person)):
            _post(
                finding,
                person,
                subject=_(
                    "Anhörung läuft weiter: Befund %(area)s, %(topic)s",
                    area=finding.area.name,
                    topic=finding.topic.label,
                ),
                first=_("die Anhörung zu diesem Befund läuft weiter. Am Befund hat sich nichts geändert."),
                asked=_("Haben Sie noch nicht Stellung genommen, können Sie es bis zum Ende der Frist tun."),
                places=places,
                ends_on=ends_on,
                kind="evidence.hearing_goes_on",
                occasion=f"{_occasion('hearing-goes-on', finding)}:{len(finding.steps)}",
            )


def _by_person(people: Iterable[tuple[Person, Area]]) -> Iterable[tuple[Person, list[Area]]]:
    """Who can be written to, each once, with the municipalities the person speaks for, each once and by name."""
    told: dict[int, tuple[Person, set[Area]]] = {}
    for person, municipality in people:
        told.setdefault(person.id, (person, set()))[1].add(municipality)
    return [
        (person, sorted(places, key=lambda place: (place.sort_key, place.id)))
        for person, places in told.values()
        if person.email is not None
    ]


def _language(person: Person) -> str:
    return (person.user.locale if person.user else None) or DEFAULT


def _post(
    finding: Finding,
    person: Person,
    *,
    subject: str,
    first: str,
    asked: str,
    places: Iterable[Area],
    ends_on: date,
    kind: str,
    occasion: str,
    is_open: bool = True,
) -> None:
    """`is_open`: statements are taken, so that the mail names the last day and leads to the form."""
    names = ", ".join(place.name for place in places)
    facts = [
        (_("Planungsraum"), finding.area.name),
        (_("Thema"), finding.topic.label),
        (_("Angehört wird"), names),
    ]
    if is_open:
        facts.append((_("Frist"), date_long(ends_on)))
    way_on = [
        _("Sie können auch darauf verzichten. Dann wird der Befund nach der Frist veröffentlicht."),
        Action(_("Befund lesen und Stellung nehmen"), absolute_url("evidence.hearing", public_id=finding.public_id)),
    ]
    letters.post(
        Letter(
            subject=subject,
            body=[
                first,
                Facts(facts),
                asked,
                *(way_on if is_open else ()),
            ],
            why=_("Sie bekommen diese Nachricht, weil Sie für eine angehörte Gemeinde handeln."),
        ),
        kind=kind,
        occasion=occasion,
        recipient=person.email or "",
        recipient_name=person.name,
        sequence=0,
    )
