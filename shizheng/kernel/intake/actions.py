"""Files received, mapped, taken in whole or not at all; mappings remembered; reports kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import RowProblem
from shizheng.common.words import for_the_record
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.intake import queries
from shizheng.kernel.intake.models import ColumnMapping, Report, Upload
from shizheng.kernel.intake.reading import read_file
from shizheng.kernel.intake.registry import Plan, Target, TargetField, target_of
from shizheng.kernel.intake.rules.mapping import BadMapping, Given, Problem, from_json, signature
from shizheng.kernel.intake.store import UPLOADS
from shizheng.web.sheets import RowsRefused

USE = "intake.use"
KEPT_FOR = timedelta(days=7)
MOST_WAITING = 20
"""Uploads of one person that may wait at a time."""
MOST_PROBLEMS = 20_000


def receive(actor: Actor, target_code: str, data: bytes, filename: str) -> Upload:
    """Take an upload, read it, and propose which column is which field. Nothing of it is taken in yet."""
    target = target_of(target_code)
    require(actor, USE)
    require(actor, target.permission)
    name = filename.replace("\x00", "")[-200:] or _("未命名")
    with for_the_record():
        sheet = read_file(data, name)
    given, guesses, kept = queries.proposal(target, sheet)
    if actor.pk is None or queries.uploads_of(actor).count() >= MOST_WAITING:
        raise CannotDo(_("已有 %(n)s 個檔案等著匯入，沒有再收。請先匯入或放棄幾個。") % {"n": MOST_WAITING})
    sha256 = UPLOADS.keep(data)
    with recorded(by=actor, action="intake.receive"):
        return Upload.objects.create(
            target=target.code,
            filename=name,
            sha256=sha256,
            size=len(data),
            kind=sheet.kind,
            headings=list(sheet.headings),
            rows=len(sheet.rows),
            notes=list(sheet.notes),
            mapping=given.as_json(),
            proposed={code: each.why.value for code, each in guesses.items()},
            remembered=kept.version if kept else None,
            owner_id=actor.pk,
            uploaded_at=clock.now(),
        )


def set_mapping(actor: Actor, upload_id: int, *, version: int | None, mapping: Mapping[str, Any]) -> Upload:
    """Correct which column is which field, constants and translated values of an upload."""
    require(actor, USE)
    with recorded(by=actor, action="intake.set_mapping"):
        row = _locked(actor, upload_id, version)
        given = _checked(mapping, row.target, len(row.headings))
        if given.as_json() != row.mapping:
            row.mapping = given.as_json()
            row.proposed = {
                code: why
                for code, why in row.proposed.items()
                if row.mapping["columns"].get(code) is not None
            }
            row.version += 1
            row.save(update_fields=["mapping", "proposed", "version"])
    return row


def apply(
    actor: Actor, upload_id: int, *, version: int | None, reason: str, leave_out: bool = False
) -> Report:
    """Take a file in: all of its rows, or (`leave_out`) all that can be taken, in one transaction; and remember how.

    Raises RowsRefused where rows cannot be taken and were not to be left out; then nothing was written.
    """
    require(actor, USE)
    text = need_reason(reason)
    with recorded(by=actor, action="intake.apply", reason=text):
        row = _locked(actor, upload_id, version)
        target = target_of(row.target)
        require(actor, target.permission)
        with (
            for_the_record()
        ):  # what is to be left out has to be known before; else the act itself says what is wrong
            given, sheet = queries.given_of(row), queries.sheet_of(row)
            looked = queries.preview(actor, target, given, sheet, check=leave_out)
        names = {each.code: each.label for each in target.fields}
        if looked.lacking:
            raise _lacking(looked.lacking)
        if not leave_out:
            _need_none(looked.problems, names)
        if not looked.taken:
            raise BadInput(_("沒有任何一列可以讀入，什麼都沒有存。"))
        with for_the_record():
            done = target.apply(actor, looked.taken, text)
        _need_none(done.problems, names)
        kept = _remember(actor, row, looked.given)
        report = _report(actor, row, looked, done, kept, text)
        row.delete()
    return report


def need_fields(target: Target, given: Given) -> None:
    """Raise BadInput where a field that every row must have has neither a column nor a constant."""
    lacking = queries.lacking(target, given)
    if lacking:
        raise _lacking(lacking)


def _lacking(fields: Sequence[TargetField]) -> BadInput:
    message = _("這些欄位還沒有指定：%(names)s。什麼都沒有存。") % {
        "names": "、".join(each.label for each in fields)
    }
    return BadInput(message, fields={each.code: [_("要指定哪一欄，或給一個固定的值。")] for each in fields})


def _need_none(problems: Sequence[Problem], names: Mapping[str, str]) -> None:
    wrong = [each for each in problems if each.refuses]
    if wrong:
        raise RowsRefused(
            [RowProblem(each.line, names.get(each.field, each.field), each.text) for each in wrong]
        )


def _report(
    actor: Actor, row: Upload, looked: queries.Preview, done: Plan, kept: ColumnMapping, reason: str
) -> Report:
    known = {(each.line, each.field, each.text) for each in looked.problems}
    more = [each for each in done.problems if (each.line, each.field, each.text) not in known]
    problems = sorted([*looked.problems, *more], key=lambda each: (each.line, each.field))
    return Report.objects.create(
        target=row.target,
        filename=row.filename,
        sha256=row.sha256,
        by_id=actor.pk,
        reason=reason,
        mapping=looked.given.as_json(),
        mapping_version=kept.version,
        headings=row.headings,
        rows=row.rows,
        created=len(done.new),
        changed=len(done.changed),
        unchanged=len(done.same),
        refused=len(looked.refused),
        noted=len({each.line for each in problems if not each.refuses}),
        problems=as_json(problems),
        notes=row.notes,
    )


def as_json(problems: Sequence[Problem]) -> list[list[Any]]:
    """Problems as a report keeps them: line, field, what is wrong, sort, whether the row was left out."""
    return [[each.line, each.field, each.text, each.sort, each.refuses] for each in problems[:MOST_PROBLEMS]]


def keep_report(
    actor: Actor,
    *,
    target: str,
    filename: str,
    sha256: str,
    rows: int,
    plan: Plan,
    reason: str,
    notes: Sequence[str] = (),
    mapping: Mapping[str, Any] | None = None,
    headings: Sequence[str] = (),
) -> Report:
    """A report of a file that was taken in by a way of its own (in the transaction of whoever did)."""
    refused = {each.line for each in plan.problems if each.refuses}
    with recorded(by=actor, action="intake.keep_report", reason=reason):
        return Report.objects.create(
            target=target,
            filename=filename[-200:],
            sha256=sha256,
            by_id=actor.pk,
            reason=reason,
            rows=rows,
            created=len(plan.new),
            changed=len(plan.changed),
            unchanged=len(plan.same),
            refused=len(refused),
            noted=len({each.line for each in plan.problems if not each.refuses}),
            problems=as_json(plan.problems),
            notes=list(notes),
            mapping=dict(mapping or {}),
            headings=list(headings),
        )


def drop(actor: Actor, upload_id: int) -> None:
    """Give an upload up."""
    require(actor, USE)
    with recorded(by=actor, action="intake.drop"):
        _locked(actor, upload_id, None).delete()


def edit_mapping(
    actor: Actor, mapping_id: int, *, version: int | None, mapping: Mapping[str, Any], reason: str
) -> ColumnMapping:
    """Change a mapping that is remembered; reports keep the one that they were made with."""
    text = need_reason(reason)
    with recorded(by=actor, action="intake.edit_mapping", reason=text):
        row = _locked_mapping(actor, mapping_id, version)
        given = _checked(mapping, row.target, len(row.headings)).as_json()
        if given != row.mapping:
            _put(actor, row, given)
    return row


def forget_mapping(actor: Actor, mapping_id: int, *, version: int | None, reason: str) -> None:
    """Remember a mapping no longer; what was read by it stays."""
    text = need_reason(reason)
    with recorded(by=actor, action="intake.forget_mapping", reason=text):
        _locked_mapping(actor, mapping_id, version).delete()


def clear_away(actor: Actor) -> tuple[int, int]:
    """Uploads of more than a week ago, and bytes that no upload names for a day; how many of each."""
    old = Upload.objects.filter(uploaded_at__lt=clock.now() - KEPT_FOR)
    count = old.count()
    if count:
        with recorded(by=actor, action="intake.clear_away"):
            old.delete()
    wanted = set(Upload.objects.values_list("sha256", flat=True))
    gone = 0
    for sha256, place in UPLOADS.older_than((clock.now() - timedelta(days=1)).timestamp()):
        if sha256 not in wanted:
            place.unlink(missing_ok=True)
            gone += 1
    return count, gone


def _locked(actor: Actor, upload_id: int, version: int | None) -> Upload:
    row = Upload.objects.select_for_update().filter(pk=queries.upload(actor, upload_id).pk).first()
    if row is None:
        raise Conflict(_("這個檔案剛才已經匯入或放棄，沒有再做一次。"))
    if version is not None and row.version != version:
        raise Conflict(_("這個檔案的對應剛才在別的視窗改過，沒有執行。請重新看過再按。"))
    return row


def _locked_mapping(actor: Actor, mapping_id: int, version: int | None) -> ColumnMapping:
    require(actor, USE)
    found = queries.mapping(actor, mapping_id)
    require(actor, target_of(found.target).permission)
    row = ColumnMapping.objects.select_for_update().filter(pk=mapping_id).first()
    if row is None or (version is not None and row.version != version):
        raise Conflict(_("這份對應剛才已經改過或刪除，您改的沒有存。請重新看過。"))
    return row


def _checked(mapping: Mapping[str, Any], target: str, width: int) -> Given:
    try:
        return from_json(mapping, [each.code for each in target_of(target).fields], width)
    except BadMapping as failure:
        raise BadInput(str(failure), fields={"mapping": [str(failure)]}) from failure


def _remember(actor: Actor, row: Upload, given: Given) -> ColumnMapping:
    mark = signature(row.headings)
    kept = ColumnMapping.objects.select_for_update().filter(target=row.target, signature=mark).first()
    if kept is None:
        kept = ColumnMapping(target=row.target, signature=mark, headings=row.headings, version=0)
    if kept.version == 0 or kept.mapping != given.as_json():
        _put(actor, kept, given.as_json())
    return kept


def _put(actor: Actor, row: ColumnMapping, given: dict[str, Any]) -> None:
    row.mapping, row.changed_by_id, row.changed_at = given, actor.pk, clock.now()
    row.version += 1
    row.save()
