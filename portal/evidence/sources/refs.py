"""The sources of a proposal as rows that can be kept with a finding."""

from collections.abc import Collection

from sqlalchemy import select

from portal.core.database import db
from portal.evidence.adoption import SourceRef
from portal.evidence.models import SourceKind
from portal.evidence.rules.rule import Proposal, VoiceKind
from portal.indicators.models import Indicator

_KINDS = {VoiceKind.STATEMENT: SourceKind.STATEMENT, VoiceKind.MINUTES_ENTRY: SourceKind.MINUTES_ENTRY}


def source_refs(proposal: Proposal) -> list[SourceRef]:
    """Survey items, statements, minutes entries and indicators that made the proposal; side notes among them."""
    voices = proposal.voices
    found = [
        SourceRef(kind=SourceKind.SURVEY_ITEM, id=item.round_id, item=item.code)
        for item in (*voices.named_items, *voices.clearing_items)
    ]
    found += [SourceRef(kind=_KINDS[voice.kind], id=voice.id) for voice in voices.statements]
    keys = [one.key for one in (*proposal.figures.used, *proposal.figures.side_notes)]
    return [*found, *_indicators(keys)]


def _indicators(keys: Collection[str]) -> list[SourceRef]:
    if not keys:
        return []
    rows = db.session.execute(select(Indicator.key, Indicator.id).where(Indicator.key.in_(keys)))
    ids = {row.key: row.id for row in rows}
    return [SourceRef(kind=SourceKind.INDICATOR, id=ids[key]) for key in keys if key in ids]
