"""The S-curve of a tender as a small drawing (SVG): planned and reached, of the tender and of its works. Pure.

Progress in percent, 0 to 100; None where nothing is known. Colours are told apart by dashes too, for who prints in black.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 170, 50
"""Millimetres; one unit of the drawing is one of them."""
LEFT, RIGHT, TOP, BOTTOM = 9, 164, 8, 44
MOST_LABELS = 12
FACE = "Noto Sans TC"
Kind = Literal["planned", "reached", "works_planned", "works_reached"]
LOOKS: dict[Kind, tuple[str, str]] = {
    "planned": ("#1d4f8c", "1.6 1"),
    "reached": ("#1d4f8c", ""),
    "works_planned": ("#a8500f", "1.6 1"),
    "works_reached": ("#a8500f", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: how it is drawn, what it is called, and its value for each month."""

    kind: Kind
    name: str
    values: Sequence[Decimal | None]


def s_curve(months: Sequence[str], lines: Sequence[Line], now: int | None = None) -> str:
    """SVG of the curves over the months (as they are to be written); `now`: the place of the month that is told about."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}mm" height="{HEIGHT}mm">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_grid(months),
    ]
    if now is not None:
        x = _x(now, len(months))
        parts.append(
            f'<path d="M{x} {TOP}V{BOTTOM}" stroke="#666666" stroke-width="0.3" stroke-dasharray="0.6 0.8"/>'
        )
    shown = [each for each in lines if any(value is not None for value in each.values)]
    parts += [_path(each) for each in shown]
    parts += _legend(shown)
    return "".join([*parts, "</svg>"])


def _x(place: int, count: int) -> str:
    share = place / (count - 1) if count > 1 else 0.5
    return f"{LEFT + share * (RIGHT - LEFT):.2f}"


def _y(percent: Decimal | float) -> str:
    return f"{BOTTOM - float(percent) / 100 * (BOTTOM - TOP):.2f}"


def _text(x: str | float, y: str | float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{FACE}" font-size="2.7" fill="#333333" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _grid(months: Sequence[str]) -> list[str]:
    out = []
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent)
        out.append(f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#d5d5d5" stroke-width="0.2"/>')
        if percent % 50 == 0:
            out.append(_text(LEFT - 1, f"{float(y) + 0.9:.2f}", f"{percent}", "end"))
    step = max(1, -(-len(months) // MOST_LABELS))
    for place in range(0, len(months), step):
        out.append(_text(_x(place, len(months)), BOTTOM + 4, months[place], "middle"))
    return out


def _path(line: Line) -> str:
    """A curve; where a month is not known it is broken, and a month alone is a dot."""
    colour, dashes = LOOKS[line.kind]
    runs: list[list[str]] = [[]]
    for place, value in enumerate(line.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{_x(place, len(line.values))} {_y(value)}")
    drawn = "".join("M" + "L".join(run if len(run) > 1 else run * 2) for run in runs if run)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="0.6" stroke-linejoin="round" '
        f'stroke-linecap="round"{dash}/>'
    )


def _legend(lines: Sequence[Line]) -> list[str]:
    out, x = [], float(LEFT)
    for each in lines:
        colour, dashes = LOOKS[each.kind]
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        out.append(f'<path d="M{x} 3H{x + 7}" stroke="{colour}" stroke-width="0.6"{dash}/>')
        out.append(_text(x + 8, 4, each.name))
        x += 12 + 2.8 * len(each.name)
    return out
