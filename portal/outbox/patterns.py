"""Letters that many get in the same words: written once, with gaps for what differs from one reader to the next.

Writing a letter takes longer than storing it, and whoever writes one inside a transaction holds up all others. Where
hundreds answer in the same minutes, the letter is made for the first of them; for the rest the gaps are filled. In its
words a gap is `slot('name')` (`core.prepared`); nothing about a person is kept.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from flask import current_app
from flask_babel import get_locale
from markupsafe import escape

from portal.core.prepared import Prepared, Shelf, cut, slot
from portal.core.text import one_line
from portal.outbox import letters, services
from portal.outbox.letters import Letter
from portal.outbox.models import Priority
from portal.settings import services as settings

_SHELF = "portal_letter_patterns"
_RECIPIENT = "recipient"


@dataclass(frozen=True)
class _Pattern:
    subject: Prepared
    text: Prepared
    html: Prepared


def post(
    key: Hashable,
    make: Callable[[], Letter],
    *,
    gaps: Mapping[str, str],
    kind: str,
    occasion: str,
    recipient: str,
    recipient_name: str = "",
    priority: int = Priority.NORMAL,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Write one letter into the outbox, as `letters.post` has it, with the gaps filled in.

    `key` names whatever the letter is made of besides the settings and the language: with another of it, `make` is
    asked again. Gaps hold one line of plain text each.
    """
    whole_key = (key, bool(recipient_name), str(get_locale()), settings.stored_state())
    pattern = _shelf().kept(whole_key, lambda: _pattern(make(), has_name=bool(recipient_name)))
    plain = {name: one_line(value) for name, value in {**gaps, _RECIPIENT: recipient_name}.items()}
    return services.enqueue(
        kind=kind,
        occasion=occasion,
        recipient=recipient,
        recipient_name=recipient_name,
        subject=pattern.subject.fill(plain),
        text=pattern.text.fill(plain),
        html=pattern.html.fill({name: str(escape(value)) for name, value in plain.items()}),
        priority=priority,
        headers=headers,
    )


def _pattern(letter: Letter, *, has_name: bool) -> _Pattern:
    written = letters.write(letter, recipient_name=slot(_RECIPIENT) if has_name else "")
    return _Pattern(subject=cut(letter.subject), text=cut(written.text), html=cut(written.html))


def _shelf() -> Shelf[_Pattern]:
    shelf: Shelf[_Pattern] = current_app.extensions.setdefault(_SHELF, Shelf())
    return shelf
