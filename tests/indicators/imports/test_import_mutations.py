"""Damaged files: every outcome is a refusal that names a place, or what the undamaged file says."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_samples import classic_file, facts, flat_file, long_file, read_all

from portal.indicators.imports.refusals import ImportRefused

SAMPLES = {
    "long": (long_file(), ","),
    "classic": (classic_file(), ";"),
    "flat": (flat_file(), ";"),
}
kinds = st.sampled_from(sorted(SAMPLES))


def outcome(content: bytes) -> set[tuple[object, ...]] | None:
    """Facts read, or None for a refusal (checked to name row, column and reason)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "datei.csv"
        path.write_bytes(content)
        try:
            return facts(read_all(path))
        except ImportRefused as refused:
            refusals = refused.refusals
    assert refusals
    for cell in refusals:
        assert 1 <= cell.row <= content.count(b"\n") + 1
        assert cell.column
        assert str(cell.reason)
    return None


WHOLE = {kind: outcome(text.encode()) for kind, (text, _) in SAMPLES.items()}


def rows_of(kind: str) -> list[list[str]]:
    text, delimiter = SAMPLES[kind]
    return [line.split(delimiter) if kind != "long" else next(csv.reader([line])) for line in text.splitlines()]


def joined(kind: str, rows: list[list[str]]) -> bytes:
    delimiter = SAMPLES[kind][1]
    if kind != "long":
        return ("\n".join(delimiter.join(row) for row in rows) + "\n").encode()
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def test_the_samples_themselves_are_read() -> None:
    assert {kind: len(found or ()) for kind, found in WHOLE.items()} == {"long": 6, "classic": 24, "flat": 6}
    assert {kind: outcome(joined(kind, rows_of(kind))) for kind in SAMPLES} == WHOLE


@settings(max_examples=150, deadline=None)
@given(kinds, st.data())
def test_cut_anywhere(kind: str, data: st.DataObject) -> None:
    content = SAMPLES[kind][0].encode()
    at = data.draw(st.integers(min_value=0, max_value=len(content) - 1))
    found = outcome(content[:at])
    whole = WHOLE[kind] or set()
    if kind == "classic":
        # The footer proves completeness.
        assert found in (None, whole)
    else:
        # These formats do not say how many rows belong to them; the rows that are there must be right.
        assert found is None or found <= whole


@settings(max_examples=120, deadline=None)
@given(kinds, st.data())
def test_a_field_dropped_or_doubled(kind: str, data: st.DataObject) -> None:
    rows = rows_of(kind)
    # Title lines of a classic table have as many fields as they like.
    row = data.draw(st.sampled_from([r for r in rows if len(r) > 5 and r[4]]))
    column = data.draw(st.integers(min_value=0, max_value=len(row) - 1))
    if data.draw(st.booleans()):
        del row[column]
    else:
        row.insert(column, row[column])
    assert outcome(joined(kind, rows)) is None


@settings(max_examples=120, deadline=None)
@given(
    kinds,
    st.data(),
    st.sampled_from(["=1+1", "1.234.567", "NaN", "1e5", "", "\x00", "Σ¿", "#REF!", "1 000", "12,3,4", "0x1F"]),
)
def test_a_cell_replaced_by_nonsense(kind: str, data: st.DataObject, nonsense: str) -> None:
    """No figure changes area, period or size; at most a word beside it does, which nothing in the file can prove."""
    rows = rows_of(kind)
    row = data.draw(st.sampled_from([r for r in rows if len(r) > 5]))
    column = data.draw(st.integers(min_value=0, max_value=len(row) - 1))
    row[column] = nonsense
    found = outcome(joined(kind, rows))
    if found is not None:
        assert figures(found) <= figures(WHOLE[kind] or set())


def figures(found: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """Area key, period, value, text and state."""
    return {(fact[0], fact[6], *fact[9:12]) for fact in found}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["long", "flat"]), st.data())
def test_columns_and_rows_in_any_order(kind: str, data: st.DataObject) -> None:
    rows = rows_of(kind)
    order = data.draw(st.permutations(range(len(rows[0]))))
    body = data.draw(st.permutations(rows[1:]))
    moved = [[row[i] for i in order] for row in (rows[0], *body)]
    assert outcome(joined(kind, moved)) == WHOLE[kind]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_columns_of_a_classic_table_in_any_order(data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(7)))
    rows = [[row[i] for i in order] if len(row) == 7 else row for row in rows_of("classic")]
    assert outcome(joined("classic", rows)) in (None, WHOLE["classic"])


@settings(max_examples=60, deadline=None)
@given(kinds, st.data())
def test_a_row_doubled_with_another_value(kind: str, data: st.DataObject) -> None:
    rows = rows_of(kind)
    delivered = [r for r in rows if len(r) > 5 and r[1 if kind != "flat" else 7][:2].isdigit()]
    row = data.draw(st.sampled_from(delivered))
    at = {"long": rows[0].index("value") if kind == "long" else 0, "classic": 4, "flat": 13}[kind]
    place = rows.index(row) + 1
    assert outcome(joined(kind, [*rows[:place], row, *rows[place:]])) == WHOLE[kind]
    if row[at].isdigit():
        other = [*row[:at], str(int(row[at]) + 1), *row[at + 1 :]]
        assert outcome(joined(kind, [*rows[:place], other, *rows[place:]])) is None


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@pytest.mark.parametrize("other", [",", ";", "\t", "|", " "])
def test_the_delimiter_replaced(kind: str, other: str) -> None:
    text, delimiter = SAMPLES[kind]
    assert outcome(text.replace(delimiter, other).encode()) == (WHOLE[kind] if other == delimiter else None)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "cp850", "utf-32"]
)
def test_the_encoding_replaced(kind: str, encoding: str) -> None:
    content = SAMPLES[kind][0].replace("©", "(c)").encode(encoding)
    assert outcome(content) in (None, WHOLE[kind])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), kinds)
def test_any_bytes_after_a_good_first_line(noise: bytes, kind: str) -> None:
    first = SAMPLES[kind][0].split("\n", 1)[0].encode()
    assert outcome(first + b"\n" + noise) in (None, set())


@settings(max_examples=200, deadline=None)
@given(kinds, st.data())
def test_any_byte_inserted(kind: str, data: st.DataObject) -> None:
    """A digit more makes another number and cannot be told; anything else must not change a figure."""
    content = SAMPLES[kind][0].encode()
    at = data.draw(st.integers(min_value=0, max_value=len(content)))
    byte = data.draw(st.integers(min_value=0, max_value=255).filter(lambda b: not 48 <= b <= 57))
    found = outcome(content[:at] + bytes([byte]) + content[at:])
    if found is None:
        return
    plain = {(f[0], f[6], f[9]) for f in found if isinstance(f[9], float)}
    allowed = {(f[0], f[6], f[9]) for f in WHOLE[kind] or set()}
    changed = plain - allowed
    # A minus sign or a decimal sign inside a number is a number again; where, the test knows.
    assert not changed or chr(byte) in "-.,"
