"""Small files of the shapes that offices deliver."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from portal.areas.seeding.files import read_counties, read_municipalities
from portal.config import SEEDS

HEAD = "level,ags,area_name,indicator_id,period,period_type,value,unit,value_status,source,territorial_status"


def long_row(
    ags: str,
    value: str,
    *,
    series: str = "da_kbetr_u3",
    period: str = "2022",
    kind: str = "year",
    unit: str = "Prozent",
    status: str = "",
    level: str = "municipality",
) -> str:
    name = names().get(ags, "Ort")
    return f'{level},{ags},"{name}",{series},{period},{kind},{value},{unit},{status},Jugendamt 2026,2024-06-30'


@cache
def names() -> dict[str, str]:
    """Official key → name of the shipped counties and municipalities: files that contradict them are asked about."""
    return {found.ags: found.name for found in (*read_counties(SEEDS), *read_municipalities(SEEDS))}


def long_form(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path
