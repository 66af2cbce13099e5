"""實地查訪 (B07) called, changed, recorded, called off; what follows from it goes to whoever keeps commitments."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad, check_day, check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects import visit_items
from shizheng.domains.projects.actions.shared import locked_project
from shizheng.domains.projects.models import SiteVisit, SiteVisitUnit, VisitState
from shizheng.domains.projects.models import VisitWhy as Why
from shizheng.domains.projects.rules.life import CONTINUING, State
from shizheng.domains.projects.visit_items import FollowUp
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

VISIT = "projects.visit"
FIELDS = ("called_by", "why", "grounds", "visit_on", "units")
TEXTS = {"called_by": 60, "grounds": 2000, "findings": 20_000, "conclusions": 20_000}
MOST_UNITS, MOST_ITEMS, AHEAD = 30, 30, timedelta(days=366)


def call_visit(actor: Actor, project_id: int, values: Mapping[str, Any]) -> SiteVisit:
    """Call a visit to the site. `values`: FIELDS; `units` are ids of those that take part beside the tender's own."""
    require(actor, VISIT)
    with recorded(by=actor, action="projects.call_visit"):
        project = locked_project(project_id)
        if State(project.state) not in CONTINUING:
            raise CannotDo(_("這件標案已經不再列管，不能排查訪。請先恢復列管。"))
        row = SiteVisit(project=project, version=0)
        _set(row, values)
    return row


def edit_visit(
    actor: Actor, visit_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> SiteVisit:
    """Change a visit that has not been recorded yet, with a reason."""
    require(actor, VISIT)
    with recorded(by=actor, action="projects.edit_visit", reason=need_reason(reason)):
        row = _locked(visit_id, version)
        if row.state != VisitState.PLANNED:
            raise CannotDo(_("這次查訪已經登錄結果或取消，不能改排定的內容。"))
        _set(row, changes)
    return row


def record_visit(
    actor: Actor,
    visit_id: int,
    *,
    version: int | None,
    findings: str,
    conclusions: str,
    items: Sequence[FollowUp] = (),
) -> SiteVisit:
    """What was found and concluded; `items` become commitments at once. Told again with other words it is a correction,
    which takes more items but no item back: those are changed where they are kept."""
    require(actor, VISIT)
    with recorded(by=actor, action="projects.record_visit"):
        row = _locked(visit_id, version)
        if row.state == VisitState.CANCELLED:
            raise CannotDo(_("這次查訪已經取消，不能登錄結果。要再查訪，請另排一次。"))
        if row.visit_on > clock.today():
            raise bad("findings", _("還沒有到查訪日，不能登錄結果。"))
        row.findings, row.conclusions, row.state = findings.strip(), conclusions.strip(), VisitState.HELD
        wrong: dict[str, list[str]] = {}
        for name, text in (("findings", _("請寫看到什麼。")), ("conclusions", _("請寫結論。"))):
            if not getattr(row, name):
                wrong[name] = [text]
            check_text(getattr(row, name), TEXTS[name], name, wrong)
        _check_items(row, items, wrong)
        refuse(wrong)
        row.version += 1
        row.save()
        if items:
            visit_items.hand_over(actor, row, items)
    return row


def cancel_visit(actor: Actor, visit_id: int, *, version: int | None, reason: str) -> SiteVisit:
    """Call a visit off, with a reason."""
    require(actor, VISIT)
    with recorded(by=actor, action="projects.cancel_visit", reason=need_reason(reason)):
        row = _locked(visit_id, version)
        if row.state != VisitState.PLANNED:
            raise CannotDo(_("這次查訪已經登錄結果或取消，沒有再做一次。"))
        row.state = VisitState.CANCELLED
        row.version += 1
        row.save()
    return row


def _locked(visit_id: int, version: int | None) -> SiteVisit:
    found = SiteVisit.objects.select_for_update(of=("self",)).select_related("project").filter(pk=visit_id)
    row = found.first()
    if row is None:
        raise NotFound(_("找不到這次查訪。請從查訪清單進入。"))
    compare(row.version, version)
    return row


def _set(row: SiteVisit, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    for name in ("called_by", "why", "grounds"):
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    if "visit_on" in values:
        row.visit_on = values["visit_on"]
    wrong = _problems(row)
    units = _units(values["units"], wrong) if "units" in values else None
    refuse(wrong)
    row.version += 1
    row.save()
    if units is not None:
        row.taking_part.exclude(unit_id__in=units).delete()
        there = set(row.taking_part.values_list("unit_id", flat=True))
        for unit_id in units:
            if unit_id not in there:
                SiteVisitUnit.objects.create(visit=row, unit_id=unit_id)


def _problems(row: SiteVisit) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, text in (
        ("called_by", _("請寫召集的參事或主管。")),
        ("grounds", _("請寫依據：哪個月、落後多少、或哪裡異常。")),
        ("visit_on", _("查訪日要填。")),
    ):
        if not getattr(row, name):
            wrong[name] = [text]
    if row.why not in Why.values:
        wrong["why"] = [_("請選查訪原因。")]
    if row.visit_on is not None and row.visit_on > clock.today() + AHEAD:
        wrong["visit_on"] = [_("查訪日不能超過一年以後。")]
    check_day(row.visit_on, "visit_on", wrong)
    for name in ("called_by", "grounds"):
        check_text(getattr(row, name), TEXTS[name], name, wrong)
    return wrong


def _units(given: Sequence[int], wrong: dict[str, list[str]]) -> list[int]:
    units = list(dict.fromkeys(given))
    tree = organisations.tree()
    if len(units) > MOST_UNITS or any(each not in tree for each in units):
        wrong["units"] = [_("有單位不存在或已裁撤，或超過 %(n)s 個。請從清單選。") % {"n": MOST_UNITS}]
    return units


def _check_items(row: SiteVisit, items: Sequence[FollowUp], wrong: dict[str, list[str]]) -> None:
    tree = organisations.tree()
    if items and not visit_items.kept():
        wrong["items"] = [_("這個安裝沒有列管承諾事項的功能，追蹤事項沒有地方放。請寫在結論裡。")]
    elif len(items) > MOST_ITEMS:
        wrong["items"] = [_("追蹤事項一次最多 %(n)s 項。") % {"n": MOST_ITEMS}]
    elif any(not each.text.strip() or len(each.text) > 1000 or "\x00" in each.text for each in items):
        wrong["items"] = [_("每一項都要寫要做什麼，最多 %(n)s 字。") % {"n": 1000}]
    elif any(each.unit_id not in tree for each in items):
        wrong["items"] = [_("每一項都要選負責的單位。")]
    elif any(each.due_on is not None and each.due_on < row.visit_on for each in items):
        wrong["items"] = [_("期限不能早於查訪日。")]
