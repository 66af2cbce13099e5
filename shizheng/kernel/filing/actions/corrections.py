"""Corrections after the lock: asked for with a reason, approved by a second person, and kept beside what was."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import written
from shizheng.kernel.filing import attachments
from shizheng.kernel.filing.actions.entries import keeper
from shizheng.kernel.filing.actions.shared import (
    locked_return,
    name_of,
    need_filer,
    need_return_act,
    note,
    tell,
    touch,
)
from shizheng.kernel.filing.models import (
    CorrectionRequest,
    CorrectionState,
    Decision,
    Entry,
    Return,
    ReturnState,
)
from shizheng.kernel.filing.queries.entries import checked, entries_of
from shizheng.kernel.filing.queries.people import approvers
from shizheng.kernel.filing.registry import Entered, Field, Row, kind_of
from shizheng.kernel.filing.rules.typed import LONGEST_TEXT
from shizheng.kernel.history.actions import recorded

Texts = Mapping[tuple[str, str], str]


def request_correction(
    actor: Actor, return_id: int, *, version: int | None, changes: Texts, reason: str
) -> CorrectionRequest:
    """Ask for other texts in some fields (row, field → text) of a locked return, with a reason. Nothing changes yet."""
    text = need_reason(reason)
    with recorded(by=actor, action="filing.request_correction", reason=text):
        filing = locked_return(return_id, version)
        need_filer(actor, filing)
        _need_locked(filing)
        kind = kind_of(filing.round.kind)
        rows, entries = kind.rows(filing), entries_of(filing.pk)
        found = _changes(rows, entries, _with_files(actor, filing, rows, changes))
        problems = checked(kind, filing, rows, _after(entries, found))
        if problems:
            named: dict[str, list[str]] = {}
            for each in problems:
                named.setdefault(f"{each.row}.{each.field}".rstrip("."), []).append(each.text)
            raise BadInput(_("更正後的內容有 %(n)s 處不對，沒有送出。") % {"n": len(problems)}, fields=named)
        try:
            with transaction.atomic():
                made = CorrectionRequest.objects.create(
                    filing=filing, changes=found, reason=text, asked_by_id=actor.pk, asked_at=clock.now()
                )
        except IntegrityError as failure:
            raise Conflict(
                _("這份填報表已有一件更正待核可，沒有再送一件。請先等它有結果，或收回。")
            ) from failure
        tell(
            f"filing:correction:{made.pk}:asked", "filing.correction_asked", approvers(filing, actor.pk), filing,
            who=name_of(actor), reason=text,
        )  # fmt: skip
    return made


def _need_locked(filing: Return) -> None:
    if filing.state != ReturnState.LOCKED:
        raise Conflict(
            _("這份填報表現在是「%(state)s」，還沒有鎖定，不用申請更正；請收回或請簽核者退回後直接改。")
            % {"state": filing.get_state_display()}
        )


def _with_files(
    actor: Actor, filing: Return, rows: Sequence[Row], wanted: Texts
) -> dict[tuple[str, str], str]:
    """Uploads that are asked for become files of the return at once: whoever decides can open them."""
    of_files = {(row.key, each.name) for row in rows for each in row.fields if each.kind == "file"}
    return {
        key: attachments.kept(keeper(actor, filing), filing.pk, filing.unit_id, text)
        if key in of_files
        else text
        for key, text in wanted.items()
    }


def _changes(rows: Any, entries: Mapping[tuple[str, str], Entered], wanted: Texts) -> list[dict[str, str]]:
    fields = {(row.key, each.name): (row, each) for row in rows for each in row.fields}
    found, wrong = [], {}
    for (row_key, name), text in wanted.items():
        known = fields.get((row_key, name))
        before = entries.get((row_key, name))
        was = before.text if before else ""
        if known is None:
            wrong[f"{row_key}.{name}"] = [_("這份填報表沒有這一欄。")]
        elif len(text) > LONGEST_TEXT or "\x00" in text:
            wrong[f"{row_key}.{name}"] = [_("最多 %(n)s 字，不能有 NUL 字元。") % {"n": LONGEST_TEXT}]
        elif was.strip() != text.strip():
            found.append(_change(*known, was, text.strip()))
    if wrong:
        raise BadInput(_("有不能更正的欄位，沒有送出。"), fields=wrong)
    if not found:
        message = _("更正後的內容與原來相同，沒有送出。")
        raise BadInput(message, fields={"changes": [message]})
    return sorted(found, key=lambda each: (each["row"], each["field"]))


def _change(row: Row, field: Field, before: str, after: str) -> dict[str, str]:
    """`kind` stands only where the texts are not what people read: ids of files."""
    return {
        "row": row.key,
        "title": row.title,
        "field": field.name,
        "label": str(field.label),
        "before": before,
        "after": after,
        **({"kind": field.kind} if field.kind == "file" else {}),
    }


def _after(
    entries: Mapping[tuple[str, str], Entered], changes: list[dict[str, str]]
) -> dict[tuple[str, str], Entered]:
    result = dict(entries)
    for each in changes:
        key = (each["row"], each["field"])
        result[key] = Entered(*key, each["after"], 0, {}, None, "", None)
    return result


def approve_correction(
    actor: Actor, request_id: int, *, version: int | None, reason: str
) -> CorrectionRequest:
    """Approve a correction: the fields change, and what follows (`on_correct`) happens, all of it or nothing.

    Whoever asked cannot approve. Raises Conflict where a field is no longer what it was when the correction was asked.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="filing.approve_correction", reason=text):
        found, filing = _open_request(actor, request_id, version)
        need_return_act(filing, "approve_correction")
        there = {
            (each.row, each.field): each for each in Entry.objects.select_for_update().filter(filing=filing)
        }
        for change in found.changes:
            _apply(found, filing, there.get((change["row"], change["field"])), change)
        filing.corrected_at = clock.now()
        said = written("%(asked)s；核可：%(text)s", asked=found.reason, text=text)
        note(actor, filing, Decision.CORRECTED, reason=said, entries=entries_of(filing.pk))
        touch(filing, "corrected_at")
        _decide(actor, found, filing, CorrectionState.APPROVED, text)
        kind_of(filing.round.kind).on_correct(actor, found)
    return found


def _apply(found: CorrectionRequest, filing: Return, entry: Entry | None, change: Mapping[str, str]) -> None:
    if (entry.text.strip() if entry else "") != change["before"].strip():
        raise Conflict(
            _("「%(row)s」的「%(field)s」在申請之後已改成別的內容，沒有更正。請不同意這一件，再重新申請。")
            % {"row": change["title"], "field": change["label"]}
        )
    made = entry or Entry(filing=filing, row=change["row"], field=change["field"], version=0)
    made.text = change["after"]
    made.source = {"kind": "corrected", "request": found.pk, "before": change["before"]}
    made.saved_by_id, made.saved_at = found.asked_by_id, clock.now()
    made.saved_name = found.asked_by.display_name if found.asked_by else ""
    made.version += 1
    made.save()


def reject_correction(
    actor: Actor, request_id: int, *, version: int | None, reason: str
) -> CorrectionRequest:
    """Refuse a correction, with a reason."""
    text = need_reason(reason)
    with recorded(by=actor, action="filing.reject_correction", reason=text):
        found, filing = _open_request(actor, request_id, version)
        _decide(actor, found, filing, CorrectionState.REJECTED, text)
    return found


def withdraw_correction(
    actor: Actor, request_id: int, *, version: int | None, reason: str = ""
) -> CorrectionRequest:
    """Take one's own request back."""
    with recorded(by=actor, action="filing.withdraw_correction", reason=reason.strip()):
        found, _filing = _locked_request(request_id, version)
        if actor.pk is None or found.asked_by_id != actor.pk:
            raise NotPermitted(_("這件更正不是您申請的，不能收回，沒有執行。"))
        found.state, found.decided_at, found.decided_by_id = CorrectionState.WITHDRAWN, clock.now(), actor.pk
        found.decision_reason = reason.strip()
        found.version += 1
        found.save()
    return found


def _locked_request(request_id: int, version: int | None) -> tuple[CorrectionRequest, Return]:
    filing_id = CorrectionRequest.objects.filter(pk=request_id).values_list("filing_id", flat=True).first()
    if filing_id is None:
        raise NotFound(_("找不到這件更正申請，沒有執行任何動作。請從更正清單進入。"))
    filing = locked_return(filing_id)
    found = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .select_related("asked_by")
        .get(pk=request_id)
    )
    found.filing = filing
    if found.state != CorrectionState.ASKED or (version is not None and found.version != version):
        raise Conflict(
            _("這件更正申請現在是「%(state)s」，您的動作沒有執行。請重新整理。")
            % {"state": found.get_state_display()}
        )
    return found, filing


def _open_request(actor: Actor, request_id: int, version: int | None) -> tuple[CorrectionRequest, Return]:
    found, filing = _locked_request(request_id, version)
    require(actor, "filing.approve_correction", filing.unit_id)
    if actor.pk is not None and found.asked_by_id == actor.pk:
        raise NotPermitted(_("這件更正是您自己申請的，要由另一個人核可。沒有執行。"))
    return found, filing


def _decide(
    actor: Actor, found: CorrectionRequest, filing: Return, state: CorrectionState, reason: str
) -> None:
    found.state, found.decided_by_id, found.decided_at = state, actor.pk, clock.now()
    found.decision_reason = reason
    found.version += 1
    found.save()
    if found.asked_by_id:
        said = f"{found.get_state_display()}：{reason}"
        tell(
            f"filing:correction:{found.pk}:decided", "filing.correction_decided", frozenset({found.asked_by_id}),
            filing, who=name_of(actor), reason=said,
        )  # fmt: skip
