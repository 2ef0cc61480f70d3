"""Small files of the shapes that offices deliver."""

from collections.abc import Iterable
from pathlib import Path

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
    return f"{level},{ags},Ort,{series},{period},{kind},{value},{unit},{status},Jugendamt 2026,2024-06-30"


def long_form(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path
