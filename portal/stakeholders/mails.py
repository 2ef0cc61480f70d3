"""Mail to organisations: confirm the address, what the check came to, and that a colleague now acts for them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.formats import datetime_short
from portal.core.languages import DEFAULT
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Block, Facts, Letter, Quotation, absolute_url
from portal.outbox.models import Priority
from portal.stakeholders.models import Organisation, Person, Registration, Representation

KINDS = {
    "stakeholders.confirmation": MessageKind(_l("Bestätigung einer Registrierung"), secret=True),
    "stakeholders.checked": MessageKind(_l("Ergebnis der Prüfung einer Organisation")),
    "stakeholders.representation": MessageKind(_l("Neue Vertretung einer Organisation")),
}


def confirm_registration(registration: Registration, *, token: str) -> None:
    """To the address that was given: only its owner can confirm it."""
    with force_locale(registration.locale or DEFAULT):
        letters.post(
            Letter(
                subject=_("Bitte bestätigen Sie die Registrierung Ihrer Organisation"),
                body=[
                    _("mit dieser Adresse wurde eine Organisation im Beteiligungsportal registriert:"),
                    Facts([
                        (_("Organisation"), registration.organisation_name),
                        (_("Art"), registration.kind.label),
                        (_("Ansprechperson"), registration.person_name),
                    ]),
                    Action(_("Registrierung bestätigen"), absolute_url("stakeholders.confirm", token=token)),
                    _("Der Link gilt bis %(until)s Uhr und nur einmal.", until=datetime_short(registration.expires_at)),
                    _("Waren Sie das nicht? Dann löschen Sie diese Nachricht. Es entsteht keine Organisation."),
                ],
                why=_("Sie bekommen diese Nachricht, weil diese Adresse bei der Registrierung angegeben wurde."),
            ),
            kind="stakeholders.confirmation",
            occasion=f"registration:{registration.public_id}",
            recipient=registration.email,
            recipient_name=registration.person_name,
            priority=Priority.IMMEDIATE,
        )  # fmt: skip


def verified(organisation: Organisation, *, to: Sequence[Person]) -> None:
    """The county has checked the organisation: it can put forward needs and is invited."""
    for person in to:
        _tell(
            person,
            organisation,
            subject=_l("Ihre Organisation ist geprüft"),
            body=lambda: [
                _("der Landkreis hat Ihre Organisation „%(name)s“ geprüft.", name=organisation.name),
                _("Sie können jetzt Bedarfshinweise einreichen und werden zu Veranstaltungen eingeladen."),
                Action(_("Zum Portal"), absolute_url("accounts.sign_in")),
            ],
        )


def refused(organisation: Organisation, *, to: Sequence[Person]) -> None:
    """The county does not admit the organisation, and why."""
    for person in to:
        _tell(
            person,
            organisation,
            subject=_l("Ihre Registrierung wurde abgelehnt"),
            body=lambda: [
                _("der Landkreis hat die Registrierung von „%(name)s“ abgelehnt. Der Grund:", name=organisation.name),
                Quotation(organisation.state_reason),
                _("Sie können Ihre Angaben ändern und erneut um Prüfung bitten."),
                Action(
                    _("Angaben ansehen"),
                    absolute_url("stakeholders.organisation_page", public_id=organisation.public_id),
                ),
            ],
        )


def now_acts(representation: Representation, *, by: str) -> None:
    """To somebody with an account: a colleague entered them as acting for the organisation."""
    person, organisation = representation.person, representation.organisation
    _tell(
        person,
        organisation,
        kind="stakeholders.representation",
        occasion=f"representation:{representation.public_id}",
        subject=_l("Sie handeln jetzt für eine Organisation"),
        body=lambda: [
            _("%(by)s hat eingetragen, dass Sie für „%(name)s“ handeln.", by=by, name=organisation.name),
            _("Stimmt das nicht? Dann geben Sie uns bitte Bescheid."),
            Action(_("Zum Portal"), absolute_url("accounts.sign_in")),
        ],
    )


def _tell(
    person: Person,
    organisation: Organisation,
    *,
    subject: Any,
    body: Any,
    kind: str = "stakeholders.checked",
    occasion: str | None = None,
) -> None:
    if person.email is None:
        return
    with force_locale((person.user.locale if person.user else None) or DEFAULT):
        blocks: Sequence[Block] = body()
        letters.post(
            Letter(
                subject=str(subject),
                body=blocks,
                why=_("Sie bekommen diese Nachricht, weil Sie für „%(name)s“ handeln.", name=organisation.name),
            ),
            kind=kind,
            occasion=occasion or f"organisation:{organisation.public_id}",
            recipient=person.email,
            recipient_name=person.name,
        )
