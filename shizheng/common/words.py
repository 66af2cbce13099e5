"""Words for people in code that knows no Django: marked for the catalogue, said in the reader's language.

`tell` is for what is shown at once: it translates when it is called. `written` is for what is kept: records are written
in Chinese, whoever writes them, and `read` gives a kept sentence in the language of whoever reads it later.
Values have names: `tell("第 %(line)s 行沒有讀入。", line=7)`. The start of the product installs the translation (`use`);
without one, everything stays Chinese, so that rules and the command line need nothing (ADR 0016).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

CHINESE = "zh-hant"
CJK = re.compile(r"[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]")
_PLACE = re.compile(r"%\((\w+)\)s|%%")
_YEARS = ("year", "plan_year")
_PERIOD = re.compile(
    r"(?P<year>\d{1,3}) 年(?:度|(?P<half>[上下])半年|第 (?P<quarter>[1-4]) 季| (?P<month>[1-9]|1[0-2]) 月)"
)
_DAY = re.compile(r"民國(\d{1,3})年(\d{1,2})月(\d{1,2})日")
_SHORT_DAY = re.compile(r"(\d{2,3})\.(\d{2})\.(\d{2})")
_ENOUGH = 3
"""Characters that a sentence with values must have of its own before it is recognised in a text."""

Translate = Callable[[str], str]
_translate: Translate = str
_language: Callable[[], str] = lambda: CHINESE  # noqa: E731
_sentences: Callable[[], Iterable[str]] = tuple
_names: Callable[[], Mapping[str, str]] = dict
_kept: ContextVar[bool] = ContextVar("kept", default=False)


def use(
    translate: Translate,
    language: Callable[[], str],
    sentences: Callable[[], Iterable[str]] = tuple,
    names: Callable[[], Mapping[str, str]] = dict,
) -> None:
    """Install the translation, the reader's language, the sentences of the catalogue, and English names by Chinese ones."""
    global _translate, _language, _sentences, _names
    _translate, _language, _sentences, _names = translate, language, sentences, names
    _read.cache_clear()
    _patterns.cache_clear()


def language() -> str:
    """The code of the reader's language: `zh-hant`, `en`."""
    return CHINESE if _kept.get() else _language()


def english() -> bool:
    return language().startswith("en")


@contextmanager
def for_the_record() -> Iterator[None]:
    """What is said within is going to be kept, so it is said in Chinese."""
    token = _kept.set(True)
    try:
        yield
    finally:
        _kept.reset(token)


def N_(text: str) -> str:  # noqa: N802 - the name that catalogues look for
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


def tell(text: str, /, **values: object) -> str:
    """The text in the reader's language, now, with the values in their places."""
    said = text if not text or _kept.get() else _translate(text)
    return said % values if values else said


def written(text: str, /, **values: object) -> str:
    """The text in Chinese, to be kept; whoever shows it later passes it through `read`."""
    return text % values if values else text


def read(text: str) -> str:
    """A kept text in the reader's language: ours where the catalogue knows it, as it is where people wrote it."""
    if not text or language().startswith("zh") or not CJK.search(text):
        return text
    return _names().get(text) or _read(language(), text)


def listed(texts: Iterable[object]) -> str:
    """Several things in one sentence: 甲、乙."""
    return (", " if english() else "、").join(str(text) for text in texts)


def quoted(text: str) -> str:
    """The text in the quotation marks of the reader's language."""
    return f"“{text}”" if english() else f"「{text}」"


def called(thing: object, *, short: bool = False) -> str:
    """What an agency, a unit, a role or a city is called: by `name_en` for a reader of English, where it has one."""
    if english() and (name_en := getattr(thing, "name_en", "")):
        return str(name_en)
    return str((getattr(thing, "short_name", "") if short else "") or getattr(thing, "name", ""))


@lru_cache(maxsize=8192)
def _read(_language_code: str, text: str) -> str:
    day = _DAY.fullmatch(text)
    if day and english():
        return _day_words(day, "long")
    whole = _translate(text)
    if whole != text:
        return whole
    for sentence, words, pattern in _patterns():
        if _in_order(text, words):  # a pattern alone would try every way in which a long text could be cut
            found = pattern.fullmatch(text)
            if found and _translate(sentence) != sentence:
                return _translate(sentence) % {
                    name: _shown(name, value) for name, value in found.groupdict().items()
                }
    parts = [part for part in re.split(r"(?<=[。：])", text) if part]
    if len(parts) < 2:
        return text
    said = [read(part.strip("： ")) for part in parts]
    if all(new == part.strip("： ") for new, part in zip(said, parts, strict=True)):
        return text
    return " ".join(f"{new}:" if part.endswith("：") else new for new, part in zip(said, parts, strict=True))


def _shown(name: str, value: str) -> str:
    """A value of a kept sentence: a ROC year or day as the reader counts them, words read in their turn."""
    if name in _YEARS and value.isdecimal() and len(value) <= len("999"):
        return str(int(value) + 1911)
    if not english():
        return read(value)
    if day := _SHORT_DAY.fullmatch(value):
        return _day_words(day, "short")
    found = _PERIOD.fullmatch(value)
    return _period_words(found) if found else read(value)


def _day_words(found: re.Match[str], style: str) -> str:
    """A kept ROC day as English writes it (`roc.in_words`); as it is where there is no such day."""
    from shizheng.common.roc import in_words

    year, month, day = map(int, found.groups())
    try:
        return in_words(date(year + 1911, month, day), style)
    except ValueError:
        return found[0]


def _period_words(found: re.Match[str]) -> str:
    """A kept period as English counts it: 106 年上半年 is H1 2017, 106 年第 2 季 Q2 2017, 106 年 6 月 June 2017."""
    year = int(found["year"]) + 1911
    if found["half"]:
        return f"H{'上下'.index(found['half']) + 1} {year}"
    if found["quarter"]:
        return f"Q{found['quarter']} {year}"
    if found["month"]:
        from shizheng.common.roc import MONTHS

        return f"{MONTHS[int(found['month']) - 1]} {year}"
    return str(year)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, list[str], re.Pattern[str]], ...]:
    """Sentences with values, their own words before, between and after the values, and as patterns: those with most words first."""
    found = []
    for sentence in _sentences():
        own = _PLACE.sub("", sentence)
        if "%(" in sentence and len(CJK.findall(own)) >= _ENOUGH:
            words, pattern = _pattern(sentence)
            found.append((len(own), sentence, words, pattern))
    found.sort(key=lambda each: -each[0])
    return tuple((sentence, words, pattern) for _, sentence, words, pattern in found)


def _pattern(sentence: str) -> tuple[list[str], re.Pattern[str]]:
    words: list[str] = [""]
    names: list[str] = []
    at = 0
    for place in _PLACE.finditer(sentence):
        words[-1] += sentence[at : place.start()]
        if place[1] is None:
            words[-1] += "%"
        else:
            names.append(place[1])
            words.append("")
        at = place.end()
    words[-1] += sentence[at:]
    pattern = re.escape(words[0])
    for number, name in enumerate(names):
        value = f"(?P={name})" if name in names[:number] else f"(?P<{name}>.*?)"
        pattern += value + re.escape(words[number + 1])
    return words, re.compile(pattern, re.DOTALL)


def _in_order(text: str, words: list[str]) -> bool:
    """Whether a text begins with the first words, ends with the last, and has the others between them one after another."""
    first, *between, last = words
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in between:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return at <= end
