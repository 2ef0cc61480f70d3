"""The web server of one process (waitress)."""

import errno
import logging
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from portal.app import REQUEST_LIMIT_BYTES
from portal.config import Config
from portal.core.headers import headers_of_refusals, refusal_page


class PortInUseError(Exception):
    """Somebody else listens at this address already."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at that address; connections wait in its queue until a server takes them.

    Raises `PortInUseError`, or `OSError` where the address cannot be used at all.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two servers share the port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(1024)
    except OSError as error:
        opened.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES} and port:
            raise PortInUseError(str(error)) from error
        raise
    return opened


def stop_on_signals() -> None:
    """Let Ctrl-C and SIGTERM end the process with 0, through `finally` blocks.

    Ctrl-C as well where a shell started the process in the background, which ignores it by default.
    """

    def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def _channel(config: Config) -> type[HTTPChannel]:
    """A connection whose refusals, of requests the application never sees, carry the headers of all other answers."""
    headers = headers_of_refusals(https=config.secure_cookies)

    class Refusal(ErrorTask):
        def execute(self) -> None:
            # In the portal's words instead of the server's English ones.
            status, _headers, _body = self.request.error.to_response(None)
            page = refusal_page()
            self.status = status
            self.response_headers.extend([("Content-Type", "text/html; charset=utf-8"), *headers])
            self.set_close_on_finish()
            self.content_length = len(page)
            self.write(page)

    class Channel(HTTPChannel):
        error_task_class = Refusal

    return Channel


def serve_one_process(app: Flask, config: Config, listening: socket.socket) -> None:
    """Answer requests in this process until Ctrl-C or SIGTERM; open requests get five seconds to end."""
    # A request that waits a moment for a thread is no news to whoever started the server.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        app,
        sockets=[listening],
        threads=config.threads,
        ident=None,
        # The application says in the portal's own words that something is too large; this only bounds what is taken in.
        max_request_body_size=4 * REQUEST_LIMIT_BYTES,
        channel_timeout=60,
        # The application itself reads forwarded headers where proxies are configured; otherwise they end here.
        clear_untrusted_proxy_headers=config.trusted_proxies == 0,
    )
    server.channel_class = _channel(config)
    try:
        server.run()
    finally:
        server.close()
