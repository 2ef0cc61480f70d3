"""A mail server for tests: real sockets, a process of its own, and every fault a server can have.

What it was asked and what it accepted lands as JSON lines in a file, so that a test reads it whatever
happened to the client meanwhile.
"""

import asyncio
import base64
import json
import multiprocessing
import os
import signal
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Behaviour:
    """What the server does. Keys of `recipients` are parts of an address, values its answer to RCPT."""

    recipients: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    greeting: str = "220 mail.example ready"
    sender: str = "250 fine"
    drop_after_data: str = ""
    hang_up_every: int = 0
    pipelining: bool = True
    silent_at: str = ""
    certificate: str = ""
    tls_from_start: bool = False
    login: str = ""
    kill_at: str = ""
    kill_message: int = 1


class _Session:
    def __init__(self, behaviour: Behaviour, log: Path, victim: Path) -> None:
        self.behaviour = behaviour
        self.log = log
        self.victim = victim
        self.accepted = 0

    def note(self, **event: Any) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def maybe_kill(self, at: str) -> None:
        """Kill the client process at the step the test chose, once."""
        if self.behaviour.kill_at == at and self.victim.exists() and self.accepted + 1 >= self.behaviour.kill_message:
            pid = int(self.victim.read_text())
            self.victim.unlink()
            os.kill(pid, signal.SIGKILL)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behaviour = self.behaviour
        self.note(event="connected")
        self.maybe_kill("connected")
        secure = behaviour.tls_from_start
        taken = 0

        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        async def silence(at: str) -> None:
            if behaviour.silent_at == at:
                await asyncio.sleep(60)

        await silence("greeting")
        await say(behaviour.greeting)
        recipient = ""
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            await silence(verb.lower())
            if verb == "EHLO":
                await say("250-mail.example")
                if behaviour.certificate and not secure:
                    await say("250-STARTTLS")
                if behaviour.login:
                    await say("250-AUTH PLAIN")
                if behaviour.pipelining:
                    await say("250-PIPELINING")
                await say("250 8BITMIME")
            elif verb == "STARTTLS":
                await say("220 go ahead")
                await writer.start_tls(_context(behaviour.certificate))
                secure = True
            elif verb == "AUTH":
                given = base64.b64decode(line.split(" ")[2]).decode().replace("\0", ":").lstrip(":")
                await say("235 welcome" if given == behaviour.login else "535 5.7.8 wrong password")
            elif verb == "MAIL":
                await say(behaviour.sender)
                if behaviour.sender.startswith("421"):
                    return
            elif verb == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
                await say(next((a for key, a in behaviour.recipients.items() if key in recipient), "250 fine"))
            elif verb == "DATA":
                self.maybe_kill("data")
                await say("354 go on")
                lines = []
                while (raw := await reader.readline()) != b".\r\n":
                    if not raw:
                        self.note(event="cut off", recipient=recipient)
                        return
                    lines.append(raw[1:] if raw.startswith(b".") else raw)
                content = b"".join(lines)
                await silence("body")
                if behaviour.drop_after_data and behaviour.drop_after_data in recipient:
                    self.note(event="dropped", recipient=recipient)
                    return
                answer = next((a for key, a in behaviour.data.items() if key in recipient), "250 2.0.0 queued as 4F3")
                if answer.startswith("250"):
                    self.note(
                        event="accepted", recipient=recipient, content=base64.b64encode(content).decode(), secure=secure
                    )
                    self.maybe_kill("accepted")
                    self.accepted += 1
                    taken += 1
                await say(answer)
                if answer.startswith("250"):
                    self.maybe_kill("answered")
                if behaviour.hang_up_every and taken >= behaviour.hang_up_every:
                    return
            elif verb == "QUIT":
                await say("221 bye")
                return
            else:
                await say("250 fine")


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def _serve(behaviour: Behaviour, log: Path, victim: Path, port: Any) -> None:
    session = _Session(behaviour, log, victim)
    context = _context(behaviour.certificate) if behaviour.tls_from_start else None
    server = await asyncio.start_server(session.serve, "127.0.0.1", 0, ssl=context, limit=2**22)
    port.value = server.sockets[0].getsockname()[1]
    async with server:
        await server.serve_forever()


def _main(behaviour: Behaviour, log: Path, victim: Path, port: Any) -> None:
    asyncio.run(_serve(behaviour, log, victim, port))


@dataclass(frozen=True)
class Accepted:
    """One message the server took over."""

    recipient: str
    content: bytes
    secure: bool


@dataclass(frozen=True)
class SmtpServer:
    """A running server."""

    port: int
    log: Path
    victim: Path

    def events(self) -> list[dict[str, Any]]:
        """Everything noted so far, in order."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def connections(self) -> int:
        return sum(event["event"] == "connected" for event in self.events())

    def accepted(self) -> list[Accepted]:
        """Messages taken over, in order."""
        return [
            Accepted(event["recipient"], base64.b64decode(event["content"]), event["secure"])
            for event in self.events()
            if event["event"] == "accepted"
        ]


@contextmanager
def smtp_server(behaviour: Behaviour | None = None) -> Iterator[SmtpServer]:
    """Run a server until the block ends."""
    spawn = multiprocessing.get_context("spawn")
    port = spawn.Value("i", 0)
    with tempfile.TemporaryDirectory() as name:
        log, victim = Path(name) / "log.jsonl", Path(name) / "victim"
        process = spawn.Process(target=_main, args=(behaviour or Behaviour(), log, victim, port), daemon=True)
        process.start()
        try:
            for _ in range(400):
                if port.value:
                    break
                process.join(0.025)
            assert port.value, "the test mail server did not start"
            yield SmtpServer(port.value, log, victim)
        finally:
            process.kill()
            process.join()
            process.close()
