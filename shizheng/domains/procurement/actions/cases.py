"""Cases listed and changed. What happened to them is told by events; the outcome follows and is never typed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, check_day, check_money, check_text, refuse, refuse_unknown
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.procurement.actions.facts import refresh
from shizheng.domains.procurement.actions.shared import (
    EDIT,
    SUPERVISE,
    agency_of,
    locked_case,
    one_at_a_time,
)
from shizheng.domains.procurement.models import Category, FailedTenderCase, SupervisionSeries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

FIELDS = (
    "series_id", "tender_no", "name", "agency_id", "category", "amount", "listed_on", "note", "tender_ref",
)  # fmt: skip
BY_GROUP = ("series_id", "agency_id", "listed_on", "tender_ref")
"""What the group alone changes: what is listed where, since when, for whom."""
TEXTS = {"tender_no": 60, "name": 300, "note": 20_000}


def list_case(actor: Actor, values: Mapping[str, Any]) -> FailedTenderCase:
    """列管 a tender that failed (F01, TC-08). `values`: FIELDS; `tender_ref` where it follows one of the register."""
    require(actor, SUPERVISE)
    with recorded(by=actor, action="procurement.list_case"):
        one_at_a_time()
        row = FailedTenderCase(version=0)
        set_fields(actor, row, {"listed_on": clock.today(), **values})
        refresh(actor, row, row.listed_on, "列管")
    return row


def edit_case(
    actor: Actor, case_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> FailedTenderCase:
    """Change what is known of a case, with a reason; nothing is written where nothing differs."""
    require(actor, EDIT, agency_of(case_id))
    text = need_reason(reason)
    with recorded(by=actor, action="procurement.edit_case", reason=text):
        row = locked_case(case_id, version)
        before = (row.agency_id, row.listed_on)
        if set_fields(actor, row, changes) and before != (row.agency_id, row.listed_on):
            refresh(actor, row, min(before[1], row.listed_on), text, also=before[0])
    return row


def set_fields(actor: Actor, row: FailedTenderCase, values: Mapping[str, Any]) -> bool:
    """Set what differs, check the whole, save; whether anything changed (helper: the caller records and locks)."""
    refuse_unknown(values, FIELDS)
    new = row.pk is None
    changed = [name for name in FIELDS if name in values and _set(row, name, values[name])]
    if changed and not new and set(changed) & set(BY_GROUP):
        require(actor, SUPERVISE)
    refuse(_problems(row, changed))
    if not (new or changed):
        return False
    row.version += 1
    row.save()
    return True


def _set(row: FailedTenderCase, name: str, value: Any) -> bool:
    if isinstance(value, str):
        value = value.strip()
    if value is None and name in TEXTS:
        value = ""
    if getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True


def _problems(row: FailedTenderCase, changed: list[str]) -> Wrong:
    wrong: Wrong = {}
    for name, text in (
        ("series_id", _("請選督導年度。")),
        ("tender_no", _("採購案號要填。")),
        ("name", _("標案名稱要填。")),
        ("agency_id", _("請選主辦機關。")),
        ("listed_on", _("列管日要填。")),
    ):
        if not getattr(row, name):
            wrong[name] = [text]
    if row.amount is None:
        wrong["amount"] = [_("預算金額要填。")]
    if row.category not in Category.values:
        wrong["category"] = [_("請選工程、財物或勞務。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    check_money(row.amount, "amount", wrong)
    check_day(row.listed_on, "listed_on", wrong)
    if row.listed_on and row.listed_on > clock.today():
        wrong.setdefault("listed_on", []).append(_("還沒有到這一天。"))
    if "agency_id" in changed and row.agency_id and row.agency_id not in organisations.tree():
        wrong["agency_id"] = [_("沒有這個機關，或已裁撤。請從清單選一個。")]
    if not wrong:
        _check_once(row, changed, wrong)
    return wrong


def _check_once(row: FailedTenderCase, changed: list[str], wrong: Wrong) -> None:
    if "series_id" in changed and not SupervisionSeries.objects.filter(pk=row.series_id).exists():
        wrong["series_id"] = [_("沒有這個督導年度。請先開立。")]
        return
    others = FailedTenderCase.objects.filter(series_id=row.series_id).exclude(pk=row.pk)
    if {"tender_no", "series_id"} & set(changed) and others.filter(tender_no=row.tender_no).exists():
        wrong["tender_no"] = [_("這個年度已經列管這個案號。")]
    if row.tender_ref and "tender_ref" in changed and others.filter(tender_ref=row.tender_ref).exists():
        wrong["tender_no"] = [_("這個年度已經列管這個標案。")]
