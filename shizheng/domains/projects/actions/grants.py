"""The grant plan of a year: set by RDEC, with the items that the selection meeting took, and the words of its report (B16)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import refuse
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import (
    FIRST_DAY,
    LAST_DAY,
    bad,
    check_money,
    check_text,
    compare,
    locked_project,
    one_at_a_time,
)
from shizheng.domains.projects.models import (
    GrantItem,
    GrantReport,
    GrantYear,
    Programme,
    ProjectProgramme,
)
from shizheng.domains.projects.queries.grants import GONE, GONE_ITEM
from shizheng.domains.projects.rules.life import State
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import ROC_OFFSET

GRANTS = "projects.grants"
OF_YEAR = ("central_agency", "selected_on", "selection_note")
OF_ITEM = ("grant_amount", "own_share", "note")
OF_REPORT = ("achievements", "problems", "improvements")
LONGEST = 20_000


def create_grant_year(actor: Actor, values: Mapping[str, Any]) -> GrantYear:
    """The grant plan of a programme for a year. `values`: `programme_id`, `roc_year` and OF_YEAR."""
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.create_grant_year"):
        one_at_a_time()
        row = GrantYear(
            programme_id=values.get("programme_id") or 0, roc_year=values.get("roc_year") or 0, version=0
        )
        wrong: dict[str, list[str]] = {}
        if not Programme.objects.filter(pk=row.programme_id, in_use=True).exists():
            wrong["programme_id"] = [_("沒有這個專案計畫，或已停用。請從清單選。")]
        if not 90 <= row.roc_year <= 199:
            wrong["roc_year"] = [_("年度不合理，請填民國年。")]
        elif GrantYear.objects.filter(programme_id=row.programme_id, roc_year=row.roc_year).exists():
            wrong["roc_year"] = [_("這個專案計畫已經有這一年的補助年度計畫。")]
        _save_year(row, values, wrong)
    return row


def edit_grant_year(
    actor: Actor, year_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> GrantYear:
    """Change a grant year: the day of its selection meeting (GR-13), the central agency, the note."""
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.edit_grant_year", reason=need_reason(reason)):
        row = _locked_year(year_id)
        compare(row.version, version)
        _save_year(row, changes, {})
    return row


def _locked_year(year_id: int) -> GrantYear:
    row = GrantYear.objects.select_for_update().filter(pk=year_id).first()
    if row is None:
        raise NotFound(_(GONE))
    return row


def _save_year(row: GrantYear, values: Mapping[str, Any], wrong: dict[str, list[str]]) -> None:
    for name in OF_YEAR:
        if name in values:
            value = values[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.central_agency:
        wrong["central_agency"] = [_("中央主管機關要填。")]
    check_text(row.central_agency, 100, "central_agency", wrong)
    check_text(row.selection_note, LONGEST, "selection_note", wrong)
    year = row.roc_year + ROC_OFFSET
    if row.selected_on and not date(year - 1, 1, 1) <= row.selected_on <= date(year, 12, 31):
        wrong["selected_on"] = [_("選案審查會議要在前一年或當年召開。")]
    refuse(wrong)
    row.version += 1
    row.save()


def add_grant_item(actor: Actor, year_id: int, values: Mapping[str, Any]) -> GrantItem:
    """Take a tender into the year, as the selection meeting decided; it is tagged with the programme too.

    `values`: `project_id` and OF_ITEM. One that was taken out before comes back as the same item.
    """
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.add_grant_item"):
        year = _locked_year(year_id)
        if year.selected_on is None:
            raise CannotDo(_("還沒有登錄選案審查會議的日期，不能列入案件。請先在補助年度計畫登錄。"))
        if values.get("project_id") is None:
            raise bad("project_id", _("請選標案。"))
        project = locked_project(int(values["project_id"]))
        if project.state == State.WITHDRAWN.value:
            raise bad("project_id", _("這個標案已撤銷列管，不能列入。"))
        row = GrantItem.objects.select_for_update().filter(year=year, project=project).first()
        if row is not None and row.dropped_on is None:
            raise Conflict(_("這個標案已經在這一年的補助案裡，沒有再列一次。"))
        if row is None:
            row = GrantItem(year=year, project=project, version=0)
        row.dropped_on = None
        _save_item(row, values)
        ProjectProgramme.objects.get_or_create(project=project, programme_id=year.programme_id)
    return row


def edit_grant_item(
    actor: Actor, item_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> GrantItem:
    """Change the money of an item, with a reason. What was locked keeps the annual amount of then."""
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.edit_grant_item", reason=need_reason(reason)):
        row = _locked_item(item_id)
        compare(row.version, version)
        _save_item(row, changes)
    return row


def drop_grant_item(
    actor: Actor, item_id: int, *, version: int | None, on: date | None, reason: str
) -> GrantItem:
    """Take an item out of the year from a day on, with a reason; what was locked before stays."""
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.drop_grant_item", reason=need_reason(reason)):
        row = _locked_item(item_id)
        compare(row.version, version)
        if row.dropped_on is not None:
            raise Conflict(_("這個補助案已經剔除，沒有再剔除一次。"))
        if on is None or not FIRST_DAY <= on <= LAST_DAY:
            raise bad("on", _("請填剔除日期。"))
        row.dropped_on = on
        row.version += 1
        row.save()
    return row


def _locked_item(item_id: int) -> GrantItem:
    row = (
        GrantItem.objects.select_for_update(of=("self",))
        .select_related("year", "project")
        .filter(pk=item_id)
        .first()
    )
    if row is None:
        raise NotFound(_(GONE_ITEM))
    return row


def _save_item(row: GrantItem, values: Mapping[str, Any]) -> None:
    for name in OF_ITEM:
        if name in values:
            value = values[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    wrong: dict[str, list[str]] = {}
    if row.grant_amount is None:
        wrong["grant_amount"] = [_("補助款要填。")]
    if row.own_share is None:
        row.own_share = Decimal(0)
    check_money(row.grant_amount, "grant_amount", wrong)
    check_money(row.own_share, "own_share", wrong)
    check_text(row.note, LONGEST, "note", wrong)
    if not wrong and row.grant_amount + row.own_share <= 0:
        wrong["grant_amount"] = [_("補助款與自籌款合計要大於 0。")]
    refuse(wrong)
    row.version += 1
    row.save()


def save_grant_report(
    actor: Actor, year_id: int, *, version: int | None, changes: Mapping[str, Any]
) -> GrantReport:
    """Write the words of the year's performance report (GR-01); `version` 0 where nobody has written any yet."""
    require(actor, GRANTS)
    with recorded(by=actor, action="projects.save_grant_report"):
        year = _locked_year(year_id)
        row = GrantReport.objects.select_for_update().filter(year=year).first()
        if row is None:
            row = GrantReport(year=year, version=0)
        compare(row.version, version)
        wrong: dict[str, list[str]] = {}
        for name in OF_REPORT:
            if name in changes:
                setattr(row, name, str(changes[name] or "").strip())
                check_text(getattr(row, name), LONGEST, name, wrong)
        if not row.achievements:
            wrong["achievements"] = [_("「績效與成果」要寫；沒有寫的報告不能發布。")]
        refuse(wrong)
        row.version += 1
        row.save()
    return row
