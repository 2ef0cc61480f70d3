"""What the operating system refuses is told in German."""

import errno
import socket

import pytest

from portal.core.machine_words import why


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "den Ordner oder die Datei gibt es nicht"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "dort nimmt niemand Verbindungen an"),
        (TimeoutError("timed out"), "es kam keine Antwort"),
        (socket.gaierror(-2, "Name or service not known"), "diesen Namen kennt das Netz nicht"),
        (OSError(errno.EXDEV, "Invalid cross-device link."), "Invalid cross-device link"),
        (OSError("etwas anderes"), "etwas anderes"),
    ],
)
def test_the_reason_is_german_where_there_is_one(error: OSError, words: str) -> None:
    assert why(error) == words
