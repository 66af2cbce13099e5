"""What a page shows out of a variable, for a reader of another language than Chinese.

Ours is read in the reader's language (`common.words.read`); what people wrote or printed stays as it is, and says that it
is Chinese (`lang`, WCAG 3.1.2). For a reader of Chinese nothing is touched.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from shizheng.common import words

_ONE = words.CJK.pattern
RUN = re.compile(rf"{_ONE}(?:[\s\d.,%()/:+·–—-]*{_ONE})*")
"""A stretch of Chinese with the figures and signs inside of it."""
_MARKUP = re.compile(r"(<[^>]*>)")
_UNTOUCHED = re.compile(r"<(?:option|textarea|script|style|title)\b|\blang=\"zh-Hant\"")
_PLAIN = (int, float, Decimal, date, bool)


def told(value: Any) -> Any:
    """The text in the reader's language, without marks: for attributes and titles."""
    if value is None or isinstance(value, _PLAIN) or words.language().startswith("zh"):
        return value
    text = str(value)
    if isinstance(text, SafeString) or not words.CJK.search(text):
        return value
    return words.read(text)


def said(value: Any) -> Any:
    """The text in the reader's language; what is Chinese by nature is marked as such."""
    if value is None or isinstance(value, _PLAIN) or words.language().startswith("zh"):
        return value
    text = str(value)
    if not words.CJK.search(text):
        return value
    if hasattr(value, "__html__") or isinstance(text, SafeString):
        return _marked_html(text)
    return mark_safe(_marked(escape(words.read(text))))  # noqa: S308 - escaped in the same line


def _marked(text: str) -> str:
    return RUN.sub(_marked_run, text)


def _marked_run(found: re.Match[str]) -> str:
    ours = words.read(found[0])
    return ours if ours != found[0] else f'<span lang="zh-Hant">{found[0]}</span>'


def _marked_html(html: str) -> SafeString:
    """The same for markup: only what stands between tags is marked."""
    if _UNTOUCHED.search(html):
        return mark_safe(html)  # noqa: S308 - it was safe before
    parts = _MARKUP.split(html)
    shown = (part if part.startswith("<") else _marked(words.read(part)) for part in parts)
    return mark_safe("".join(conditional_escape(mark_safe(part)) for part in shown))  # noqa: S308 - it was safe before
