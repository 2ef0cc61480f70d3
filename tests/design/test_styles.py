"""The style sheets keep to their rules: colours in one place, no sides, nothing loaded from elsewhere."""

import re
from pathlib import Path

import brotli
import pytest

from portal.config import STATIC, TEMPLATES

SHEETS = sorted((STATIC / "css").rglob("*.css"))
TOKENS = STATIC / "css" / "tokens.css"
NAMED = "black|white|red|green|blue|yellow|orange|brown|gray|grey|teal|navy|silver|maroon|purple|olive|aqua|lime"


def rules(path: Path) -> str:
    """The sheet without comments and without the conditions of its @-rules."""
    css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return re.sub(r"@(?:media|supports|container)[^{]*\{", "@{", css)


@pytest.mark.parametrize("path", [path for path in SHEETS if path != TOKENS], ids=lambda path: path.name)
def test_colours_stand_in_the_token_layer_only(path: Path) -> None:
    css = rules(path)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", css) == []
    assert re.findall(r"\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklch)\(", css) == []
    assert re.findall(rf":[^;{{}}]*(?<![-\w])(?:{NAMED})(?![-\w])[^;{{}}]*;", css) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_nothing_is_bound_to_a_side(path: Path) -> None:
    css = rules(path)
    physical = [
        r"(?<![-\w])(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)",
        r"(?<![-\w])(?:left|right|top|bottom)\s*:",
        r"(?<![-\w])(?:min-|max-)?(?:width|height)\s*:",
        r"text-align:\s*(?:left|right)",
        r"(?<![-\w])float\s*:",
        r"border-(?:top|bottom)-(?:left|right)-radius",
        r"overflow-[xy]\s*:\s*scroll",
    ]
    for pattern in physical:
        assert re.findall(pattern, css) == [], pattern


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_nothing_is_loaded_by_a_sheet(path: Path) -> None:
    css = rules(path)
    assert "@import" not in css
    assert "@font-face" not in css
    assert [url for url in re.findall(r"url\(([^)]*)\)", css) if not url.startswith("#")] == []


def test_every_token_read_is_defined() -> None:
    everything = "".join(rules(path) for path in SHEETS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", everything))
    read = set(re.findall(r"var\((--[\w-]+)", everything))
    assert read - defined == set()
    painted = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r"var\((--[a-z][\w-]*)\)", painted)) - defined == set()


def test_every_sheet_is_linked_once_and_tokens_first() -> None:
    assets = (TEMPLATES / "layout" / "assets.html").read_text()
    linked = re.findall(r"static_url\('(css/[^']+)'\)", assets)
    assert linked[0] == "css/tokens.css"
    assert sorted(linked) == sorted(path.relative_to(STATIC).as_posix() for path in SHEETS)


def test_every_rule_stands_in_a_layer() -> None:
    order = re.search(r"@layer ([\w, ]+);", TOKENS.read_text())
    assert order is not None
    known = set(order.group(1).split(", "))
    for path in SHEETS:
        used = set(re.findall(r"@layer ([\w-]+) \{", path.read_text()))
        assert used
        assert used <= known, path.name


def test_classes_of_the_components_have_a_rule() -> None:
    everything = "".join(rules(path) for path in SHEETS)
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", everything))
    # Marks of meaning that need no look of their own.
    bare = {"entries", "public"}
    missing = set()
    for path in [*(TEMPLATES / "ui").glob("*.html"), *(TEMPLATES / "layout").glob("*.html")]:
        for value in re.findall(r'class="([^"{}]*)"', path.read_text()):
            missing |= {f"{path.name}: {name}" for name in value.split() if name not in styled | bare}
    assert missing == set()


def test_everything_a_page_loads_is_light() -> None:
    files = [*SHEETS, *(STATIC / "js").glob("*.js"), STATIC / "icons" / "sprite.svg", STATIC / "icons" / "favicon.svg"]
    over_the_wire = sum(len(brotli.compress(path.read_bytes())) for path in files)
    assert over_the_wire < 30_000
    assert (STATIC / "icons" / "favicon.png").stat().st_size < 2_000


# What is typed is sent to the one address that keeps it; the page itself is read anew for a valid token.
_FETCHES = ("fetch(form.dataset.keep,", "fetch(location.href)")


def test_scripts_load_nothing_and_write_no_markup() -> None:
    for path in (STATIC / "js").glob("*.js"):
        script = path.read_text()
        if path.name == "keep.js":
            for known in _FETCHES:
                assert script.count(known) == 1
                script = script.replace(known, "")
        for word in (
            "eval(",
            "innerHTML",
            "document.write",
            "insertAdjacentHTML",
            "fetch(",
            "XMLHttpRequest",
            ".style",
        ):
            assert word not in script, f"{path.name}: {word}"
