"""Intake through the API: upload, see the proposal and what it would do, correct the mapping, take in; reports, mappings."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Query, Schema
from ninja.files import UploadedFile

from shizheng.common.api import Router
from shizheng.common.api_fields import NO_NUL, Given, Id, Line, actor_of
from shizheng.common.words import N_, read
from shizheng.kernel.intake import actions, queries
from shizheng.kernel.intake.models import ColumnMapping, Report, Upload
from shizheng.kernel.intake.registry import target_of, targets_of
from shizheng.kernel.intake.rules.mapping import LONGEST

router = Router()
Code = Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,60}$")]
Word = Annotated[str, Field(pattern=NO_NUL, max_length=LONGEST)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class MappingIn(Given):
    """Field → place of the column from 0; field → constant; field → foreign word → ours."""

    columns: Annotated[dict[Code, Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=200)] = {}
    constants: Annotated[dict[Code, Word], Field(max_length=200)] = {}
    values: Annotated[dict[Code, dict[Word, Word]], Field(max_length=200)] = {}
    version: Version | None = None


class ApplyIn(Given):
    reason: Line = ""
    leave_out: bool = False
    version: Version | None = None


class KeptMappingIn(MappingIn):
    reason: Line = ""


class ListQuery(Schema):
    target: Annotated[str, Field(pattern=r"^[a-z0-9_.]*$", max_length=60)] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    size: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/targets", permission="intake.view", summary=N_("可以匯入什麼"))
def list_targets(request: HttpRequest) -> Any:
    """What the caller may take files into, with its fields."""
    return {
        "items": [
            {
                "code": each.code,
                "title": each.label,
                "fields": [
                    {"code": one.code, "title": one.label, "kind": one.kind.value, "required": one.required}
                    for one in each.fields
                ],
            }
            for each in targets_of(actor_of(request))
        ]
    }


@router.post(
    "/{target}/uploads",
    permission="intake.use",
    response={201: dict[str, Any]},
    summary=N_("上傳並得到欄位對應的建議"),
)
def upload_file(request: HttpRequest, target: Code, file: Annotated[UploadedFile, File()]) -> Any:
    """Upload a file; the answer proposes its mapping. Nothing is taken in."""
    made = actions.receive(actor_of(request), target, file.read(), file.name or "")
    return 201, _upload(made)


@router.get("/uploads/{upload_id}", permission="intake.use", summary=N_("預覽會讀入什麼"))
def preview_upload(request: HttpRequest, upload_id: Id) -> Any:
    """What the upload would do by its mapping: counts, problems by row, words that nobody knows."""
    actor = actor_of(request)
    row = queries.upload(actor, upload_id)
    looked = queries.preview(actor, target_of(row.target), queries.given_of(row), queries.sheet_of(row))
    return {
        **_upload(row),
        "new": len(looked.plan.new),
        "changed": len(looked.plan.changed),
        "unchanged": len(looked.plan.same),
        "refused": len(looked.refused),
        "lacking": [each.code for each in looked.lacking],
        "unknown": looked.unknown,
        "problems": [
            {"line": each.line, "field": each.field, "text": each.text, "refuses": each.refuses}
            for each in looked.problems[:1000]
        ],
        "problem_count": len(looked.problems),
    }


@router.put("/uploads/{upload_id}/mapping", permission="intake.use", summary=N_("改欄位對應"))
def set_mapping(request: HttpRequest, upload_id: Id, given: MappingIn) -> Any:
    """Correct the mapping of an upload."""
    mapping = given.model_dump(exclude={"version"})
    return _upload(actions.set_mapping(actor_of(request), upload_id, version=given.version, mapping=mapping))


@router.post(
    "/uploads/{upload_id}/apply", permission="intake.use", response={201: dict[str, Any]}, summary=N_("匯入")
)
def apply_upload(request: HttpRequest, upload_id: Id, given: ApplyIn) -> Any:
    """Take the file in, all or nothing; `leave_out`: all but the rows that cannot be taken."""
    report = actions.apply(
        actor_of(request), upload_id, version=given.version, reason=given.reason, leave_out=given.leave_out
    )
    return 201, _report(report)


@router.delete("/uploads/{upload_id}", permission="intake.use", summary=N_("放棄匯入"))
def drop_upload(request: HttpRequest, upload_id: Id) -> Any:
    """Give an upload up."""
    actions.drop(actor_of(request), upload_id)
    return {"dropped": upload_id}


@router.get("/reports", permission="intake.view", summary=N_("匯入報告"))
def list_reports(request: HttpRequest, query: Query[ListQuery]) -> Any:
    """Reports, the newest first, without their problems."""
    rows = queries.reports_visible_to(actor_of(request)).select_related("by")
    rows = rows.filter(target=query.target) if query.target else rows
    start = (query.page - 1) * query.size
    return {"count": rows.count(), "items": [_report(each) for each in rows[start : start + query.size]]}


@router.get("/reports/{report_id}", permission="intake.view", summary=N_("一份匯入報告"))
def read_report(request: HttpRequest, report_id: Id) -> Any:
    """A report with all its problems."""
    found = queries.report(actor_of(request), report_id)
    problems = [
        {"line": line, "field": code, "text": read(text), "refuses": refuses}
        for line, code, text, _sort, refuses in found.problems
    ]
    return {**_report(found), "mapping": found.mapping, "problems": problems, "notes": found.notes}


@router.get("/mappings", permission="intake.view", summary=N_("記住的欄位對應"))
def list_mappings(request: HttpRequest, query: Query[ListQuery]) -> Any:
    """Mappings, those changed last first."""
    rows = queries.mappings_visible_to(actor_of(request)).order_by("-changed_at")
    rows = rows.filter(target=query.target) if query.target else rows
    start = (query.page - 1) * query.size
    return {"count": rows.count(), "items": [_mapping(each) for each in rows[start : start + query.size]]}


@router.put("/mappings/{mapping_id}", permission="intake.use", summary=N_("修改記住的欄位對應"))
def change_mapping(request: HttpRequest, mapping_id: Id, given: KeptMappingIn) -> Any:
    """Change a mapping, with a reason."""
    mapping = given.model_dump(exclude={"version", "reason"})
    row = actions.edit_mapping(
        actor_of(request), mapping_id, version=given.version, mapping=mapping, reason=given.reason
    )
    return _mapping(row)


@router.post("/mappings/{mapping_id}/forget", permission="intake.use", summary=N_("刪除記住的欄位對應"))
def forget_mapping(request: HttpRequest, mapping_id: Id, given: ApplyIn) -> Any:
    """Forget a mapping, with a reason."""
    actions.forget_mapping(actor_of(request), mapping_id, version=given.version, reason=given.reason)
    return {"forgotten": mapping_id}


def _upload(row: Upload) -> dict[str, Any]:
    return {
        "id": row.pk, "target": row.target, "filename": row.filename, "sha256": row.sha256, "kind": row.kind,
        "headings": row.headings, "rows": row.rows, "notes": row.notes, "mapping": row.mapping, "why": row.proposed,
        "remembered": row.remembered, "version": row.version,
    }  # fmt: skip


def _report(row: Report) -> dict[str, Any]:
    return {
        "id": row.pk, "target": row.target, "filename": row.filename, "sha256": row.sha256,
        "by": row.by.display_name if row.by else "", "at": row.recorded_at.isoformat(), "reason": row.reason,
        "mapping_version": row.mapping_version, "rows": row.rows, "new": row.created, "changed": row.changed,
        "unchanged": row.unchanged, "refused": row.refused, "noted": row.noted,
    }  # fmt: skip


def _mapping(row: ColumnMapping) -> dict[str, Any]:
    return {
        "id": row.pk, "target": row.target, "headings": row.headings, "mapping": row.mapping, "version": row.version,
        "changed_at": row.changed_at.isoformat(), "changed_by": row.changed_by.display_name if row.changed_by else "",
    }  # fmt: skip
