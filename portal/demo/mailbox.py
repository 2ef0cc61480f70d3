"""Reading the mailbox: the folder of `.eml` files that a demonstration keeps instead of sending them.

Names come from the address bar and are only ever compared with what lies in the folder.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import icalendar
from flask import current_app
from markupsafe import Markup, escape

from portal.config import Config
from portal.core import search_words
from portal.core.errors import NotFound
from portal.core.text import search_key
from portal.outbox.transport import MAILBOX

_NAME = re.compile(r"[0-9A-Za-z.-]{1,200}\.eml")
_LINK = re.compile(r"https?://[^\s<>\"]+")
# quoted-printable writes the sign before the name of the language as three
_LANGUAGE = re.compile(rb'<html lang=(?:3D)?"([a-z]{2})"')
_SEARCHED = 2000
_HEADERS = (
    "From", "To", "Subject", "Date", "Reply-To", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "Content-Type",
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """One line of the list. `language`: of its words, by its HTML part; empty where there is none."""

    name: str
    subject: str
    recipient: str
    at: datetime | None
    language: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the list, newest first. `count` is what the search leaves."""

    rows: Sequence[Letter]
    count: int
    page: int
    pages: int


@dataclass(frozen=True)
class Appointment:
    """What a calendar part says, in the order a person asks."""

    method: str
    summary: str
    start: datetime | None
    end: datetime | None
    place: str
    status: str
    sequence: int


@dataclass(frozen=True)
class Opened:
    """A message with its parts."""

    name: str
    letter: Letter
    headers: list[tuple[str, str]]
    text: str
    html: str | None
    calendar: str | None
    appointments: list[Appointment]
    size: int


def letters(*, search: str, page: int, page_size: int = 50) -> Page:
    """The list; a search looks at sender, recipient and subject of the newest 2,000."""
    names = sorted((path.name for path in _files()), reverse=True)
    if not search_key(search):
        pages = max(1, -(-len(names) // page_size))
        page = min(max(page, 1), pages)
        shown = names[(page - 1) * page_size : page * page_size]
        return Page([_in_its_language(_letter(name)) for name in shown], len(names), page, pages)
    found = [letter for letter in map(_letter, names[:_SEARCHED]) if _matches(letter, search)]
    pages = max(1, -(-len(found) // page_size))
    page = min(max(page, 1), pages)
    shown_letters = [_in_its_language(one) for one in found[(page - 1) * page_size : page * page_size]]
    return Page(shown_letters, len(found), page, pages)


def _matches(letter: Letter, search: str) -> bool:
    return search_words.holds(search_key(letter.subject, letter.recipient), search)


def _folder() -> Path:
    config: Config = current_app.config["PORTAL"]
    return config.data / MAILBOX


def _files() -> Iterator[Path]:
    folder = _folder()
    return (path for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else iter(())


def content(name: str) -> bytes:
    """The file byte for byte; `NotFound` for every name that is not in the folder."""
    path = next((path for path in _files() if path.name == name), None)
    if path is None:
        raise NotFound
    return path.read_bytes()


def _letter(name: str) -> Letter:
    with (_folder() / name).open("rb") as file:
        headers = BytesHeaderParser(policy=policy.default).parse(file)
    return _summary(name, headers)


def _in_its_language(letter: Letter) -> Letter:
    found = _LANGUAGE.search((_folder() / letter.name).read_bytes())
    return replace(letter, language="" if found is None else found[1].decode("ascii"))


def _summary(name: str, headers: Any) -> Letter:
    date = headers["Date"]
    return Letter(
        name=name,
        subject=str(headers["Subject"] or ""),
        recipient=str(headers["To"] or ""),
        at=getattr(date, "datetime", None),
    )


def opened(name: str) -> Opened:
    """The message taken apart."""
    raw = content(name)
    message = message_from_bytes(raw, policy=policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    calendar = _text(parts.get("text/calendar"))
    return Opened(
        name=name,
        letter=_in_its_language(_summary(name, message)),
        headers=[(header, str(message[header])) for header in _HEADERS if message[header] is not None],
        text=_text(parts.get("text/plain")) or "",
        html=_text(parts.get("text/html")),
        calendar=calendar,
        appointments=[] if calendar is None else _appointments(calendar),
        size=len(raw),
    )


def _text(part: Any) -> str | None:
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    return bytes(payload).decode("utf-8", "replace")


def _appointments(calendar: str) -> list[Appointment]:
    """Events as a calendar program reads them; none if it could not."""
    try:
        parsed: Any = icalendar.Calendar.from_ical(calendar)
    except ValueError:
        return []
    method = str(parsed.get("METHOD", ""))
    return [
        Appointment(
            method=method,
            summary=str(event.get("SUMMARY", "")),
            start=_moment(event.get("DTSTART")),
            end=_moment(event.get("DTEND")),
            place=str(event.get("LOCATION", "")),
            status=str(event.get("STATUS", "")),
            sequence=int(event.get("SEQUENCE", 0)),
        )
        for event in parsed.walk("VEVENT")
    ]


def _moment(value: Any) -> datetime | None:
    moment = getattr(value, "dt", None)
    return moment if isinstance(moment, datetime) else None


def with_links(text: str) -> Markup:
    """The text with its addresses as links; everything else is escaped."""
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        address = match.group().rstrip(".,;:)")
        pieces.append(escape(text[end : match.start()]))
        pieces.append(Markup('<a href="{0}">{0}</a>').format(address))
        end = match.start() + len(address)
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


def framed(html: str) -> str:
    """The HTML part as it stands, with one addition: its links leave the frame they are shown in."""
    base = '<base target="_top">'
    marked, count = re.subn(r"(<head[^>]*>)", rf"\1{base}", html, count=1, flags=re.IGNORECASE)
    if count:
        return marked
    head = f'<meta charset="utf-8"><title>E-Mail</title>{base}'
    return f'<!DOCTYPE html><html lang="de"><head>{head}</head><body>{html}</body></html>'
