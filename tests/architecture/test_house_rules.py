"""The rules the house stands on, checked on the code itself."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Enum

from portal.app import MODELS
from portal.core.database import Base

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "portal"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOP_LEVEL = {
    "pyproject.toml", "portal", "templates", "static", "migrations", "seeds", "tests", "wsgi.py", "README.md",
    "LICENSE", "constraints.txt",
}  # fmt: skip


def floors() -> dict[str, int]:
    """Feature name to floor, 0 is the lowest, read from the layers that the linter enforces."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return {name.strip(): number for number, layer in enumerate(reversed(layers)) for name in layer.split("|")}


def feature_of_table() -> dict[str, str]:
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
    }


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_feature_with_tables_is_known_to_the_application() -> None:
    registered = {module.__name__ for module in MODELS}
    present = {f"portal.{path.parent.name}.models" for path in PACKAGE.glob("*/models.py")}
    assert registered == present


def test_foreign_keys_point_down() -> None:
    floor, feature = floors(), feature_of_table()
    upward = []
    for table in Base.metadata.tables.values():
        if table.name not in feature:  # association tables belong to whoever they delete with
            continue
        for key in table.foreign_keys:
            target = key.column.table.name
            own, other = feature[table.name], feature[target]
            if own != other and floor[other] >= floor[own]:
                upward.append(f"{table.name} -> {target}")
    assert upward == []


def test_foreign_keys_are_indexed() -> None:
    bare = []
    for table in Base.metadata.tables.values():
        leading = {next(iter(index.columns)).name for index in table.indexes if len(index.columns)}
        leading |= {next(iter(c.columns)).name for c in table.constraints if hasattr(c, "columns") and len(c.columns)
                    and type(c).__name__ in {"PrimaryKeyConstraint", "UniqueConstraint"}}  # fmt: skip
        bare += [f"{table.name}.{k.parent.name}" for k in table.foreign_keys if k.parent.name not in leading]
    assert sorted(bare) == []


def test_enums_are_text_with_a_check() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum):
                assert column.type.native_enum is False, f"{table.name}.{column.name}"
                assert column.type.create_constraint, f"{table.name}.{column.name}"


def test_only_one_place_commits() -> None:
    found = [
        relative(path)
        for path in MODULES
        if re.search(r"session\.commit\(|\.commit\(\)", path.read_text(encoding="utf-8"))
        and path != PACKAGE / "core" / "transaction.py"
        # raw connections of backup, restore and health checks outside the session
        and not relative(path).startswith("portal/cli/")
    ]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_stay_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{lines} lines: split by noun"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_module_names_say_something(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "manager", "managers", "data", "misc", "common"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_import_inside_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [
        f"{node.lineno}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "create_app"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


VIEW_MODULES = [p for p in MODULES if p.stem.endswith("views") or "views" in p.parent.name]


@pytest.mark.parametrize("path", VIEW_MODULES, ids=relative)
def test_views_leave_queries_and_session_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "db.session" not in text
    assert not re.search(r"from sqlalchemy import .*\bselect\b", text)


PREDICATES = [p for p in MODULES if p.stem == "permissions" and p.parent.name != "core"]


@pytest.mark.parametrize("path", PREDICATES, ids=relative)
def test_predicates_are_pure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "db." not in text
    assert "raise " not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_hold_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # Mail programs load no style sheet: a letter brings its own, in its head.
    style = [] if path.parent == ROOT / "templates" / "mail" else [r"<style"]
    for forbidden in (*style, r"<script>", r"\sstyle=", r"\son[a-z]+=", r"\|\s*safe\b", r"javascript:"):
        assert not re.search(forbidden, text), forbidden


def test_every_template_compiles(app: object) -> None:
    from flask import Flask

    assert isinstance(app, Flask)
    for path in TEMPLATES:
        app.jinja_env.get_template(path.relative_to(ROOT / "templates").as_posix())


def test_nothing_unfinished_is_left() -> None:
    # Put together here so that the words do not stand in this file.
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "raise NotImplemented" + "Error"))
    found = [
        relative(path)
        for folder in (PACKAGE, ROOT / "tests", ROOT / "templates", ROOT / "static")
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js"} and re.search(rf"\b({words})\b", path.read_text("utf-8"))
    ]
    assert found == []


def test_the_top_level_holds_what_was_agreed() -> None:
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:  # unpacked without a repository
        return
    names = {line.split("/", 1)[0] for line in tracked.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL
