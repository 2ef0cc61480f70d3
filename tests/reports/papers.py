"""How tests take papers from the house and read them."""

import io
import re
from urllib.parse import parse_qsl, urlsplit

from docx import Document
from house import ANONYMOUS, House, Request
from werkzeug.test import TestResponse

DOSSIER = "/planungsraeume/sinsheim/dossier"


def words_in(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def taken(house: House, path: str, visitor: str = ANONYMOUS) -> bytes:
    answer = asked(house, path, visitor)
    assert answer.status_code == 200, answer.text[:500]
    return answer.data


def asked(house: House, path: str, visitor: str) -> TestResponse:
    address = urlsplit(path)
    return house.ask(visitor, Request("GET", address.path, dict(parse_qsl(address.query)), {}))


def tables_headed(content: bytes, head: str) -> list[list[list[str]]]:
    """Rows of every table of a Word file whose first column has this heading."""
    tables = Document(io.BytesIO(content)).tables
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]
    return [found for found in rows if found[0][0] == head]


def numbers_in(text: str) -> set[str]:
    return {number for group in re.findall(r"\[(\d+(?:, \d+)*)\]", text) for number in group.split(", ")}
