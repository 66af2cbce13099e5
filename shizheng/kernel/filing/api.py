"""The API of filing: rounds, returns and what stands in them, sign-off, corrections."""

from typing import Any

from django.http import HttpRequest
from ninja import Query

from shizheng.common.api import Router
from shizheng.common.api_fields import actor_of
from shizheng.common.words import N_
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import CorrectionRequest
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.filing.schemas import (
    CorrectionOut,
    CorrectionsOut,
    DaysIn,
    EntriesIn,
    EntryOut,
    ExtendIn,
    ReturnCorrectionIn,
    ReturnDetail,
    ReturnOut,
    ReturnsOut,
    RoundIn,
    RoundOut,
    RoundsOut,
    SavedOut,
    StepIn,
)

router = Router()


def _round(request: HttpRequest, round_id: int) -> Any:
    queries.round_of(actor_of(request), round_id)
    return queries.rounds_with_counts(actor_of(request)).get(pk=round_id)


@router.get("/rounds", permission="filing.view", response=RoundsOut, summary=N_("填報期別"))
def rounds(
    request: HttpRequest,
    state: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**6),
) -> Any:
    """Rounds, newest first."""
    rows = queries.rounds_with_counts(actor_of(request)).order_by("-opens_on", "-id")
    rows = rows.filter(state=state) if state else rows
    return {"count": rows.count(), "items": list(rows[offset : offset + limit])}


@router.post("/rounds", permission="filing.open", response={201: RoundOut}, summary=N_("排定或開放填報"))
def new_round(request: HttpRequest, given: RoundIn) -> Any:
    """Plan a round by the rulebook, or open it at once."""
    act = actions.open_round if given.at_once else actions.plan_round
    made = act(actor_of(request), given.kind, given.period, title=given.title)
    return 201, _round(request, made.pk)


@router.get("/rounds/{int:round_id}", permission="filing.view", response=RoundOut, summary=N_("一個填報期別"))
def one_round(request: HttpRequest, round_id: int) -> Any:
    return _round(request, round_id)


@router.post(
    "/rounds/{int:round_id}/open", permission="filing.open", response=RoundOut, summary=N_("開放填報")
)
def open_round(request: HttpRequest, round_id: int, given: StepIn) -> Any:
    """Open a planned round."""
    found = queries.round_of(actor_of(request), round_id)
    actions.open_round(actor_of(request), found.kind, found.period, version=given.version)
    return _round(request, round_id)


@router.post(
    "/rounds/{int:round_id}/days", permission="filing.open", response=RoundOut, summary=N_("改填報日期")
)
def change_round(request: HttpRequest, round_id: int, given: DaysIn) -> Any:
    """Move the days of a round, with a reason."""
    actions.change_round(
        actor_of(request), round_id, version=given.version, opens_on=given.opens_on, due_on=given.due_on,
        closes_on=given.closes_on, reason=given.reason,
    )  # fmt: skip
    return _round(request, round_id)


@router.post(
    "/rounds/{int:round_id}/close", permission="filing.open", response=RoundOut, summary=N_("截止填報")
)
def close_round(request: HttpRequest, round_id: int, given: StepIn) -> Any:
    actions.close_round(actor_of(request), round_id, version=given.version, reason=given.reason)
    return _round(request, round_id)


@router.post(
    "/rounds/{int:round_id}/reopen", permission="filing.open", response=RoundOut, summary=N_("重新開放填報")
)
def reopen_round(request: HttpRequest, round_id: int, given: StepIn) -> Any:
    actions.reopen_round(actor_of(request), round_id, version=given.version, reason=given.reason)
    return _round(request, round_id)


@router.post(
    "/rounds/{int:round_id}/lock", permission="filing.lock", response=RoundOut, summary=N_("鎖定填報")
)
def lock_round(request: HttpRequest, round_id: int, given: StepIn) -> Any:
    """Lock what was signed; where something was not, a reason is needed."""
    actions.lock_round(actor_of(request), round_id, version=given.version, reason=given.reason)
    return _round(request, round_id)


@router.get(
    "/rounds/{int:round_id}/returns",
    permission="filing.view",
    response=ReturnsOut,
    summary=N_("一期的填報表"),
)
def returns(
    request: HttpRequest, round_id: int, not_filed: bool = False,
    limit: int = Query(500, ge=1, le=5000), offset: int = Query(0, ge=0, le=10**6),
) -> Any:  # fmt: skip
    """The returns of a round that the reader may see; `not_filed`: only those that are not in."""
    found = queries.round_of(actor_of(request), round_id)
    actor = actor_of(request)
    rows = queries.not_filed(found, actor) if not_filed else queries.returns_of(actor, round_id)
    return {"count": rows.count(), "items": list(rows[offset : offset + limit])}


def _detail(request: HttpRequest, return_id: int) -> dict[str, Any]:
    found = queries.filing(actor_of(request), return_id)
    kind = kind_of(found.round.kind)
    rows = kind.rows(found)
    shown = queries.shown_entries(rows, queries.entries_of(return_id))
    values = {name: getattr(found, name) for name in ReturnOut.model_fields}
    entries = [{n: getattr(each, n) for n in EntryOut.model_fields} for _key, each in sorted(shown.items())]
    texts = queries.values_by_row(shown)
    narratives = {row.key: kind.sentence(row, texts.get(row.key, {})) for row in rows}
    return {**values, "entries": entries, "narratives": narratives}


@router.get(
    "/returns/{int:return_id}", permission="filing.view", response=ReturnDetail, summary=N_("一份填報表")
)
def one_return(request: HttpRequest, return_id: int) -> Any:
    """A return with what stands in it, typed or supplied, and the sentences that the system writes."""
    return _detail(request, return_id)


@router.put(
    "/returns/{int:return_id}/entries",
    permission="filing.file",
    response=list[SavedOut],
    summary=N_("存填報內容"),
)
def save_entries(request: HttpRequest, return_id: int, given: EntriesIn) -> Any:
    """Keep several fields, all or none; 409 when somebody else changed one since `version` was read."""
    typed = [TypedEntry(each.row, each.field, each.text, each.version) for each in given.entries]
    return actions.save_entries(actor_of(request), return_id, typed)


@router.post(
    "/returns/{int:return_id}/submit", permission="filing.file", response=ReturnDetail, summary=N_("送出填報")
)
def submit_return(request: HttpRequest, return_id: int, given: StepIn) -> Any:
    actions.submit_return(actor_of(request), return_id, version=given.version, note_text=given.reason)
    return _detail(request, return_id)


@router.post(
    "/returns/{int:return_id}/withdraw",
    permission="filing.file",
    response=ReturnDetail,
    summary=N_("收回填報"),
)
def withdraw_return(request: HttpRequest, return_id: int, given: StepIn) -> Any:
    actions.withdraw_return(actor_of(request), return_id, version=given.version, reason=given.reason)
    return _detail(request, return_id)


@router.post(
    "/returns/{int:return_id}/sign", permission="filing.view", response=ReturnDetail, summary=N_("簽核填報")
)
def sign_return(request: HttpRequest, return_id: int, given: StepIn) -> Any:
    """Sign for the level whose turn it is."""
    queries.filing(actor_of(request), return_id)
    actions.sign_return(actor_of(request), return_id, version=given.version, reason=given.reason)
    return _detail(request, return_id)


@router.post(
    "/returns/{int:return_id}/send-back",
    permission="filing.view",
    response=ReturnDetail,
    summary=N_("退回填報"),
)
def send_back(request: HttpRequest, return_id: int, given: StepIn) -> Any:
    """Send a return back with a reason."""
    queries.filing(actor_of(request), return_id)
    actions.send_back(actor_of(request), return_id, version=given.version, reason=given.reason)
    return _detail(request, return_id)


@router.post(
    "/returns/{int:return_id}/extend", permission="filing.open", response=ReturnDetail, summary=N_("展延期限")
)
def extend_due(request: HttpRequest, return_id: int, given: ExtendIn) -> Any:
    actions.extend_due(
        actor_of(request), return_id, version=given.version, until=given.until, reason=given.reason
    )
    return _detail(request, return_id)


@router.get("/corrections", permission="filing.view", response=CorrectionsOut, summary=N_("更正申請"))
def corrections(
    request: HttpRequest,
    state: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**6),
) -> Any:
    rows = queries.corrections(actor_of(request))
    rows = rows.filter(state=state) if state else rows
    return {"count": rows.count(), "items": list(rows[offset : offset + limit])}


@router.post(
    "/returns/{int:return_id}/corrections",
    permission="filing.file",
    response={201: CorrectionOut},
    summary=N_("申請更正"),
)
def request_correction(request: HttpRequest, return_id: int, given: ReturnCorrectionIn) -> Any:
    """Ask for a correction of a locked return."""
    changes = {(each.row, each.field): each.text for each in given.changes}
    made = actions.request_correction(
        actor_of(request), return_id, version=given.version, changes=changes, reason=given.reason
    )
    return 201, made


def _decided(act: Any, request: HttpRequest, correction_id: int, given: StepIn) -> CorrectionRequest:
    found: CorrectionRequest = act(
        actor_of(request), correction_id, version=given.version, reason=given.reason
    )
    return found


@router.post(
    "/corrections/{int:correction_id}/approve",
    permission="filing.approve_correction",
    response=CorrectionOut,
    summary=N_("核可更正"),
)
def approve_correction(request: HttpRequest, correction_id: int, given: StepIn) -> Any:
    return _decided(actions.approve_correction, request, correction_id, given)


@router.post(
    "/corrections/{int:correction_id}/reject",
    permission="filing.approve_correction",
    response=CorrectionOut,
    summary=N_("不同意更正"),
)
def reject_correction(request: HttpRequest, correction_id: int, given: StepIn) -> Any:
    return _decided(actions.reject_correction, request, correction_id, given)


@router.post(
    "/corrections/{int:correction_id}/withdraw",
    permission="filing.file",
    response=CorrectionOut,
    summary=N_("收回更正申請"),
)
def withdraw_correction(request: HttpRequest, correction_id: int, given: StepIn) -> Any:
    return _decided(actions.withdraw_correction, request, correction_id, given)
