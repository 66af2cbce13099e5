"""What other systems' data add to the frame: work for who reconciles and for agencies, and the words of an urging."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.common.words import N_
from shizheng.kernel.notifications import templates
from shizheng.web import nav, work
from shizheng.web.nav import NavEntry

TEMPLATE = "projects.pcc_urged"


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("標案對帳"), "projects:differences", "arrows-diff", "projects.view", 15,
            prefix="/projects/external/",
        )
    )  # fmt: skip
    work.register(work_items)
    templates.register(
        TEMPLATE,
        N_("催辦工程會系統登錄"),
        N_("{agency}：{period}工程會系統還缺 {missing} 件"),
        N_(
            "{agency}應登錄的 {owed} 件工程標案中，{missing} 件在工程會標案管理系統還沒有 {period}的資料。請在 {due} 前登錄。"
        ),
        ("agency", "period", "missing", "owed", "due"),
        {"agency": "測試局", "period": "115 年 10 月", "missing": "3", "owed": "12", "due": "2026-11-07"},
    )


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Differences to decide; for who reconciles, agencies to urge by day 7 (TC-22)."""
    from shizheng.domains.projects.queries import external, pcc

    reconciles = actor.may("projects.reconcile")
    if not reconciles and not actor.may("projects.edit"):
        return
    units = actor.units_where("projects.edit")
    kind = gettext("標案對帳")
    found = external.reconciled()
    mine = [each for each in found.open if units is None or each.unit_id in units]
    if mine:
        yield work.WorkItem(
            due=None,
            title=gettext("%(n)s 處與外部資料不同") % {"n": len(mine)},
            why=gettext("工程會系統或公告寫的與這裡不同，逐欄決定採用或保留"),
            url=reverse("projects:differences") + "?state=open",
            button=gettext("對帳"),
            kind=kind,
            icon="arrows-diff",
        )
    if not found.projects:
        return
    rate = yield from pcc.fill_rate_steps(pcc.last_month(today), found_before=found)
    if today > rate.due + timedelta(days=31):
        return
    if units is not None:
        yield from _missing(rate, units, kind)
    if reconciles and rate.filled < rate.owed and not rate.urged:
        yield work.WorkItem(
            due=rate.due,
            title=gettext("催辦工程會系統 %(month)s登錄") % {"month": rate.period.label},
            why=gettext("%(owed)s 件應有資料，%(missing)s 件沒有")
            % {"owed": rate.owed, "missing": rate.owed - rate.filled},
            url=reverse("projects:pcc") + f"?period={rate.period.code}",
            button=gettext("催辦"),
            kind=kind,
            icon="clock-exclamation",
        )


def _missing(rate: Any, units: frozenset[int], kind: str) -> Iterator[work.WorkItem]:
    """What an agency's own people have to enter in the national system (TC-22, TC-23)."""
    from shizheng.domains.projects.queries.projects import unit_in_charge

    mine = [row for each in rate.agencies for row in each.missing if unit_in_charge(row) in units]
    if mine:
        yield work.WorkItem(
            due=rate.due,
            title=gettext("補登工程會系統 %(month)s資料 %(n)s 件")
            % {"month": rate.period.label, "n": len(mine)},
            why=gettext("預算達門檻的工程標案應有資料而沒有，例如 %(name)s") % {"name": mine[0].name},
            url=reverse("projects:pcc") + f"?period={rate.period.code}",
            button=gettext("看缺哪些"),
            kind=kind,
            icon="clock-exclamation",
        )
