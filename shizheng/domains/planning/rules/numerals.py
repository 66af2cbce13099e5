"""Chinese numerals as headings print them: 一, 十, 十二, 二十三."""

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """1 → 一, 10 → 十, 23 → 二十三; numbers from 100 stay in Arabic digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones else "")
