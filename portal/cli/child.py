"""A child process that never outlives its parent."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence

RESTARTS = 5


class Child:
    """Runs `portal <arguments>` and starts it again if it ends by itself.

    The child reads a pipe from its parent and stops when that closes: at `stop()`, but also when the parent is
    killed and can tell nobody.
    """

    def __init__(
        self, arguments: Sequence[str], *, environ: Mapping[str, str], say: Callable[[str], None], patience: float = 10
    ) -> None:
        # -P: a folder named `portal` where somebody happens to stand must not be taken for the program.
        self._command = [sys.executable, "-P", "-m", "portal.cli", *arguments]
        self._environ = dict(environ)
        self._say = say
        self._patience = patience
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep_running, name="child", daemon=True)
        self._watch.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, env=self._environ)  # noqa: S603 - our own program

    def _keep_running(self) -> None:
        ended = 0
        while True:
            code = self._process.wait()
            ended += 1
            # A signal to the whole group ends the child first; then the parent is about to stop as well.
            if self._stopping.wait(min(ended, 5)):
                return
            if ended > RESTARTS:
                self._say(f"Der Worker hat sich {ended}-mal beendet (zuletzt mit {code}) und bleibt aus.")
                return
            self._say(f"Der Worker hat sich beendet ({code}) und wird neu gestartet.")
            with self._starting:
                if self._stopping.is_set():
                    return
                self._process = self._start()

    def stop(self) -> None:
        """Ask the child to end, wait for it, and end it if it does not listen."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
