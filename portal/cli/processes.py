"""The web server of several processes (gunicorn); there is none for Windows."""

import os
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from portal.app import create_app
from portal.config import Config, ConfigurationError
from portal.core.headers import headers_of_refusals, refusal_page

# A process is replaced after this many requests, give or take, so that a leak in a library never adds up.
REQUESTS_PER_PROCESS = 5000
REQUESTS_JITTER = 1000
_MEMORY = Path("/dev/shm")  # noqa: S108 - signs of life written there never wait for a slow disk


def settings(config: Config, *, host: str, port: int, processes: int) -> dict[str, Any]:
    """Settings of gunicorn. No preload: every process makes its own connections and threads.

    Forwarded headers mean nothing to gunicorn; the application reads them where proxies are configured.
    """
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": processes,
        "worker_class": "portal.cli.processes.Worker",
        "threads": config.threads,
        "preload_app": False,
        "max_requests": REQUESTS_PER_PROCESS,
        "max_requests_jitter": REQUESTS_JITTER,
        "timeout": 60,
        "graceful_timeout": 15,
        "keepalive": 5,
        "worker_tmp_dir": str(_MEMORY) if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None,
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "loglevel": config.log_level.lower(),
        "proc_name": "portal",
    }


if sys.platform == "win32":

    def serve_processes(config: Config, *, host: str, port: int, processes: int) -> None:
        """Refuse: gunicorn forks, and Windows cannot."""
        raise ConfigurationError("Unter Windows gibt es nur einen Webprozess: bitte ohne --workers starten.")

else:
    from gunicorn.app.base import BaseApplication
    from gunicorn.http import wsgi
    from gunicorn.workers.gthread import ThreadWorker

    class _Unnamed(wsgi.Response):
        """An answer that does not tell strangers which server gives it."""

        def default_headers(self) -> list[str]:
            return [line for line in super().default_headers() if not line.startswith("Server:")]

    wsgi.Response = _Unnamed  # gunicorn has no setting for it

    class _Refused:
        """A connection on which gunicorn itself answers: in the portal's words and with its headers."""

        def __init__(self, client: Any, headers: list[tuple[str, str]]) -> None:
            self._client = client
            self._lines = "".join(f"\r\n{name}: {value}" for name, value in headers).encode("latin-1")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def sendall(self, answer: bytes) -> None:
            status = answer.partition(b"\r\n")[0]
            page = refusal_page()
            head = f"\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}"
            self._client.sendall(status + head.encode("latin-1") + self._lines + b"\r\n\r\n" + page)

    class Worker(ThreadWorker):
        """gunicorn's own, except for refusals of requests that the application never sees."""

        def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
            headers = headers_of_refusals(https=self.app.portal_config.secure_cookies)
            super().handle_error(req, _Refused(client, headers), addr, exc)

    class _Gunicorn(BaseApplication):
        def __init__(self, config: Config, chosen: dict[str, Any]) -> None:
            self.portal_config = config
            self.portal_settings = chosen
            super().__init__()

        def load_config(self) -> None:
            for name, value in self.portal_settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return create_app(self.portal_config)

    def serve_processes(config: Config, *, host: str, port: int, processes: int) -> None:
        """Answer requests in several processes until Ctrl-C or SIGTERM; ends the process when it is done."""
        _Gunicorn(config, settings(config, host=host, port=port, processes=processes)).run()
