"""What other systems say of tenders: differences taken or kept, candidates, 標案管理 XML in, fill rate of a month."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query
from ninja.files import UploadedFile

from shizheng.common.api_fields import NO_NUL, Given, Id, Key, Line, Paged, PageNumber, PageSize, actor_of
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.answers import TenderOut
from shizheng.domains.projects.api.external_answers import (
    DifferenceDecidedOut,
    DifferenceOut,
    DismissedOut,
    ExternalCandidatesOut,
    ExternalRecordInFullOut,
    FillRateOut,
    LinkedRecordOut,
    TakenInOut,
    UrgedOut,
)
from shizheng.domains.projects.api.fields import Month
from shizheng.domains.projects.api.projects import NewProject, shown, values_of
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import Choice, DifferenceDecision, ExternalRecord
from shizheng.domains.projects.queries import candidates, pcc
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.rules.reconciling import Part, Source
from shizheng.kernel.measures.rules.periods import parse_period


class DifferenceDecisionIn(Given):
    """`version` is that of the tender as it was read."""

    record_id: Key
    part: Part
    choice: Choice
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    reason: Line = ""


class LinkIn(Given):
    number: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=20)]
    reason: Line = ""


class WhyIn(Given):
    reason: Line = ""


@router.get(
    "/external/differences",
    permission="projects.view",
    response=Paged[DifferenceOut],
    summary=N_("與外部資料不同的欄位"),
)
def list_differences(
    request: HttpRequest,
    source: Source | None = None,
    project_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    open: bool = False,
    page: PageNumber = 1,
    size: PageSize = 100,
) -> Any:
    """Fields that another system tells otherwise; `open`: only those that nobody decided."""
    rows = [
        each
        for each in queries.reconciled().differences
        if (source is None or each.source == source)
        and (project_id is None or each.project_id == project_id)
        and (not open or each.decided is None)
    ]
    start = (page - 1) * size
    return {"count": len(rows), "items": [_difference(each) for each in rows[start : start + size]]}


@router.post(
    "/external/tenders/{project_id}/decide",
    permission="projects.edit",
    response=DifferenceDecidedOut,
    summary=N_("採用對方或保留我方"),
)
def decide(request: HttpRequest, project_id: Id, given: DifferenceDecisionIn) -> Any:
    """Take the other side's value, or keep ours, with a reason."""
    actor = actor_of(request)
    act = actions.take_difference if given.choice == Choice.TAKEN else actions.keep_ours
    row = act(
        actor, project_id, given.record_id, given.part.value, version=given.version, reason=given.reason
    )
    return _decision(row)


@router.get(
    "/external/candidates",
    permission="projects.view",
    response=ExternalCandidatesOut,
    summary=N_("外部資料待登錄"),
)
def list_candidates(
    request: HttpRequest,
    source: Source | None = None,
    dismissed: bool = False,
    page: PageNumber = 1,
    size: PageSize = 100,
) -> Any:
    """Tenders of other systems that are none of ours so far; which of them have to be entered here (TC-01)."""
    rows = [
        each
        for each in queries.reconciled().candidates
        if (source is None or each.record.source == source.value) and bool(each.dismissed) == dismissed
    ]
    start, rule = (page - 1) * size, candidates.floor_rule()
    return {
        "count": len(rows),
        "rule": rule.label if rule else None,
        "items": [
            _record(each.record)
            | {"has_to_be_entered": {"over": True, "under": False}.get(candidates.size(each.record, rule))}
            for each in rows[start : start + size]
        ],
    }


@router.get(
    "/external/records/{record_id}",
    permission="projects.view",
    response=ExternalRecordInFullOut,
    summary=N_("一筆外部資料"),
)
def read_record(request: HttpRequest, record_id: Id) -> Any:
    """What a source tells, with all that it told before and of each month."""
    found = queries.record(actor_of(request), record_id)
    project = queries.project_of(found)
    return {
        **_record(found),
        "project_id": project.pk if project else None,
        "told": [_record(each) for each in queries.told_by(found)],
    }


@router.post(
    "/external/records/{record_id}/register",
    permission="projects.edit",
    response=TenderOut,
    summary=N_("依外部資料建檔"),
)
def register_record(request: HttpRequest, response: HttpResponse, record_id: Id, given: NewProject) -> Any:
    """Enter the tender that a source tells of, with what it says has happened; all of it or nothing."""
    actor = actor_of(request)
    return shown(actor, response, actions.register_record(actor, record_id, values_of(given)))


@router.post(
    "/external/records/{record_id}/link",
    permission="projects.edit",
    response=LinkedRecordOut,
    summary=N_("認定是哪個標案"),
)
def link_record(request: HttpRequest, record_id: Id, given: LinkIn) -> Any:
    """Say which tender it is, with a reason."""
    row = actions.link_record(actor_of(request), record_id, given.number, reason=given.reason)
    return {"record_id": record_id, "project_id": row.project_id}


@router.post(
    "/external/records/{record_id}/dismiss",
    permission="projects.edit",
    response=DismissedOut,
    summary=N_("不列管"),
)
def dismiss_record(request: HttpRequest, record_id: Id, given: WhyIn) -> Any:
    """Say that it is none of ours, with a reason."""
    actions.dismiss_record(actor_of(request), record_id, reason=given.reason)
    return {"record_id": record_id, "dismissed": True}


@router.post(
    "/external/records/{record_id}/reopen",
    permission="projects.edit",
    response=DismissedOut,
    summary=N_("重新認定"),
)
def reopen_record(request: HttpRequest, record_id: Id, given: WhyIn) -> Any:
    """Forget what was said about it; its number decides again."""
    actions.reopen_record(actor_of(request), record_id, reason=given.reason)
    return {"record_id": record_id, "dismissed": False}


@router.post(
    "/external/pcc",
    permission="projects.reconcile",
    response={201: TakenInOut},
    summary=N_("讀入標案管理 XML"),
)
def read_pcc(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    reason: Annotated[str, Form(pattern=NO_NUL, max_length=2000)] = "",
    leave_out: Annotated[bool, Form()] = False,
) -> Any:
    """Take in what the national works system exports; the answer is the report."""
    report = actions.import_pcc_xml(
        actor_of(request), file.read(), file.name or "", reason=reason, leave_out=leave_out
    )  # fmt: skip
    return 201, {
        "report_id": report.pk, "rows": report.rows, "new": report.created, "changed": report.changed,
        "unchanged": report.unchanged, "refused": report.refused, "noted": report.noted, "notes": report.notes,
    }  # fmt: skip


@router.get(
    "/external/pcc/fill/{month}",
    permission="projects.view",
    response=FillRateOut,
    summary=N_("工程會系統填報率"),
)
def read_fill_rate(request: HttpRequest, month: Month) -> Any:
    """The fill rate of a month, with its denominators and the tenders that have no data."""
    found = pcc.fill_rate(parse_period(month))
    return {
        "period": month,
        "due": found.due.isoformat(),
        "all": found.all,
        "waiting": found.waiting,
        "owed": found.owed,
        "filled": found.filled,
        "percent": None if found.rate.percent is None else str(found.rate.percent),
        "rules": {each.code: each.version_id for each in found.rules},
        "agencies": [
            {
                "agency_id": each.agency_id, "name": each.name, "owed": each.owed,
                "missing": [{"id": one.pk, "number": one.number, "tender_no": one.tender_no} for one in each.missing],
            }
            for each in found.agencies
        ],
    }  # fmt: skip


@router.post(
    "/external/pcc/fill/{month}/urge",
    permission="projects.reconcile",
    response=UrgedOut,
    summary=N_("催辦工程會系統登錄"),
)
def urge(request: HttpRequest, month: Month) -> Any:
    """Urge the agencies whose tenders have no data of the month."""
    row = actions.urge(actor_of(request), parse_period(month))
    return {
        "period": row.period,
        "agencies": row.agencies,
        "told": row.told,
        "owed": row.owed,
        "filled": row.filled,
    }


def _difference(each: queries.Difference) -> dict[str, Any]:
    return {
        "project_id": each.project_id, "number": each.number, "name": each.name, "version": each.version,
        "record_id": each.record_id, "source": each.source.value, "part": each.part.value, "label": each.label,
        "ours": each.ours, "theirs": each.theirs, "since": each.since.isoformat(), "period": each.period,
        "takeable": each.takeable, "decision": _decision(each.decided) if each.decided else None,
    }  # fmt: skip


def _decision(row: DifferenceDecision) -> dict[str, Any]:
    return {
        "choice": row.choice, "by": row.recorded_by, "reason": row.reason, "ours": row.ours, "theirs": row.theirs,
    }  # fmt: skip


def _record(each: ExternalRecord) -> dict[str, Any]:
    return {
        "id": each.pk, "source": each.source, "number": each.number,
        "title": each.title, "agency": each.agency_name, "unit_id": each.unit_id, "period": each.period,
        "received_at": each.recorded_at.isoformat(), "content_hash": each.content_hash, "payload": each.payload,
    }  # fmt: skip
