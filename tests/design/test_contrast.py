"""Contrast of the tokens in light and dark, computed from the style sheet (WCAG 2.2, relative luminance).

Formulas: WCAG 2.2 "relative luminance" and "contrast ratio"; OKLab after Björn Ottosson, "A perceptual color
space for image processing" (2020), which CSS Color 4 prescribes for `color-mix(in oklab, …)`.
"""

import re
from itertools import pairwise

import pytest

from portal.config import STATIC

Colour = tuple[float, float, float]

TEXT = 4.5  # 1.4.3 AA
LARGE = 7.0  # what the design asks of running text
SIGN = 3.0  # 1.4.11: borders of fields, graphics, focus

PAIRS = [
    ("ink", "ground", LARGE), ("ink", "paper", LARGE), ("ink", "sunken", LARGE), ("ink", "brand-tint", LARGE),
    ("ink", "brand-tint-2", LARGE), ("ink", "voice-tint", LARGE),
    ("ink-2", "ground", TEXT), ("ink-2", "paper", TEXT), ("ink-2", "sunken", TEXT), ("ink-2", "brand-tint", TEXT),
    ("ink-2", "voice-tint", TEXT),
    ("brand", "paper", TEXT), ("brand", "ground", TEXT), ("brand", "brand-tint", TEXT), ("brand", "voice-tint", TEXT),
    ("brand-hover", "paper", TEXT), ("brand-hover", "ground", TEXT),
    ("on-brand", "brand", TEXT), ("on-brand", "brand-hover", TEXT),
    ("on-deep", "deep", LARGE), ("on-deep-2", "deep", TEXT),
    ("voice", "paper", TEXT), ("voice", "ground", SIGN),
    ("voice-ink", "paper", TEXT), ("voice-ink", "voice-tint", TEXT),
    ("paper", "voice-ink", TEXT), ("ink-on-light", "on-deep", TEXT),
    ("line-strong", "paper", SIGN), ("line-strong", "ground", SIGN),
    ("focus", "ground", SIGN), ("focus", "paper", SIGN), ("focus", "focus-halo", SIGN), ("mark", "deep", SIGN),
    ("ok", "ok-tint", TEXT), ("warn", "warn-tint", TEXT), ("error", "error-tint", TEXT), ("info", "info-tint", TEXT),
    ("ink", "ok-tint", TEXT), ("ink", "warn-tint", TEXT), ("ink", "error-tint", TEXT), ("ink", "info-tint", TEXT),
    ("error", "paper", TEXT), ("error", "ground", TEXT), ("paper", "error", TEXT),
    ("confirmed", "confirmed-tint", TEXT), ("felt-only", "felt-only-tint", TEXT),
    ("hidden-one", "hidden-one-tint", TEXT), ("unremarkable", "unremarkable-tint", TEXT),
    ("no-data", "no-data-tint", TEXT), ("ink-2", "confirmed-tint", TEXT), ("ink-2", "felt-only-tint", TEXT),
    ("ink-2", "hidden-one-tint", TEXT), ("ink-2", "no-data-tint", TEXT),
    ("confirmed", "paper", TEXT), ("felt-only", "paper", TEXT), ("hidden-one", "paper", TEXT),
    ("map-ink", "map-halo", LARGE), ("seq-1", "seq-5", TEXT), ("div-1", "div-3", SIGN), ("div-5", "div-3", SIGN),
    ("hatch", "paper", SIGN),
]  # fmt: skip


def _tokens() -> dict[str, tuple[str, str]]:
    """Token to its light and dark expression; tokens without two sides have the same on both."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / "tokens.css").read_text(), flags=re.S)
    layer = css[css.index("@layer tokens {") :]
    block = layer[layer.index("  :root {\n") :]
    found: dict[str, tuple[str, str]] = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", block[: block.index("\n  }")]):
        sides = re.fullmatch(r"var\(--l, (.+)\) var\(--d, (.+)\)", value.strip())
        found[name] = (sides.group(1), sides.group(2)) if sides else (value.strip(), value.strip())
    return found


TOKENS = _tokens()


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_oklab(rgb: Colour) -> Colour:
    r, g, b = (_linear(channel) for channel in rgb)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _luminance_of_oklab(lab: Colour) -> float:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(
        weight * min(max(c, 0.0), 1.0) for weight, c in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )


def _colour(expression: str, side: int) -> Colour:
    """An expression as OKLab."""
    if reference := re.fullmatch(r"var\(--([\w-]+)\)", expression):
        return _colour(TOKENS[reference.group(1)][side], side)
    if mixed := re.fullmatch(r"color-mix\(in oklab, (.+?) (\d+)%, ([^,]+)\)", expression):
        share = int(mixed.group(2)) / 100
        first, second = _colour(mixed.group(1), side), _colour(mixed.group(3), side)
        lightness, a, b = (x * share + y * (1 - share) for x, y in zip(first, second, strict=True))
        return lightness, a, b
    digits = {"white": "ffffff", "black": "000000"}.get(expression, expression.removeprefix("#"))
    red, green, blue = (
        int("".join(c * 2 for c in digits) if len(digits) == 3 else digits, 16) >> s & 255 for s in (16, 8, 0)
    )
    return _to_oklab((red / 255, green / 255, blue / 255))


def contrast(first: str, second: str, side: int) -> float:
    """Contrast ratio of two tokens; side 0 is light, 1 dark."""
    lights = sorted((_luminance_of_oklab(_colour(TOKENS[name][side], side)) for name in (first, second)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def test_the_computation_agrees_with_published_values() -> None:
    TOKENS.update({"test-black": ("#000", "#000"), "test-white": ("#fff", "#fff"), "test-grey": ("#767676", "#767676")})
    assert contrast("test-black", "test-white", 0) == pytest.approx(21.0, abs=0.01)
    assert contrast("test-grey", "test-white", 0) == pytest.approx(4.54, abs=0.01)  # WCAG's own example of AA
    assert contrast("ink", "ground", 0) == pytest.approx(14.2, abs=0.1)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("first", "second", "least"), PAIRS, ids=lambda value: str(value))
def test_pairs_that_meet_on_screen_can_be_read(first: str, second: str, least: float, side: int) -> None:
    assert contrast(first, second, side) >= least


def test_the_steps_of_a_map_differ_by_lightness_alone() -> None:
    for side, order in ((0, -1), (1, 1)):
        lights = [_luminance_of_oklab(_colour(TOKENS[f"seq-{step}"][side], side)) for step in range(1, 6)]
        assert lights == sorted(lights, reverse=order < 0)
        for before, after in pairwise(lights):
            ratio = (max(before, after) + 0.05) / (min(before, after) + 0.05)
            assert ratio >= 1.25


def test_a_county_colour_too_pale_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOKENS, "county-1", ("#6fb6c4", "#6fb6c4"))
    assert contrast("brand", "paper", 0) < TEXT
