"""What a citizen adds to a case, and having it taken up once more; who handles it is told."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.citizens.actions.citizen import citizen
from shizheng.citizens.models import Comment, Contact
from shizheng.citizens.models.voices import CommentKind
from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.words import for_the_record, written
from shizheng.domains.petitions import actions as petitions
from shizheng.kernel.cases.actions import locked_case
from shizheng.kernel.cases.registry import kind_of
from shizheng.kernel.filing import notices
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.holders import Finder

LONGEST, MOST = 2000, 30
TEMPLATE = "citizens.comment"


def comment(case_id: int, text: str) -> Comment:
    """Add words to a petition. Raises BadInput, CannotDo (erased, too many)."""
    words = _checked(text)
    with recorded(by=citizen(), action="citizens.comment"):
        case = locked_case(case_id)
        if case.anonymised_at is not None:
            raise CannotDo(
                _("這件保存期滿，資料已經清除，不能再補充，沒有存。請另外陳情。"), code="anonymised"
            )
        return _said(case, CommentKind.COMMENT, words)


def reopen(case_id: int, text: str) -> Comment:
    """Have an answered petition taken up once more, within the rule's days and times. Raises BadInput, CannotDo, Conflict.

    Why stands in the comment, which is erased one day; the step of the case, which is not, says only that there is one.
    """
    words = _checked(text)
    with recorded(by=citizen("petitions.control"), action="citizens.reopen"):
        case = petitions.act(
            citizen("petitions.control"),
            case_id,
            "reopen",
            version=None,
            reason=written("民眾申請重啟，說明見民眾留言"),
        )
        return _said(case, CommentKind.REOPEN, words)


def _checked(text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST:
        message = _("請寫內容，最多 %(n)s 字。") % {"n": LONGEST}
        raise BadInput(_("沒有送出：請改正標示的欄位。"), fields={"text": [message]})
    return words


def _said(case: Any, kind: CommentKind, words: str) -> Comment:
    """Keep it, and tell the officer, or who handles nearest to the unit. The notice says that there is one, not what."""
    if Comment.objects.filter(case=case).count() >= MOST:
        raise CannotDo(_("這件的留言已達 %(n)s 則，沒有存。請打 1999 說明。") % {"n": MOST}, code="too_many")
    row = Comment.objects.create(case=case, kind=kind, text=words, at=clock.now())
    of_case = kind_of(case.kind)
    to = (
        frozenset({case.officer_id})
        if case.officer_id is not None
        else Finder().people(case.unit_id, of_case.permission("handle"))
    )
    with for_the_record():
        what = str(CommentKind(kind).label)
    context = {"number": case.number, "title": case.title, "unit": case.unit.name, "what": what}
    notices.send(
        f"citizens:{case.pk}:{row.pk}", TEMPLATE, to, context, of_case.url(case.pk), ("cases.case", case.pk)
    )
    return row


def erase_said(case: Any) -> None:
    """Blank what the citizen added, and forget how to reach him or her (helper: the case is being anonymised)."""
    Comment.objects.filter(case=case).exclude(text="").update(text="")
    Contact.objects.filter(case=case, has_mail=True).update(has_mail=False, confirmed_at=None)
