"""The words of pure code in the reader's language: Django's translation put behind `common.words`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from django.core.cache import caches
from django.utils.translation import get_language, gettext, override
from django.utils.translation.trans_real import translation

from shizheng.common import words
from shizheng.common.errors import BadInput, CannotDo

Names = Callable[[], Iterable[tuple[str, str]]]
NAMES_ARE_KEPT = 60
"""Seconds for which English names are kept in a process: after that a renamed agency is called by its new name."""
_providers: list[Names] = []


def register_names(provider: Names) -> None:
    """`provider()` gives (Chinese name, English name) of things that have both: agencies, roles, districts."""
    if provider not in _providers:
        _providers.append(provider)


def install() -> None:
    """From now on `words.tell` translates as pages do."""
    words.use(gettext, lambda: get_language() or words.CHINESE, sentences, names)


@contextmanager
def for_the_record() -> Iterator[None]:
    """What is said within, by pages' translation or by pure code, is kept, so it is said in Chinese.

    A refusal goes out to whoever asked, and is said in his or her language.
    """
    try:
        with words.for_the_record(), override(words.CHINESE):
            yield
    except CannotDo as failure:
        failure.message = words.read(failure.message)
        if isinstance(failure, BadInput):
            failure.fields = {
                name: [words.read(each) for each in texts] for name, texts in failure.fields.items()
            }
        raise


@cache
def sentences() -> tuple[str, ...]:
    """Every Chinese sentence of the English catalogue that has values in it."""
    known = translation("en")._catalog.keys()  # type: ignore[attr-defined]
    return tuple(key for key in known if isinstance(key, str) and "%(" in key and words.CJK.search(key))


def names() -> dict[str, str]:
    """English names by Chinese ones; a name that two things share with different English ones is left out."""
    kept: dict[str, str] | None = caches["memory"].get("speech.names")
    if kept is not None:
        return kept
    found: dict[str, set[str]] = {}
    for provider in _providers:
        for chinese, english in provider():
            if chinese and english:
                found.setdefault(chinese, set()).add(english)
    kept = {chinese: both.pop() for chinese, both in found.items() if len(both) == 1}
    caches["memory"].set("speech.names", kept, NAMES_ARE_KEPT)
    return kept
