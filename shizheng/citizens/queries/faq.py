"""Finding frequent questions: by the index of character pairs, which answers words of two characters too."""

from typing import Any

from django.db.models import QuerySet

from shizheng.citizens.models import Faq, FaqGap
from shizheng.citizens.rules.grams import grams, wanted
from shizheng.common.errors import NotFound
from shizheng.common.words import english, tell

MOST_FOUND, SUGGESTED = 50, 5
LEAST_ASKED = 2
"""A search is shown to officers once so many sources asked it: what one person typed alone is nobody's business."""


def published() -> QuerySet[Faq]:
    """What everybody may read."""
    return Faq.objects.filter(published=True).select_related("unit")


def found(words: str, limit: int = MOST_FOUND) -> list[Faq]:
    """Published questions that have all of the words, those whose question has them first (one query, by the index)."""
    pairs = wanted(words)
    if not pairs:
        return []
    rows = list(published().filter(grams__contains=pairs)[: limit * 4])
    return sorted(rows, key=lambda each: (-_in_question(each, pairs), each.order, each.pk))[:limit]


def _in_question(row: Faq, pairs: list[str]) -> int:
    own = set(grams(f"{row.question} {row.keywords} {row.question_en}"))
    return sum(pair in own for pair in pairs)


def like(words: str, limit: int = SUGGESTED) -> list[Faq]:
    """Questions that share most with a longer text, at least a third of their own pairs (one query, by the index)."""
    pairs = [each for each in wanted(words) if len(each) == 2]
    if not pairs:
        return []
    scored = []
    for each in published().filter(grams__overlap=pairs)[:200]:
        own = {pair for pair in grams(f"{each.question} {each.keywords}") if len(pair) == 2}
        shared = len(own & set(pairs))
        if own and shared >= 2 and shared * 3 >= min(len(own), len(pairs)):
            scored.append((-shared, each.order, each.pk, each))
    return [each for *_order, each in sorted(scored)[:limit]]


def one(faq_id: int, *, every: bool = False) -> Faq:
    """One question. Raises NotFound, also for what is not public unless `every`."""
    row = (Faq.objects.all() if every else published()).filter(pk=faq_id).first()
    if row is None:
        raise NotFound(tell("找不到這個問題，可能已經不公開。請從常見問題找。"))
    return row


def every(actor: Any) -> QuerySet[Faq]:
    """All of them, for who maintains them."""
    rows = Faq.objects.select_related("unit")
    return rows if actor.may("citizens.manage_faq") else rows.none()


def gaps() -> QuerySet[FaqGap]:
    """Searches without an answer that more than one asked, most asked first."""
    return FaqGap.objects.filter(done=False, asked__gte=LEAST_ASKED)


def said(row: Faq) -> tuple[str, str, bool]:
    """Question and answer in the reader's language, and whether they are Chinese all the same."""
    if english() and row.question_en and row.answer_en:
        return row.question_en, row.answer_en, False
    return row.question, row.answer, english()


def sheet_rows(rows: QuerySet[Faq], labels: dict[str, str], yes: str, no: str) -> Any:
    """Heading and rows of the export, as the import reads them."""
    yield list(labels.values())
    for each in rows:
        yield [
            (each.unit.name if each.unit else "") if name == "unit" else (yes if each.published else no) if name == "published" else getattr(each, name)
            for name in labels
        ]  # fmt: skip
