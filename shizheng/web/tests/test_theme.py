"""The colour tokens themselves keep WCAG 2.2 AA, in light and dark."""

import re
from pathlib import Path

import pytest

from shizheng import web

TOKENS = (Path(web.__file__).parent / "assets" / "styles" / "tokens.css").read_text(encoding="utf-8")


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"[^{]*\{(.*?)\n\}", TOKENS, re.S)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block[1]))


THEMES = {
    "light": tokens(':root, [data-bs-theme="light"]'),
    "dark": tokens('[data-bs-theme="dark"] {'.removesuffix(" {")),
}
TEXTS = [("ink", s) for s in ("canvas", "surface", "sunken")]
TEXTS += [(ink, s) for ink in ("ink-2", "ink-3", "accent") for s in ("canvas", "surface", "sunken")]
TEXTS += [("on-accent", "accent"), ("on-bad", "bad-solid"), ("accent", "accent-soft"), ("past-ink", "past")]
TEXTS += [(tone, f"{tone}-soft") for tone in ("bad", "warn", "good", "calm")] + [
    (t, "surface") for t in ("bad", "warn", "good")
]
TEXTS += [("ink-2", "calm-soft"), ("ink-3", "accent-soft"), ("ink-2", "accent-soft")]
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "canvas"),
    ("chart-actual", "surface"),
    ("chart-plan", "surface"),
]
EDGES += [("bar-fill", "bar-ground"), ("bar-bad", "bar-ground")]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_has_at_least_four_and_a_half_to_one(theme: str, text: str, ground: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_controls_lines_and_bars_have_at_least_three_to_one(theme: str, edge: str, ground: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3.0


def test_dark_defines_every_colour_that_light_defines() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_no_style_sheet_but_the_tokens_and_paper_names_a_colour() -> None:
    folder = Path(web.__file__).parent / "assets" / "styles"
    for sheet in folder.glob("*.css"):
        if sheet.name not in {"tokens.css", "print.css"}:
            text = sheet.read_text(encoding="utf-8")
            assert not re.search(r":\s*[^;{}]*#[0-9a-fA-F]{3,8}\b", text), sheet.name
