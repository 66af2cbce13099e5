"""Frequent questions: written, changed and published in the browser, shipped ones loaded; searches that found nothing counted."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.citizens.actions.allowing import first_today
from shizheng.citizens.models import Faq, FaqGap
from shizheng.citizens.rules.grams import grams, keepable
from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded

MANAGE = "citizens.manage_faq"
EDITED = (
    "code",
    "question",
    "answer",
    "question_en",
    "answer_en",
    "category",
    "keywords",
    "unit_id",
    "published",
    "order",
)
LENGTHS = {
    "question": 200,
    "answer": 5000,
    "question_en": 300,
    "answer_en": 8000,
    "keywords": 300,
    "category": 40,
}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def save_faq(
    actor: Actor, faq_id: int | None, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> Faq:
    """Write a question with its answer, or change one with the reason. `changes`: EDITED.

    Raises NotPermitted, NotFound, Conflict, BadInput.
    """
    text = need_reason(reason) if faq_id is not None else reason.strip()
    with recorded(by=actor, action="citizens.save_faq", reason=text):
        require(actor, MANAGE)
        row = Faq()
        if faq_id is not None:
            found = Faq.objects.select_for_update().filter(pk=faq_id).first()
            if found is None:
                raise NotFound(_("找不到這個問題。請從常見問題清單進入。"))
            if version is not None and found.version != version:
                raise Conflict(_("「%(name)s」剛才已由別人修改，您的修改沒有存。") % {"name": found.question})
            row, found.version = found, found.version + 1
        for name in EDITED:
            if name in changes:
                setattr(row, name, changes[name])
        stored(row)
    return row


def stored(row: Faq) -> None:
    """Check and keep it with its index (helper: the caller has asked for the permission). Raises BadInput."""
    wrong: dict[str, list[str]] = {}
    if not _CODE.fullmatch(row.code):
        wrong["code"] = [_("代碼用小寫英文、數字與連字號，最多 %(n)s 字。") % {"n": 40}]
    elif Faq.objects.exclude(pk=row.pk).filter(code=row.code).exists():
        wrong["code"] = [_("已經有這個代碼。")]
    for name in ("question", "answer"):
        if not getattr(row, name).strip():
            wrong[name] = [_("請填這一欄。")]
    for name, most in LENGTHS.items():
        if len(getattr(row, name)) > most:
            wrong[name] = [_("最多 %(n)s 字。") % {"n": most}]
    if wrong:
        raise BadInput(_("常見問題沒有存：請改正標示的欄位。"), fields=wrong)
    row.grams = grams(" ".join([row.question, row.keywords, row.answer, row.question_en, row.answer_en]))
    row.changed_at = clock.now()
    row.save()


def note_gap(words: str, address: str) -> bool:
    """Count a search that found nothing, once a day for a source; what could be about a person is not kept. Whether it counted."""
    text = keepable(words)
    if not text or not first_today("gap", address, text):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO citizens_faqgap AS g (words, asked, first_on, last_on, done) VALUES (%s, 1, %s, %s, false)"
            " ON CONFLICT (words) DO UPDATE SET asked = LEAST(g.asked + 1, 1000000), last_on = excluded.last_on, done = false",
            [text, clock.today(), clock.today()],
        )
    return True


def delete_gap(actor: Actor, gap_id: int) -> None:
    """Take a search off the list: answered by now, or nothing to answer. Raises NotPermitted."""
    with recorded(by=actor, action="citizens.delete_gap"):
        require(actor, MANAGE)
        FaqGap.objects.filter(pk=gap_id).update(done=True)


def load_shipped_faq() -> int:
    """Add shipped questions that are not there yet; what an installation changed stays. Returns how many were added."""
    text = files("shizheng.citizens").joinpath("data", "faq.toml").read_text(encoding="utf-8")
    added = 0
    with recorded(by=SYSTEM, action="citizens.load_shipped"):
        have = set(Faq.objects.values_list("code", flat=True))
        for place, (code, said) in enumerate(tomllib.loads(text).items(), start=1):
            if code not in have:
                stored(Faq(code=code, order=place * 10, published=True, **said))
                added += 1
    return added
