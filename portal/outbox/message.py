"""The mail as the server gets it: MIME structure, headers, line ends.

Text and HTML travel as quoted-printable, the calendar part as base64: no line is longer than a server may
cut, no server needs 8BITMIME, and the calendar's own line ends and folds arrive byte for byte.
"""

import binascii
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr, quote
from functools import cached_property

from flask_babel import gettext as _

from portal.core.errors import Refusal

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_BREAK = re.compile(r"[\r\n\x00]")
_UNFOLDED = re.compile(r"\r\n[ \t]")
_METHOD = re.compile(r"^METHOD[:;]", re.IGNORECASE)
# What this module writes itself; a second one would make the message ambiguous or redirect it.
_RESERVED = frozenset(
    {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "auto-submitted",
     "return-path", "received"}
)  # fmt: skip
_LONGEST_HEADER = 900
_LINE = 76
# 52 characters in base64 in a frame of 12, beside `Reply-To: `: a line with encoded words has 76 at most (RFC 2047).
_WORD_BYTES = 39


@dataclass(frozen=True, kw_only=True)
class Mail:
    """All that makes up one mail. Rendered twice, it gives the same bytes: nothing in it is random."""

    message_id: str
    sender: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    composed_at: datetime
    html: str | None = None
    calendar: str | None = None
    calendar_method: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def content(self) -> bytes:
        """The message as it travels, made at first use; `ValueError` where it must not be sent."""
        return render(self)


def render(mail: Mail) -> bytes:
    """The whole message with CRLF line ends, in pure ASCII.

    `multipart/alternative`, plainest first: text, HTML, and the calendar last, because programs show the
    last part they understand. A line break in a header is a `ValueError`.
    """
    parts = [_text_part(mail.text, "plain")]
    if mail.html is not None:
        parts.append(_text_part(mail.html, "html"))
    if mail.calendar is not None:
        parts.append(_calendar_part(mail.calendar, str(mail.calendar_method)))
    head = "".join(_header(name, value) for name, value in _headers(mail)).encode("ascii")
    if len(parts) == 1:
        return head + parts[0]
    # Neither quoted-printable nor base64 can hold "=_", so no part contains the boundary.
    boundary = "=_" + re.sub(r"[^A-Za-z0-9]", "", mail.message_id)[:60]
    head += f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return head + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def _headers(mail: Mail) -> list[tuple[str, str]]:
    for value in (mail.sender, mail.recipient, mail.recipient_name, mail.subject, *mail.headers.values()):
        if _LINE_BREAK.search(value):
            raise ValueError("line break in a header")
    name, address = parseaddr(mail.sender)
    return [
        ("From", _mailbox(name, address)),
        ("To", _mailbox(mail.recipient_name, mail.recipient)),
        ("Subject", _words(mail.subject)),
        ("Date", format_datetime(mail.composed_at)),
        ("Message-ID", mail.message_id),
        ("Auto-Submitted", "auto-generated"),
        *((name, _further(name, value)) for name, value in mail.headers.items()),
        ("MIME-Version", "1.0"),
    ]


def _header(name: str, value: str) -> str:
    """One header, folded before words; the first word stays beside the name, however long it is."""
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > _LINE and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += " " + word
    return "\r\n".join([*lines, line]) + "\r\n"


def _words(text: str) -> str:
    """Text of a header in ASCII; otherwise encoded words (RFC 2047) of whole characters that fit beside a name."""
    if _is_plain(text):
        return text
    words, word = [], b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(word) + len(encoded) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    return " ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in [*words, word])


def _is_plain(text: str) -> bool:
    # "=?" would be taken for the beginning of an encoded word.
    return text.isascii() and "=?" not in text


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    return f'"{quote(name)}" <{address}>' if _is_plain(name) else f"{_words(name)} <{address}>"


def _further(name: str, value: str) -> str:
    return _mailbox(*parseaddr(value)) if name.lower() == "reply-to" else value


def _text_part(text: str, subtype: str) -> bytes:
    encoded = binascii.b2a_qp(_LINE_END.sub("\n", text).encode("utf-8"), istext=True)
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", encoded + b"\n")


def _calendar_part(calendar: str, method: str) -> bytes:
    content = calendar.encode("utf-8")
    lines = [binascii.b2a_base64(content[start : start + 57]) for start in range(0, len(content), 57)]
    return _part(f'text/calendar; method={method}; charset="utf-8"', "base64", b"".join(lines))


def _part(content_type: str, encoding: str, body: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body.replace(b"\n", b"\r\n")


def calendar_text(calendar: str, *, method: str) -> str:
    """The calendar with CRLF line ends as RFC 5545 wants them, folds untouched.

    `ValueError` unless it names its METHOD exactly once and equal to `method`: mail programs compare it with
    the part's own and show a plain attachment, or nothing, when they differ.
    """
    unified = _LINE_END.sub("\r\n", calendar.strip("\r\n")) + "\r\n"
    named = [line for line in _UNFOLDED.sub("", unified).split("\r\n") if _METHOD.match(line)]
    if named != [f"METHOD:{method}"]:
        raise ValueError(f"the calendar must name METHOD:{method} exactly once, found {named}")
    return unified


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Further headers as they may be sent; line breaks are refused, names of our own are a `ValueError`."""
    checked = {}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _RESERVED or name.lower().startswith("content-"):
            raise ValueError(f"header {name!r} cannot be set")
        if not value.isascii() and name.lower() != "reply-to":
            raise ValueError(f"header {name} must be ASCII")
        if not value.isprintable() or len(value) > _LONGEST_HEADER:
            raise Refusal(_("Eine Kopfzeile der E-Mail ist zu lang oder enthält Steuerzeichen."), field=name)
        checked[name] = value
    return checked
