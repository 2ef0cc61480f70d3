"""Ways a message leaves the house: the mail server, or in a demonstration the mailbox folder."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection

from portal.config import Config, ConfigurationError, MailServer
from portal.core.text import one_line
from portal.outbox.message import Mail

_LONGEST_REPLY = 500
_DONE = 250
_DONE_OR_FORWARDED = (250, 251)
_GO_ON = 354
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_SERVICE_CLOSES = 421
_AUTHENTICATION_ASKED = 530
MAILBOX = "mailbox"


class Verdict(Enum):
    """What became of one message."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Outcome:
    """The verdict and the server's words for it."""

    verdict: Verdict
    reply: str


class UnreachableError(Exception):
    """No message can be handed over at present; it says nothing about the message at hand."""


class Transport(Protocol):
    """Hands over one message after the other."""

    def hand_over(
        self, mail: Mail, *, early: Callable[[], None], first: Callable[[], None], aside: Callable[[], None]
    ) -> Outcome:
        """Try once. Raises `UnreachableError` where the way itself is blocked.

        The calls are for work that may be done while the other side is busy. `early` is called if there is a
        moment to spare before, `aside` if there is one after the other side got the message; neither must raise.
        `first` is called before it can take the message over, as late as possible; what it raises passes through,
        and the message has not been sent.
        """
        ...

    def close(self) -> None:
        """Let go of a connection that stays open between messages."""
        ...


def transport_for(config: Config) -> Transport:
    """The mail server where one is configured; the mailbox folder only in a demonstration or a test."""
    if config.mail is not None:
        return SmtpTransport(config.mail, own_host=urlsplit(config.base_url).hostname or "localhost")
    if config.demo or config.testing:
        return MailboxTransport(config.data / MAILBOX)
    raise ConfigurationError("PORTAL_SMTP_HOST fehlt: der Server, der E-Mails annimmt.")


@dataclass(frozen=True)
class _Reply:
    """The server's last word on a message."""

    code: int
    words: bytes
    to_sender: bool = False


class _TalkingSmtp(smtplib.SMTP):
    """Plain connection, before STARTTLS or to a relay on this machine.

    smtplib's own `sendmail` keeps the server's last words to itself and waits idly for each answer.
    """

    data_begun = False

    def converse(
        self,
        sender: str,
        mail: Mail,
        *,
        early: Callable[[], None],
        first: Callable[[], None],
        aside: Callable[[], None],
    ) -> _Reply:
        """Hand over one message. A refusal is an answer; only a broken connection raises."""
        self.data_begun = False
        self.ehlo_or_helo_if_needed()
        # RFC 2920: both at once, so that the server is through with them when `early` comes back.
        commands = (f"MAIL FROM:<{sender}>\r\n", f"RCPT TO:<{mail.recipient}>\r\n")
        at_once = self.has_extn("pipelining")
        self.send("".join(commands) if at_once else commands[0])
        early()
        reply = _Reply(*self.getreply(), to_sender=True)
        if reply.code == _DONE and not at_once:
            self.send(commands[1])
        if reply.code == _DONE or (at_once and reply.code != _SERVICE_CLOSES):
            to_recipient = _Reply(*self.getreply())
            if reply.code == _DONE:
                reply = to_recipient
        if reply.code in _DONE_OR_FORWARDED:
            reply = _Reply(*self.docmd("data"))
        if reply.code == _GO_ON:
            first()
            self.data_begun = True
            self.send(_LEADING_DOT.sub(b"..", mail.content) + b".\r\n")
            aside()
            reply = _Reply(*self.getreply())
        if reply.code not in (_DONE, _SERVICE_CLOSES):
            with suppress(OSError):  # if it is gone, the next message finds out
                self.rset()
        return reply


class _TalkingSmtpSsl(smtplib.SMTP_SSL, _TalkingSmtp):
    """TLS from the first byte."""


class VerifiedConnection(Connection):
    """Flask-Mail's connection with what it ships without: a time-out and a checked certificate."""

    def __init__(self, server: MailServer, *, own_host: str) -> None:
        # Flask-Mail's own settings (server, encryption, limits, suppression in tests) stay at their defaults.
        super().__init__(current_app.extensions["mail"])
        self.server = server
        self.own_host = own_host

    def configure_host(self) -> _TalkingSmtp:
        """Connect, encrypt, sign in. Without `local_hostname` smtplib would ask a name server for ours."""
        server = self.server
        host: _TalkingSmtp
        if server.security == "tls":
            host = _TalkingSmtpSsl(
                server.host,
                server.port,
                local_hostname=self.own_host,
                timeout=server.timeout_seconds,
                context=ssl.create_default_context(),
            )
        else:
            host = _TalkingSmtp(server.host, server.port, local_hostname=self.own_host, timeout=server.timeout_seconds)
        try:
            if server.security == "starttls":
                host.starttls(context=ssl.create_default_context())
            if server.username and server.password:
                host.login(server.username, server.password)
        except OSError:
            host.close()
            raise
        return host


class SmtpTransport:
    """The mail server. One connection serves many messages; a server that hangs up between two is redialled."""

    def __init__(self, server: MailServer, *, own_host: str) -> None:
        self._connection = VerifiedConnection(server, own_host=own_host)
        self._host: _TalkingSmtp | None = None
        self._handed_over = 0

    def hand_over(
        self, mail: Mail, *, early: Callable[[], None], first: Callable[[], None], aside: Callable[[], None]
    ) -> Outcome:
        refused = _unfit(mail)
        if refused is not None:
            return refused
        sender = _address_of(mail.sender)
        while True:
            if self._host is None:
                first()
            host = self._connected()
            fresh = self._handed_over == 0
            try:
                reply = host.converse(sender, mail, early=early, first=first, aside=aside)
            except OSError as error:  # every error of smtplib is one
                self._drop()
                if host.data_begun:
                    # The server may have the message or not; the message goes to the end of the line.
                    return Outcome(Verdict.LATER, _words(error))
                if fresh:
                    raise UnreachableError(_words(error)) from error
                continue
            except BaseException:
                self._drop()
                raise
            verdict = _verdict(reply)
            if verdict is not None:
                self._handed_over += 1
                return Outcome(verdict, _reply(reply.code, reply.words))
            self._drop()
            if fresh:
                raise UnreachableError(_reply(reply.code, reply.words))

    def _connected(self) -> _TalkingSmtp:
        if self._host is None:
            try:
                self._host = self._connection.host = self._connection.configure_host()
            except OSError as error:
                raise UnreachableError(_words(error)) from error
            self._handed_over = 0
        return self._host

    def close(self) -> None:
        host = self._host
        if host is not None:
            with suppress(OSError):
                host.quit()
            self._drop()

    def _drop(self) -> None:
        host, self._host = self._host, None
        self._connection.host = None
        if host is not None:
            host.close()


@lru_cache(maxsize=8)
def _address_of(sender: str) -> str:
    return parseaddr(sender)[1]


def _unfit(mail: Mail) -> Outcome | None:
    """Why the message cannot be made, if it cannot."""
    try:
        _ = mail.content
    except ValueError as error:
        return Outcome(Verdict.NEVER, str(error))
    return None


def _verdict(reply: _Reply) -> Verdict | None:
    """What the answer says about the message; None where it is about the connection."""
    if reply.code == _SERVICE_CLOSES or (reply.code == _AUTHENTICATION_ASKED and reply.to_sender):
        return None
    if reply.code == _DONE:
        return Verdict.ACCEPTED
    if 400 <= reply.code < 500:
        return Verdict.LATER
    return Verdict.NEVER if 500 <= reply.code < 600 else None


def _words(error: Exception) -> str:
    """What went wrong, in the words of the server or the system."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}")[:_LONGEST_REPLY]


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return one_line(f"{code} {text}")[:_LONGEST_REPLY]


class MailboxTransport:
    """A folder instead of a server: each message one `.eml` file, byte for byte as it would be sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(
        self, mail: Mail, *, early: Callable[[], None], first: Callable[[], None], aside: Callable[[], None]
    ) -> Outcome:
        """Write the file under a draft name and rename it; the same message written again replaces itself."""
        first()
        refused = _unfit(mail)
        if refused is not None:
            return refused
        name = re.sub(r"[^A-Za-z0-9.-]", "", mail.message_id.partition("@")[0])
        path = self._folder / f"{mail.composed_at:%Y%m%dT%H%M%S}-{name}.eml"
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as file:
                file.write(mail.content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise UnreachableError(_words(error)) from error
        return Outcome(Verdict.ACCEPTED, path.name)

    def close(self) -> None:
        """Nothing stays open."""
