"""What people type into a field: kept as typed, read here."""

import unicodedata
from decimal import Decimal, InvalidOperation

from shizheng.common.words import tell

_SIGNS = str.maketrans({"，": ",", "−": "-", "－": "-", "．": "."})
LONGEST_NUMBER = 40
LONGEST_TEXT = 4000
WHOLE_DIGITS, DECIMALS = 20, 10


class NotANumber(ValueError):
    """The text is no number; the message is 中文 and says what is accepted."""


def number_of(text: str) -> Decimal | None:
    """The number that was typed; None for an empty field. Full-width digits and thousands separators are read.

    At most 20 digits before and 10 after the point, which is what a fact can hold. Raises NotANumber.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    if not plain:
        return None
    bare = plain.replace(",", "")
    if "," in plain and not _grouped(plain):
        raise NotANumber(
            tell(
                "「%(text)s」的千分位逗號位置不對，看不出是多少。請改成例如 1,234 或 1234。",
                text=text[:LONGEST_NUMBER],
            )
        )
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or "e" in bare.lower() or "_" in bare:
        raise NotANumber(
            tell(
                "「%(text)s」不是數字。請只填數字，例如 216 或 97.57；單位已經在欄位旁。",
                text=text[:LONGEST_NUMBER],
            )
        )
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if abs(value) >= Decimal(10) ** WHOLE_DIGITS or -exponent > DECIMALS:
        raise NotANumber(tell("數字要在 20 位整數、10 位小數以內。"))
    return value


def _grouped(text: str) -> bool:
    whole, _point, fraction = text.lstrip("+-").partition(".")
    groups = whole.split(",")
    return "," not in fraction and 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
