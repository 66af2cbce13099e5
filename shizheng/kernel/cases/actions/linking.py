"""Cases that belong together: linked, or one merged into another; both can be undone, and what was undone stays to be read."""

from django.db.models import Q
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.kernel.cases.actions.shared import both_locked, need, need_open, touch, write_step
from shizheng.kernel.cases.models import Case, CaseLink, LinkKind
from shizheng.kernel.cases.queries.visible import visible_to
from shizheng.kernel.history.actions import recorded


def link(actor: Actor, case_id: int, other_id: int, *, kind: LinkKind, reason: str) -> CaseLink:
    """Say that two cases are related, or the same once more. Raises NotPermitted, NotFound, Conflict (linked already), BadInput."""
    if kind == LinkKind.MERGED:
        raise ValueError("merging is an act of its own: merge")
    text = need_reason(reason)
    with recorded(by=actor, action="cases.link", reason=text):
        case, other = _two(actor, case_id, other_id)
        made = _linked(actor, case, other, kind, text)
        write_step(actor, case, "link", reason=text, fields={"other": other.number, "kind": str(kind)})
        touch(case)
    return made


def unlink(actor: Actor, link_id: int, *, reason: str) -> CaseLink:
    """Take a link back. Raises NotPermitted, NotFound, Conflict (undone already), BadInput."""
    text = need_reason(reason)
    with recorded(by=actor, action="cases.unlink", reason=text):
        found = CaseLink.objects.exclude(kind=LinkKind.MERGED).filter(pk=link_id).first()
        if found is None:
            raise NotFound(_("找不到這筆關聯。"))
        case, other = _two(actor, found.case_id, found.other_id)
        _undone(actor, found, text)
        write_step(actor, case, "unlink", reason=text, fields={"other": other.number})
        touch(case)
    return found


def merge(actor: Actor, case_id: int, into_id: int, *, version: int | None, reason: str) -> Case:
    """Let a case be handled within another of its kind (併案). Its own state and clock stay as they are, for when it is taken apart.

    Raises NotPermitted, NotFound, Conflict, CannotDo (over, of another kind, merged, or others were merged into it), BadInput.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.merge", reason=text):
        case, into = _two(actor, case_id, into_id)
        _same_version(case, version)
        need(actor, into, "handle")
        need_open(case)
        need_open(into)
        if case.kind != into.kind:
            raise CannotDo(_("不同種類的案件不能併案，沒有執行。可以改為建立關聯。"), code="other_kind")
        if Case.objects.filter(merged_into=case).exists():
            raise CannotDo(
                _("「%(case)s」已有別案併入，不能再併到另一案，沒有執行。請先解除，或反過來併。")
                % {"case": case.number},
                code="has_merged",
            )
        _linked(actor, case, into, LinkKind.MERGED, text)
        case.merged_into = into
        write_step(actor, case, "merge", reason=text, fields={"into": into.number})
        write_step(actor, into, "merged", reason=text, fields={"case": case.number})
        touch(case, "merged_into")
        touch(into)
    return case


def unmerge(actor: Actor, case_id: int, *, version: int | None, reason: str) -> Case:
    """Take a merged case out again, as it was. Raises NotPermitted, NotFound, Conflict (not merged), BadInput."""
    text = need_reason(reason)
    with recorded(by=actor, action="cases.unmerge", reason=text):
        into_id = Case.objects.filter(pk=case_id).values_list("merged_into", flat=True).first()
        if into_id is None:
            raise Conflict(_("這個案件沒有併入別案，沒有執行。"), code="not_merged")
        case, into = _two(actor, case_id, into_id)
        _same_version(case, version)
        held = CaseLink.objects.filter(case=case, other=into, kind=LinkKind.MERGED, undone_at=None).first()
        if held is None or case.merged_into_id != into.pk:
            raise Conflict(_("這個案件剛才已由別人解除併案，沒有執行。"), code="not_merged")
        _undone(actor, held, text)
        case.merged_into = None
        write_step(actor, case, "unmerge", reason=text, fields={"into": into.number})
        write_step(actor, into, "unmerged", reason=text, fields={"case": case.number})
        touch(case, "merged_into")
        touch(into)
    return case


def _two(actor: Actor, case_id: int, other_id: int) -> tuple[Case, Case]:
    """Both cases, locked: the first is the actor's to handle, the other one at least his or hers to see."""
    if case_id == other_id:
        raise BadInput(_("不能與自己關聯，沒有執行。"), fields={"other": [_("請選另一案")]})
    if not visible_to(actor).filter(pk=other_id).exists():
        raise NotFound(_("找不到另一個案件，或您不能看，沒有執行。"))
    case, other = both_locked(case_id, other_id)
    need(actor, case, "handle")
    return case, other


def _same_version(case: Case, version: int | None) -> None:
    if version is not None and case.version != version:
        raise Conflict(
            _("「%(case)s」剛才已由別人處理，沒有執行。請重新整理，看過再決定。") % {"case": case.number}
        )


def _linked(actor: Actor, case: Case, other: Case, kind: LinkKind, reason: str) -> CaseLink:
    between = Q(case=case, other=other) | Q(case=other, other=case)
    if CaseLink.objects.filter(between, kind=kind, undone_at=None).exists():
        raise Conflict(_("這兩案已經有這種關聯，沒有再建一次。"), code="linked")
    return CaseLink.objects.create(
        case=case, other=other, kind=kind, reason=reason, made_by_id=actor.pk, made_at=clock.now()
    )


def _undone(actor: Actor, found: CaseLink, reason: str) -> None:
    done = CaseLink.objects.filter(pk=found.pk, undone_at=None).update(
        undone_by_id=actor.pk, undone_at=clock.now(), undone_reason=reason
    )
    if not done:
        raise Conflict(_("這筆關聯剛才已由別人解除，沒有執行。"), code="undone")
    found.refresh_from_db()
