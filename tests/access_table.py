"""Reads `access/table.txt`, the one table of who may do what."""

from dataclasses import dataclass
from pathlib import Path

from house import VISITORS
from werkzeug.test import TestResponse

PATH = Path(__file__).parent / "access" / "table.txt"
SIGN_IN = "/anmelden?next="


@dataclass(frozen=True)
class Row:
    """One line: a route, the record it is asked for, and what each visitor gets."""

    line: int
    method: str
    rule: str
    record: str
    expected: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule} {self.record}".replace(" -", "")


def rows() -> list[Row]:
    """Every line of the table, in its order."""
    found = []
    head: list[str] = []
    for number, line in enumerate(PATH.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if not head:
            head = cells
            assert tuple(head[3:]) == VISITORS, "the head names every visitor, in the order of the roles"
            continue
        assert len(cells) == len(head), f"line {number} has {len(cells)} cells, not {len(head)}"
        found.append(Row(number, cells[0], cells[1], cells[2], dict(zip(head[3:], cells[3:], strict=True))))
    return found


def outcome(method: str, answer: TestResponse) -> str:
    """The sign for what happened."""
    status = answer.status_code
    if status == 403:
        return "--"
    if status == 404:
        return "??"
    if method == "GET" and status in {302, 303}:
        return "->" if answer.location.startswith(SIGN_IN) else "go"
    if status in {200, 422} or (method == "POST" and status in {302, 303, 409}):
        return "ok"
    return str(status)
