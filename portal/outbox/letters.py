"""Letters: a feature describes a mail once, text and HTML are made from the one description.

A feature's `mails.py` builds a `Letter` and hands it to `post`, inside the caller's transaction::

    with force_locale(user.locale or DEFAULT):           # the words and the letter in the reader's language
        letters.post(
            Letter(
                subject=_("Einladung: Planungsraumkonferenz Nord"),
                body=[
                    _("wir laden Sie herzlich ein."),                        # a paragraph
                    Facts([(_("Wann"), when), (_("Wo"), place)]),            # label and value, line by line
                    Points([_("Begrüßung"), _("Bericht")]),                  # a list
                    Quotation(message),                                      # what somebody else wrote
                    Action(_("Zu- oder absagen"), absolute_url("conferences.reply", token=token)),
                    _("Der Link ist nur für Sie."),
                ],
                why=_("Sie bekommen diese Nachricht, weil …"),
            ),
            kind="conferences.invitation", occasion=f"conference:{conference.public_id}",
            recipient=person.email, recipient_name=person.name,
            calendar=calendar, calendar_method="REQUEST",                    # optional, always the last part
        )

Greeting, closing and sender's address come of themselves (`greeting` and `closing` replace them). Every text is
plain: HTML escapes it, line breaks stay, nothing in it becomes a header. There is at most one `Action` (the
button); further addresses are `Link`. Both stand written out as well, on a line of their own in the text part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.config import Config
from portal.core.languages import DEFAULT
from portal.core.text import clean_text, one_line
from portal.outbox import office, services
from portal.outbox.letter_look import look
from portal.outbox.models import Priority
from portal.settings import services as settings

TEMPLATE = "mail/letter.html"


@dataclass(frozen=True)
class Facts:
    """Label and value, one under the other."""

    rows: Sequence[tuple[Any, Any]]

    kind = "facts"

    def text(self) -> str:
        return "\n".join(f"{label}: {_indented(value)}" for label, value in self.rows)


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    items: Sequence[Any]

    kind = "points"

    def text(self) -> str:
        return "\n".join(f"- {_indented(item)}" for item in self.items)


@dataclass(frozen=True)
class Quotation:
    """What somebody else wrote, marked as theirs."""

    words: str

    kind = "quotation"

    def text(self) -> str:
        return "\n".join(f"> {line}".rstrip() for line in clean_text(self.words).split("\n"))


@dataclass(frozen=True)
class Action:
    """The one thing to do: looks like a button. `url` is complete (`absolute_url`)."""

    label: Any
    url: str

    kind = "action"

    def text(self) -> str:
        return f"{self.label}:\n{self.url}"


@dataclass(frozen=True)
class Link(Action):
    """A further address, less loud than the action."""

    kind = "link"


@dataclass(frozen=True)
class _Paragraph:
    words: Any

    kind = "paragraph"

    def text(self) -> str:
        return clean_text(str(self.words))


Block = str | Facts | Points | Quotation | Action | Link


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail in the language that is set while it is written.

    `why` says why this person gets it. The first paragraph follows the greeting and begins in lower case in
    German. An empty `greeting` is replaced by one with the recipient's name, an empty `closing` by the office's.
    """

    subject: str
    body: Sequence[Block]
    why: str
    greeting: str = ""
    closing: str = ""

    def __post_init__(self) -> None:
        if sum(type(block) is Action for block in self.body) > 1:
            raise ValueError("a letter has one action; further addresses are links")


@dataclass(frozen=True)
class Written:
    """Both parts of a letter."""

    text: str
    html: str


def write(letter: Letter, *, recipient_name: str = "") -> Written:
    """Text and HTML of the letter, complete each."""
    name = one_line(recipient_name)
    greeting = letter.greeting or (_("Guten Tag %(name)s,", name=name) if name else _("Guten Tag,"))
    unit, office = settings.get("site.office_unit"), settings.get("site.office_name")
    closing = letter.closing or "\n".join([_("Mit freundlichen Grüßen"), "", unit, office])
    contact = _contact()
    blocks = [_Paragraph(block) if isinstance(block, str) else block for block in letter.body]
    parts = [greeting, *(block.text() for block in blocks), closing, "\n".join([letter.why, *contact])]
    locale = get_locale()
    # Not `render_template`: what pages add to every template belongs to a request, and the worker has none.
    html = current_app.jinja_env.get_template(TEMPLATE).render(
        language=DEFAULT if locale is None else str(locale),
        direction="ltr" if locale is None else locale.text_direction,
        subject=one_line(letter.subject),
        greeting=greeting,
        blocks=blocks,
        closing=closing.split("\n\n"),
        why=letter.why,
        contact=contact,
        county=settings.get("site.county_name"),
        claim=settings.get("site.claim"),
        look=look(),
    )
    return Written(text="\n\n".join(parts) + "\n", html=html)


def post(
    letter: Letter,
    *,
    kind: str,
    occasion: str,
    recipient: str,
    recipient_name: str = "",
    calendar: str | None = None,
    calendar_method: str | None = None,
    priority: int = Priority.NORMAL,
    sequence: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Write the letter into the outbox; all else as `services.enqueue` has it."""
    written = write(letter, recipient_name=recipient_name)
    return services.enqueue(
        kind=kind,
        occasion=occasion,
        recipient=recipient,
        recipient_name=recipient_name,
        subject=letter.subject,
        text=written.text,
        html=written.html,
        calendar=calendar,
        calendar_method=calendar_method,
        priority=priority,
        sequence=sequence,
        headers=headers,
    )


def absolute_url(endpoint: str, **values: str) -> str:
    """A complete address by the portal's own base address, also outside of a request."""
    config: Config = current_app.config["PORTAL"]
    return config.base_url + current_app.url_map.bind("localhost").build(endpoint, values)


def _contact() -> list[str]:
    """Who sends it and how they are reached, a line each."""
    config: Config = current_app.config["PORTAL"]
    name, phone = settings.get("site.office_name"), settings.get("site.office_phone")
    address = [line.strip() for line in settings.get("site.office_address").splitlines() if line.strip()]
    lines = [", ".join([name, *address])]
    if phone:
        lines.append(_("Telefon: %(number)s", number=phone))
    lines += [
        _("E-Mail: %(address)s", address=office.email()),
        _("Beteiligungsportal: %(address)s", address=config.base_url),
    ]
    if config.demo:
        lines.append(_("Dies ist eine Vorführung. Die Daten sind frei erfunden."))
    return lines


def _indented(value: Any) -> str:
    return clean_text(str(value)).replace("\n", "\n  ")
