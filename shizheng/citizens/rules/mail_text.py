"""What of a mail's text goes into a petition or a comment. Pure."""

import re

_CUTS = re.compile(
    r"^\s*(-{2,}\s*(original message|原始郵件|原始訊息|轉寄郵件|forwarded message)\s*-{2,}|—{6,}"
    r"|on\b.{5,200}\bwrote:|.{0,200}(於|在).{0,200}(寫道|写道)\s*[:：]"
    r"|(from|寄件者|發件人|寄件人)\s*[:：].*@.*)\s*$",
    re.I,
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{2,3}-P-\d{6,9})(?![0-9])")


def own_words(text: str) -> str:
    """What somebody wrote above or between what is quoted; all of it where nothing else is there."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _CUTS.match(line):
            break
        if not line.lstrip().startswith((">", "＞")):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or text.strip()


def fitted(text: str, most: int, note: str) -> tuple[str, bool]:
    """At most so many characters, and whether something was cut; `note` says so at the end."""
    plain = text.strip()
    if len(plain) <= most:
        return plain, False
    return f"{plain[: most - len(note) - 1].rstrip()}\n{note}", True


def language_of(text: str) -> str:
    """`en` for a text without a Chinese character, else `zh-hant`."""
    return "zh-hant" if _CHINESE.search(text) or not text.strip() else "en"


def numbers_in(subject: str) -> tuple[str, ...]:
    """Numbers of cases that a subject names, at most three."""
    return tuple(dict.fromkeys(_NUMBER.findall(subject)))[:3]
