"""Decimal numbers: rounding half up and how they are written for people; whole numbers out of addresses.

Floats never enter a figure: 89.785 must become 89.79 (X-01), which binary floating point and
half-even rounding both get wrong.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "\u2212"
MAX_PLACES = 12


_BY = Context(prec=60, rounding=ROUND_HALF_UP)
_LAST_PLACE = tuple(Decimal(1).scaleb(-places) for places in range(MAX_PLACES + 1))

LARGEST_KEY, LARGEST_INTEGER = 2**63 - 1, 2**31 - 1


def whole_number(text: str | None, most: int = LARGEST_KEY) -> int | None:
    """A number from 0 to `most` out of an address or a form; None for any other text, however long.

    For numbers of rows, versions and pages, which machines write: ASCII digits only.
    """
    if not text or len(text) > 19 or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round `value` to `places` decimals, halves away from zero (四捨五入).

    `places` is 0 to 12; the result keeps exactly that many decimals (`Decimal("77.30")`) and is
    never a negative zero. Raises `TypeError` for anything but a `Decimal`, so that a float cannot
    slip in, and `ValueError` for a value that is not finite or a number of places out of range.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"round_half_up needs a Decimal, not {type(value).__name__}")
    if not value.is_finite():
        raise ValueError(f"round_half_up needs a finite number, not {value}")
    if not 0 <= places <= MAX_PLACES:
        raise ValueError(f"places must lie between 0 and {MAX_PLACES}, not {places}")
    digits = value.adjusted() + places + 4
    by = _BY if digits <= _BY.prec else Context(prec=digits, rounding=ROUND_HALF_UP)
    rounded = value.quantize(_LAST_PLACE[places], context=by)
    return abs(rounded) if rounded.is_zero() else rounded


def plain(value: Decimal) -> str:
    """`value` as a plain decimal string without exponent or trailing zeros after the point.

    For machines (JSON, CSV): ASCII minus, no thousands separators. `Decimal("1E+3")` → `"1000"`.
    """
    if value.is_zero():
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal_or_none(text: str | None) -> Decimal | None:
    """A number as it is kept in JSON, exactly; None for none."""
    return None if text is None else Decimal(text)


def format_decimal(value: Decimal, places: int | None = None) -> str:
    """`value` for people: thousands separators and a true minus sign (U+2212).

    With `places` it is first rounded half up to that many decimals; without, it keeps its own
    decimals. `format_decimal(Decimal("-1234.5"), 2)` → `"−1,234.50"`.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"format_decimal needs a Decimal, not {type(value).__name__}")
    shown = value if places is None else round_half_up(value, places)
    sign = MINUS if shown < 0 else ""
    return sign + format(shown.copy_abs(), ",f")


def without_scale(value: Decimal) -> Decimal:
    """`value` without the zeros of its column: 75.0000000000 → 75, 0.1250 → 0.125; two decimals stay (77.30)."""
    exponent = value.as_tuple().exponent
    return Decimal(plain(value)) if isinstance(exponent, int) and exponent < -2 else value


ATTACHED = ("%", "‰", "°", "℃", "′", "″")


def unit_after(unit: str) -> str:
    """A unit as it follows its number: a percent sign and its like attached, a word after one blank."""
    return unit if not unit or unit.startswith(ATTACHED) else f" {unit}"


def with_unit(value: Decimal, unit: str, places: int | None = None) -> str:
    """A number with its unit for people, the one way everywhere: `77.31%`, `1,200 件`, `10.80 公里`.

    With `places` rounded half up to them; without, as it is, less the zeros of its column.
    """
    shown = Decimal(plain(value)) if places is None else value
    return format_decimal(shown, places) + unit_after(unit)


def format_exact(value: Decimal, decimals: int = 4) -> str:
    """`value` before rounding: at most `decimals` decimals, with `…` where more follow (77.3148…).

    The digits are cut, not rounded, because an ellipsis promises that they go on as printed.
    """
    text = plain(value.copy_abs())
    whole, _, fraction = text.partition(".")
    sign = MINUS if value < 0 else ""
    grouped = format(int(whole), ",")
    if len(fraction) <= decimals:
        return sign + grouped + (f".{fraction}" if fraction else "")
    return f"{sign}{grouped}.{fraction[:decimals]}…"
