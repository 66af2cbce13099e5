"""What actions ask of every field: money, texts that fit, days that can be, the version that was read."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict
from shizheng.common.retelling import standing
from shizheng.common.roc import in_words

MOST_MONEY = Decimal(10) ** 15
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2110, 12, 31)
Wrong = dict[str, list[str]]
"""Field → what is wrong with it; collected, so that everything is said at once."""


def compare(there: int, read: int | None) -> None:
    """Raises Conflict where the version that was read is no longer that of the row."""
    if read is not None and read != there:
        raise Conflict(
            _(
                "您打開之後，這一筆又存過一次（可能是別人，也可能是您自己在另一個分頁），您改的沒有存。請看過現在的內容，再決定要不要存您的。"
            )
        )


def bad(name: str, text: str) -> BadInput:
    """One wrong field."""
    return BadInput(text, fields={name: [text]})


def refuse(wrong: Wrong) -> None:
    """Raises BadInput where anything is wrong."""
    if wrong:
        raise BadInput(_("有欄位要改，沒有存。"), fields=wrong)


def refuse_unknown(given: object, known: object) -> None:
    """Raises BadInput for fields that cannot be set."""
    unknown = sorted(set(given) - set(known))  # type: ignore[call-overload]
    if unknown:
        raise BadInput(_("有欄位不能改，沒有存。"), fields={name: [_("這一欄不能改。")] for name in unknown})


def check_money(value: Decimal | None, name: str, wrong: Wrong) -> None:
    """Whole NTD, not negative, below 10^15."""
    if value is None:
        return
    if not value.is_finite() or value < 0 or value >= MOST_MONEY or value != value.to_integral_value():
        wrong.setdefault(name, []).append(_("金額以元為單位，填 0 以上的整數。"))


def check_text(text: str, most: int, name: str, wrong: Wrong, *, needed: str = "") -> None:
    """No longer than its column, no NUL; `needed` is what is said where it is empty."""
    if needed and not text.strip():
        wrong.setdefault(name, []).append(needed)
    if len(text) > most or "\x00" in text:
        wrong.setdefault(name, []).append(_("最多 %(n)s 字，不能有控制字元。") % {"n": most})


def check_day(day: date | None, name: str, wrong: Wrong, *, needed: str = "") -> None:
    """Within what the product knows; `needed` is what is said where it is missing."""
    if day is None and needed:
        wrong.setdefault(name, []).append(needed)
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        wrong.setdefault(name, []).append(_("日期不合理。"))


def check_place(longitude: Decimal | None, latitude: Decimal | None, wrong: Wrong) -> None:
    """Both or none, in degrees (WGS 84) with six decimals at most."""
    if (longitude is None) != (latitude is None):
        wrong["longitude"] = [_("經度與緯度要一起填，或都留空。")]
    for name, value, most in (("longitude", longitude, 180), ("latitude", latitude, 90)):
        if value is not None and (not value.is_finite() or abs(value) > most or value != round(value, 6)):
            wrong.setdefault(name, []).append(_("要在 ±%(n)s 之間，最多六位小數。") % {"n": most})


def check_not_twice(row: Any, told: Iterable[Any], label: str) -> None:
    """One opening fails once: a `kind` told again of the same day would count as another. `label`: the kind in words."""
    if any((each.kind, each.on) == (row.kind, row.on) for each in standing(told)):
        raise bad(
            "kind",
            _("%(day)s 已經登錄過「%(kind)s」，沒有再存一次。內容要改，請在那一筆按「更正」。")
            % {"kind": label, "day": in_words(row.on, "short")},
        )
