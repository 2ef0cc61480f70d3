"""Mail about deliveries: a department is reminded before its figures are due."""

from collections.abc import Sequence

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.models import Department, User
from portal.core import clock
from portal.core.formats import date_long
from portal.core.languages import DEFAULT
from portal.indicators.models import Delivery, Indicator
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Letter, Points, absolute_url

KINDS = {"indicators.delivery_due": MessageKind(_l("Erinnerung an eine Lieferung von Zahlen"))}


def deliveries_due(department: Department, indicators: Sequence[Indicator], people: Sequence[User]) -> int:
    """One mail to the department's address, or to each of its sectoral planners if it has none; how many.

    Asked again on the same day, nobody is mailed twice.
    """
    if department.email:
        readers = [(department.email, department.name, DEFAULT)]
    else:
        readers = [(user.email, user.name, user.locale or DEFAULT) for user in people]
    for address, name, locale in readers:
        with force_locale(locale):
            letters.post(
                _letter(department, indicators),
                kind="indicators.delivery_due",
                occasion=f"figures-due:{department.public_id}:{clock.today().isoformat()}",
                recipient=address,
                recipient_name=name,
                sequence=0,
            )
    return len(readers)


def _letter(department: Department, indicators: Sequence[Indicator]) -> Letter:
    own = [one for one in indicators if one.delivery is Delivery.OWN]
    count = len(indicators)
    body: list[letters.Block] = [
        ngettext(
            "für das Sozialmonitoring ist eine Lieferung Ihres Fachbereichs fällig:",
            "für das Sozialmonitoring sind %(num)d Lieferungen Ihres Fachbereichs fällig:",
            count,
        ),
        Points([_("%(name)s: bis %(day)s", name=one.name, day=date_long(one.next_due)) for one in indicators]),
    ]
    if own:
        body += [
            _("Eigene Zahlen tragen Sie in die Vorlage ein. Sie geben sie selbst frei; vorher sieht sie niemand."),
            _("Bitte keine Einzelfalldaten: nur Summen und Quoten für Gebiete. Kleine Fallzahlen bleiben geheim."),
            Action(_("Vorlage laden und abgeben"), absolute_url("indicators.own_figures")),
        ]
    else:
        body += [
            _("Die Datei der Statistik lesen Sie im Portal ein. Sie sehen vorher, was sich ändert."),
            Action(_("Dateien einlesen"), absolute_url("indicators.upload")),
        ]
    return Letter(
        subject=ngettext("Fällig: Zahlen für das Sozialmonitoring", "Fällig: %(num)d Lieferungen von Zahlen", count),
        body=body,
        why=_(
            "Sie bekommen diese Nachricht, weil Ihr Fachbereich %(name)s diese Zahlen liefert.", name=department.name
        ),
    )
