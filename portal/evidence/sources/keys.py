"""What a proposal rests on, as short keys for machines: `kind:key`."""

from portal.evidence.rules.rule import Proposal


def source_keys(proposal: Proposal) -> list[str]:
    """Indicators with their signal, survey items, statements, minutes entries and events, in this order."""
    voices = proposal.voices
    items = [*voices.named_items, *voices.clearing_items, *voices.other_items]
    return [
        *(f"indicator:{one.key}" for one in proposal.figures.used),
        *(f"survey:{item.round_slug}/{item.code}" for item in items),
        *(f"{voice.kind.value}:{voice.public_id}" for voice in voices.statements),
        *(f"event:{event.public_id}" for event in voices.events),
    ]
