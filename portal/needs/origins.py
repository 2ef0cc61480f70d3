"""Beside the entries of minutes: what became of them, and what can be made of them."""

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import escape

from portal.core.actor import Actor
from portal.core.languages import quoting
from portal.minutes.extension import EntryAction
from portal.minutes.models import EntryKind, MinutesEntry, MinutesState
from portal.needs import permissions, queries

_KINDS = frozenset({EntryKind.NEED, EntryKind.RESOURCE})


def entry_actions(entries: Sequence[MinutesEntry], *, actor: Actor) -> Mapping[str, Sequence[EntryAction]]:
    """Statements made of needs and resources, by stem, and the offer to make one of a released entry; one query."""
    own = [entry for entry in entries if entry.kind in _KINDS]
    if not own:
        return {}
    made = queries.from_stems(actor, {entry.stem for entry in own})
    found: dict[str, list[EntryAction]] = {}
    for entry in own:
        actions = [
            EntryAction(
                quoting(_("Bedarfshinweis: %(title)s (%(state)s)"), title=one.title, state=escape(one.state.label)),
                url_for("needs.statement_page", public_id=one.public_id),
            )
            for one in made.get(entry.stem, [])
        ]
        if permissions.may_enter_for_others(actor) and entry.version.state is MinutesState.RELEASED:
            actions.append(
                EntryAction(
                    _("Bedarfshinweis daraus machen"),
                    url_for("needs.take_over_entry", entry_id=entry.public_id),
                    is_offer=True,
                )
            )
        if actions:
            found[entry.stem] = actions
    return found
