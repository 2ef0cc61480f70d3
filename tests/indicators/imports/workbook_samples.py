"""Workbooks written byte by byte, so that tests can damage what a writer would never write."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from portal.indicators.imports.refusals import column_letter

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# Cell formats: general, date, percent, thousands cut off.
STYLES = (
    f'<styleSheet {_NS}><numFmts count="1"><numFmt numFmtId="170" formatCode="#,##0,"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="170"/></cellXfs></styleSheet>'
)
DATE, PERCENT, THOUSANDS = 1, 2, 3


@dataclass(frozen=True)
class Formula:
    """A formula cell: the result kept in the file, None for none."""

    result: float | str | None = None
    is_error: bool = False


@dataclass(frozen=True)
class Styled:
    """A number with a cell format."""

    value: float
    style: int


Content = float | str | bool | date | Formula | Styled | None
Rows = Sequence[Sequence[Content]]


@dataclass
class SheetSample:
    """A sheet to be written: rows from A1 on."""

    rows: Rows
    merged: Sequence[str] = ()
    state: str = "visible"
    extra: str = field(default="")


def xlsx(sheets: Mapping[str, SheetSample | Rows], *, workbook_extra: str = "") -> dict[str, bytes]:
    """The parts of a workbook by name; `packed` makes a file of them."""
    samples = {name: s if isinstance(s, SheetSample) else SheetSample(s) for name, s in sheets.items()}
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" state="{sample.state}" r:id="rId{i}"/>'
        for i, (name, sample) in enumerate(samples.items(), start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(samples) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships {_RELS}><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_NS} xmlns:r="{_OFFICE}"><sheets>{entries}</sheets>{workbook_extra}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {_RELS}>{links}<Relationship Id="rId99" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    for i, sample in enumerate(samples.values(), start=1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet(sample)
    return {name: (_HEAD + text).encode() for name, text in parts.items()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def write_xlsx(path: Path, sheets: Mapping[str, SheetSample | Rows], *, workbook_extra: str = "") -> Path:
    """A workbook as a file."""
    path.write_bytes(packed(xlsx(sheets, workbook_extra=workbook_extra)))
    return path


def _sheet(sample: SheetSample) -> str:
    rows = "".join(
        f'<row r="{number}">' + "".join(_cell(cell, number, i) for i, cell in enumerate(cells)) + "</row>"
        for number, cells in enumerate(sample.rows, start=1)
    )
    ranges = "".join(f'<mergeCell ref="{place}"/>' for place in sample.merged)
    merged = f'<mergeCells count="{len(sample.merged)}">{ranges}</mergeCells>' if ranges else ""
    return f"<worksheet {_NS}><sheetData>{rows}</sheetData>{merged}{sample.extra}</worksheet>"


def _cell(cell: Content, row: int, column: int) -> str:
    place = f'r="{column_letter(column)}{row}"'
    if cell is None:
        return f'<c {place} s="0"/>'
    if isinstance(cell, Formula):
        if cell.result is None:
            return f"<c {place}><f>A1</f><v></v></c>"
        kind = "e" if cell.is_error else "str" if isinstance(cell.result, str) else "n"
        return f'<c {place} t="{kind}"><f>A1</f><v>{escape(str(cell.result))}</v></c>'
    if isinstance(cell, Styled):
        return f'<c {place} s="{cell.style}"><v>{cell.value!r}</v></c>'
    if isinstance(cell, bool):
        return f'<c {place} t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, date):
        return f'<c {place} s="{DATE}"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    if isinstance(cell, str):
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f"<c {place}><v>{cell!r}</v></c>"


def xls(sheets: Mapping[str, Rows], *, password: bool = False, extra: bytes = b"") -> bytes:
    """An older workbook: BIFF8 records ([MS-XLS]) in an OLE file ([MS-CFB]) of version 3."""
    bodies = [_biff_sheet(rows) for rows in sheets.values()]
    front = _record(0x809, struct.pack("<4H2L", 0x600, 0x05, 0, 0, 0, 0))
    if password:
        front += _record(0x2F, b"\x01\x00\x01\x00\x01\x00" + bytes(48))
    front += _record(0x42, struct.pack("<H", 1200)) + extra
    names = [name.encode("utf-16-le") for name in sheets]
    offset = len(front) + sum(4 + 8 + len(name) for name in names) + 4
    for name, body in zip(names, bodies, strict=True):
        front += _record(0x85, struct.pack("<L2BBB", offset, 0, 0, len(name) // 2, 1) + name)
        offset += len(body)
    return _compound(front + _record(0x0A, b"") + b"".join(bodies))


def _biff_sheet(rows: Rows) -> bytes:
    body = _record(0x809, struct.pack("<4H2L", 0x600, 0x10, 0, 0, 0, 0))
    body += _record(0x200, struct.pack("<2L3H", 0, len(rows), 0, max(map(len, rows), default=0), 0))
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<3H", number, column, 0)
            if isinstance(cell, Formula):
                # No result, or the error #VALUE! where it is one.
                other = b"\x02\x00\x0f\x00\x00\x00" if cell.is_error else b"\x03" + bytes(5)
                is_number = isinstance(cell.result, float)
                result = struct.pack("<d", cell.result) if is_number else other + b"\xff\xff"
                body += _record(0x06, place + result + struct.pack("<HLH", 0, 0, 3) + b"\x1e\x01\x00")
            elif isinstance(cell, str):
                body += _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            elif isinstance(cell, int | float):
                body += _record(0x203, place + struct.pack("<d", cell))
    return body + _record(0x0A, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<2H", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(-(-max(len(stream), 4096) // 512) * 512, b"\x00")
    sectors = len(stream) // 512
    fats = -(-(sectors + 2) // 127)
    chain = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * fats]
    chain += [0xFFFFFFFF] * (fats * 128 - len(chain))
    places = [sectors + 1 + i for i in range(fats)]
    header = struct.pack(
        "<8s16x6H4x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, fats, sectors, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    header += struct.pack("<109L", *places, *[0xFFFFFFFF] * (109 - fats))
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry("Workbook", 2, 0, len(stream)) + bytes(256)
    return header + stream + entries + struct.pack(f"<{len(chain)}L", *chain)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le") + b"\x00\x00"
    none = 0xFFFFFFFF
    return struct.pack("<64sHBB3L36xLQ", raw, len(raw), kind, 1, none, none, child, start, size)
