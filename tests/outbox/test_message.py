"""The bytes of a mail, as another program reads them."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.outbox.message import Mail, calendar_text, checked_headers, render

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//portal//DE\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "SUMMARY:Planungsraumkonferenz Nördlicher Kreis mit einem langen Titel\\, d\r\n er gefaltet ist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def mail(**values: object) -> Mail:
    given_: dict[str, object] = {
        "message_id": "<abc123@portal.example>",
        "sender": "Sozialplanung Grünstadt <sozialplanung@landkreis.example>",
        "recipient": "ada@verein.example",
        "recipient_name": "Ada Beispiel",
        "subject": "Einladung",
        "text": "Guten Tag",
        "composed_at": datetime(2026, 12, 3, 16, 5, tzinfo=UTC),
    }
    return Mail(**(given_ | values))  # type: ignore[arg-type]


def parsed(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=policy.default))


def test_parts_stand_in_order_with_the_calendar_last() -> None:
    message = parsed(render(mail(html="<p>ä</p>", calendar=CALENDAR, calendar_method="REQUEST")))
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert parts[2]["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert parts[2].get_payload(decode=True) == CALENDAR.encode()
    assert not message.defects
    assert not any(part.defects for part in parts)


def test_headers_say_what_mail_programs_ask() -> None:
    message = parsed(
        render(
            mail(
                subject="Planungsraumkonferenz: Öffentlicher Nahverkehr " * 4 + "Schluß",
                recipient_name='Jörg "Jo" Müller',
                headers={
                    "List-Unsubscribe": "<https://portal.example/abmelden/" + "a" * 200 + ">",
                    "Reply-To": "Büro Süd <buero@landkreis.example>",
                },
            )
        )
    )
    assert message["Subject"] == "Planungsraumkonferenz: Öffentlicher Nahverkehr " * 4 + "Schluß"
    assert message["Message-ID"] == "<abc123@portal.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == datetime(2026, 12, 3, 16, 5, tzinfo=UTC)
    assert message["To"].addresses[0].addr_spec == "ada@verein.example"
    assert message["To"].addresses[0].display_name == 'Jörg "Jo" Müller'
    assert message["From"].addresses[0].addr_spec == "sozialplanung@landkreis.example"
    assert message["Reply-To"].addresses[0].display_name == "Büro Süd"
    assert message["List-Unsubscribe"] == "<https://portal.example/abmelden/" + "a" * 200 + ">"


@pytest.mark.parametrize("length", range(30, 60))
def test_no_line_with_encoded_words_is_too_long(length: int) -> None:
    text = "Rückmeldung " * 8
    name = text[:length]
    given = mail(subject=name, recipient_name=name, headers={"Reply-To": f"{name} <buero@landkreis.example>"})
    lines = render(given).split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert max(len(line) for line in lines if b"=?utf-8?b?" in line) <= 76


def test_same_mail_gives_the_same_bytes() -> None:
    one = mail(html="<p>x</p>", calendar=CALENDAR, calendar_method="REQUEST")
    assert render(one) == render(one)


@pytest.mark.parametrize("field", ["subject", "recipient_name", "sender", "recipient"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_line_break_in_a_header_never_leaves(field: str, end: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        render(mail(**{field: f"ä{end}Bcc: x@y.example"}))


@given(
    subject=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=3000),
)
def test_any_text_survives_in_lines_a_server_takes(subject: str, text: str) -> None:
    content = render(mail(subject=subject, text=text, html="<p></p>"))
    assert content.isascii()
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    head = content.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert max((len(line) for line in head if b"=?utf-8?b?" in line), default=0) <= 76
    message = parsed(content)
    plain = next(iter(message.iter_parts()))
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    decoded = cast(bytes, plain.get_payload(decode=True)).decode()
    # The end of the last line is the mail's own.
    assert decoded.replace("\r\n", "\n").removesuffix("\n") == unified.removesuffix("\n")
    assert " ".join(str(message["Subject"]).split()) == " ".join(subject.split())


def test_calendar_line_ends_are_unified_and_folds_kept() -> None:
    assert calendar_text(CALENDAR.replace("\r\n", "\n"), method="REQUEST") == CALENDAR
    folded = CALENDAR.replace("METHOD:REQUEST", "METHOD:REQ\r\n UEST")
    assert calendar_text(folded, method="REQUEST") == folded


def test_headers_other_than_reply_to_are_ascii() -> None:
    assert checked_headers({"Reply-To": "Büro <a@b.example>"}) == {"Reply-To": "Büro <a@b.example>"}
    with pytest.raises(ValueError):
        checked_headers({"X-Portal": "ü"})
