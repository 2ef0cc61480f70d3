"""Who works in a data folder: locks that end with their processes, however those end.

`held`: one demonstration per folder. `in_use`: web servers and workers, any number side by side. `alone`: whoever
replaces the data, while nobody uses them. A folder that nothing can be written to is a `ConfigurationError`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.config import ConfigurationError
from portal.core.machine_words import why

NAME = ".demo.lock"
RUNNING = ".running.lock"
NAMES = frozenset({NAME, RUNNING})


class FolderBusyError(Exception):
    """Another process holds the folder."""


if sys.platform == "win32":
    import msvcrt

    _SEATS = 64  # there are no shared locks; each user takes a byte of its own, and who is alone takes all

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _SEATS)

    def _share(descriptor: int) -> None:
        for seat in range(_SEATS):
            os.lseek(descriptor, seat, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                continue
            return
        raise OSError("every seat is taken")

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _share(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder as its demonstration; raises `FolderBusyError` if another process does."""
    with _locked(folder / NAME, shared=False):
        yield


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Use the folder beside others; raises `FolderBusyError` while its data are being replaced."""
    with _locked(folder / RUNNING, shared=True):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep everybody out; raises `FolderBusyError` if a web server or worker of this folder runs."""
    with _locked(folder / RUNNING, shared=False):
        yield


@contextmanager
def _locked(path: Path, *, shared: bool) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{path.parent} ist nicht beschreibbar: {why(error)}.") from error
    try:
        try:
            (_share if shared else _take)(descriptor)
        except OSError as error:
            raise FolderBusyError(str(path.parent)) from error
        yield
    finally:
        os.close(descriptor)
