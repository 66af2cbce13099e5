"""The words of pure code in the reader's language: Django's translation put behind `common.words`."""

from functools import cache

from django.utils.translation import get_language, gettext
from django.utils.translation.trans_real import translation

from shizheng.common import words


def install() -> None:
    """From now on `words.tell` translates as pages do."""
    words.use(gettext, lambda: get_language() or words.CHINESE, sentences)


@cache
def sentences() -> tuple[str, ...]:
    """Every Chinese sentence of the English catalogue that has values in it."""
    known = translation("en")._catalog.keys()  # type: ignore[attr-defined]
    return tuple(key for key in known if isinstance(key, str) and "%(" in key and words.CJK.search(key))
