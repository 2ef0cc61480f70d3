"""How the page of changes speaks of findings."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.areas.models import Area
from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.evidence import permissions
from portal.evidence.easy.models import EasyText
from portal.evidence.models import Finding
from portal.planning.models import Topic

ACTIONS = {
    "evidence.adopted": _l("Befund übernommen"),
    "evidence.cosigned": _l("Befund mitgezeichnet"),
    "evidence.hearing": _l("Anhörung zu einem Befund eröffnet"),
    "evidence.newcomers_told": _l("Nachträglich zu einer Anhörung eingeladen"),
    "evidence.letters_posted": _l("Briefe zu einer Anhörung verschickt"),
    "evidence.resumed": _l("Befund in seinen früheren Stand zurückgebracht"),
    "evidence.reminded": _l("An eine Anhörung erinnert"),
    "evidence.published": _l("Befund veröffentlicht"),
    "evidence.reopened": _l("Befund wieder geöffnet"),
    "evidence.dissent": _l("Abweichende Sicht zu einem Befund festgehalten"),
    "evidence.stated": _l("Stellungnahme zu einem Befund abgegeben"),
    "evidence.statement_entered": _l("Stellungnahme einer Gemeinde eingetragen, die per Brief oder E-Mail kam"),
    "evidence.statement_corrected": _l("Eingetragene Stellungnahme einer Gemeinde berichtigt"),
    "evidence.statement_taken_back": _l("Eingetragene Stellungnahme einer Gemeinde zurückgenommen"),
    "evidence.decided": _l("Beschluss zu einem Befund festgehalten"),
    "evidence.easy_written": _l("Text in Leichter Sprache geschrieben"),
    "evidence.easy_released": _l("Text in Leichter Sprache freigegeben"),
    "evidence.easy_withdrawn": _l("Text in Leichter Sprache zurückgenommen"),
    "evidence.linked": _l("Kennzahl mit Gesagtem verknüpft"),
    "evidence.link_declined": _l("Verknüpfung einer Kennzahl abgelehnt"),
    "evidence.link_forgotten": _l("Entscheidung über eine Verknüpfung zurückgenommen"),
}
SUBJECTS = {"finding": _l("Befund"), "easy_text": _l("Text in Leichter Sprache")}
DETAILS = {
    "version": Detail(_l("Fassung")),
    "kind": Detail(_l("Art")),
    "target": Detail(_l("Kennung")),
    "people": Detail(_l("Zahl der Personen")),
    "municipalities": Detail(_l("Zahl der Gemeinden")),
    "organisation": Detail(_l("Organisation"), names="organisation"),
    "municipality": Detail(_l("Gemeinde"), names="area"),
    "body": Detail(_l("Gremium"), names="body"),
}


def name_findings(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Findings by planning area and topic, for those who see them under way."""
    if not permissions.may_see_unpublished(actor):
        return {}
    statement = (
        select(Finding, Area)
        .join(Area, Area.id == Finding.area_id)
        .join(Topic, Topic.id == Finding.topic_id)
        .options(joinedload(Finding.topic), joinedload(Finding.period))
        .where(Finding.id.in_(ids))
    )
    return {
        finding.id: Name(
            f"{area.name}: {finding.topic.label}",
            finding.public_id,
            page=(
                "evidence.cell",
                {"area_slug": area.slug, "topic_key": finding.topic.key, "periode": finding.period.key},
            ),
        )
        for finding, area in db.session.execute(statement)
    }


def name_easy_texts(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Texts in Leichte Sprache by planning area, for those who see drafts."""
    if not permissions.may_see_easy_drafts(actor):
        return {}
    statement = select(EasyText, Area.name).join(Area, Area.id == EasyText.area_id).where(EasyText.id.in_(ids))
    return {text.id: Name(area, text.public_id) for text, area in db.session.execute(statement)}


NAMINGS = {"finding": name_findings, "easy_text": name_easy_texts}
