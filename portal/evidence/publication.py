"""Publishing a finding, and what bodies said to it."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import services as audit
from portal.conferences.models import Conference
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.evidence import permissions
from portal.evidence.models import Finding, FindingDecision, FindingState, FindingVersion
from portal.evidence.progress import checked, held, step, touched
from portal.indicators.models import Indicator, Visibility
from portal.stakeholders.models import Body


def may_publish_now(finding: Finding) -> bool:
    """The hearing of this version is over, or everybody heard has answered."""
    heard = finding.current_hearings
    today = clock.today()
    return bool(heard) and all(one.stated_at is not None or today > one.ends_on for one in heard)


def internal_indicators(version: FindingVersion) -> list[str]:
    """Names of indicators that a version rests on and that only the county's staff see."""
    keys = list(version.proposal.get("numbers", {}))
    statement = select(Indicator.name).where(Indicator.key.in_(keys), Indicator.visibility == Visibility.INTERNAL)
    return list(db.session.scalars(statement.order_by(Indicator.sort_key)))


def publish(
    finding: Finding,
    *,
    actor: Actor,
    edition: int | None = None,
    without_unreached: bool = False,
    knowing: bool = False,
) -> None:
    """Make the latest version public. Not before the hearing is over or everybody heard has answered.

    Where neither mail nor letter reached a municipality, only `without_unreached`: it is printed as not reached.
    `knowing`: it rests on figures that are not public, and somebody decided that it is published all the same.
    """
    require(permissions.may_adopt(actor))
    held(finding, edition, actor=actor)
    internal = [] if knowing else internal_indicators(finding.latest)
    if internal:
        raise Refusal(
            _(
                "Der Befund stützt sich auf Zahlen, die nur die Kreisverwaltung sieht: %(names)s. Bitte bestätigen "
                "Sie, dass er trotzdem veröffentlicht wird.",
                names="; ".join(internal),
            )
        )
    if finding.state is FindingState.HEARING and not may_publish_now(finding):
        raise Refusal(_("Die Anhörung läuft noch, und nicht alle Gemeinden haben geantwortet."))
    missed = [one.municipality.name for one in finding.current_hearings if not one.is_reached]
    if missed and not without_unreached:
        raise Refusal(
            _(
                "Nicht erreicht: %(names)s. Bitte schicken Sie einen Brief und tragen Sie ihn ein, oder bestätigen "
                "Sie, dass der Befund ohne diese Gemeinden veröffentlicht wird.",
                names=", ".join(missed),
            )
        )
    finding.published_at = finding.latest.published_at = clock.now()
    step(finding, FindingState.PUBLISHED, actor=actor)
    audit.record("evidence.published", subject=finding, actor=actor, details={"version": finding.latest.number})


def decide(
    finding: Finding,
    body: Body,
    text: str,
    *,
    actor: Actor,
    decided_on: date,
    paper: str = "",
    conference: Conference | None = None,
) -> FindingDecision:
    """Record what a body said to a published finding."""
    require(permissions.may_record_decisions(actor))
    held(finding, None, actor=actor)
    if finding.published_at is None:
        raise Refusal(_("Beschlüsse werden zu veröffentlichten Befunden festgehalten."))
    if decided_on > clock.today():
        raise Refusal(_("Dieser Tag liegt in der Zukunft."), field="decided_on")
    found = FindingDecision(
        finding_id=finding.id,
        body=body,
        conference=conference,
        decided_on=decided_on,
        paper=one_line(paper)[:120],
        text=checked(text, field="text"),
    )
    finding.decisions.append(found)
    touched(finding)
    db.session.flush()
    audit.record("evidence.decided", subject=finding, actor=actor, details={"body": body.id})
    return found
