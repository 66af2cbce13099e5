"""What tenders add to the frame of every page: navigation, search."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.common.words import called
from shizheng.web import nav, search, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("標案"), "projects:list", "building-bridge", "projects.view", 14,
            prefix="/projects/register/",
        )
    )  # fmt: skip
    nav.register(
        NavEntry(gettext_lazy("標案"), "projects:public", "building-bridge", None, 28, area="public")
    )
    work.register(waiting_after_completion)
    work.register(applications_waiting)
    work.register(plans_to_set)
    search.register(search.Provider("projects", gettext_lazy("標案"), find, 26))


def waiting_after_completion(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Who writes about tenders: those of one's units that are completed and wait too long (E05)."""
    from shizheng.domains.projects.queries.ageing import ageing_steps
    from shizheng.domains.projects.queries.projects import unit_in_charge

    if not actor.may("projects.edit"):
        return
    units = actor.units_where("projects.edit")
    found = yield from ageing_steps(actor)
    rows = [each for each in found.rows if units is None or unit_in_charge(each.project) in units]
    if rows:
        yield work.WorkItem(
            due=None,
            title=gettext("完工後逾時未驗收或未結算 %(n)s 件") % {"n": len(rows)},
            why=gettext("最久的 %(name)s 已竣工 %(days)s 日")
            % {"name": rows[0].project.name, "days": rows[0].days},
            url=reverse("projects:ageing"),
            button=gettext("看清單"),
            kind=gettext("標案"),
            icon="hourglass-high",
        )


def plans_to_set(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Who writes about tenders: those of one's units that have no plan though their funds are held (B01, TC-12)."""
    from shizheng.domains.projects.queries.projects import unit_in_charge
    from shizheng.domains.projects.queries.unplanned import unplanned_steps

    if not actor.may("projects.edit"):
        return
    units = actor.units_where("projects.edit")
    found = yield from unplanned_steps(actor)
    rows = [
        each
        for each in found.rows
        if each.due is not None and (units is None or unit_in_charge(each.project) in units)
    ]
    if not rows:
        return
    late = sum(each.late > 0 for each in rows)
    yield work.WorkItem(
        due=rows[0].due,
        title=gettext("經費已到位、還沒有訂預定進度 %(n)s 件") % {"n": len(rows)},
        why=gettext("最早到期的是 %(name)s；已逾期 %(late)s 件")
        % {"name": rows[0].project.name, "late": late},
        url=reverse("projects:plan", args=[rows[0].project.pk])
        if len(rows) == 1
        else reverse("projects:unplanned"),
        button=gettext("訂預定進度") if len(rows) == 1 else gettext("看清單"),
        kind=gettext("標案"),
        icon="calendar-event",
    )


def applications_waiting(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Applications to give an opinion on, to decide, and those that came back."""
    from shizheng.domains.projects.queries import applications as queries

    endorsing = queries.to_endorse(actor)[:50]
    deciding, back = queries.to_decide(actor)[:50], queries.came_back(actor)[:50]
    yield endorsing, deciding, back
    for each in endorsing:
        yield work.WorkItem(
            due=None,
            title=gettext("表示意見 %(what)s：%(name)s")
            % {"what": each.get_asked_display(), "name": each.project.name},
            why=gettext("%(who)s申請：%(reason)s")
            % {"who": each.sent_by.display_name, "reason": each.reason[:60]},
            url=reverse("projects:application", args=[each.pk]),
            button=gettext("表示意見"),
            kind=gettext("標案"),
            icon="file-check",
        )
    for each in deciding:
        yield work.WorkItem(
            due=None,
            title=gettext("核定 %(what)s：%(name)s")
            % {"what": each.get_asked_display(), "name": each.project.name},
            why=gettext("%(agency)s申請：%(reason)s")
            % {"agency": called(each.project.agency, short=True), "reason": each.reason[:60]},
            url=reverse("projects:application", args=[each.pk]),
            button=gettext("核定"),
            kind=gettext("標案"),
            icon="file-check",
        )
    for each in back:
        yield work.WorkItem(
            due=None,
            title=gettext("補正 %(what)s申請：%(name)s")
            % {"what": each.get_asked_display(), "name": each.project.name},
            why=gettext("被退回：%(reason)s") % {"reason": each.decision[:60]},
            url=reverse("projects:application", args=[each.pk]),
            button=gettext("補正"),
            kind=gettext("標案"),
            icon="file-check",
            returned=True,
        )


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Tenders by number, name, tender number, contractor or agency."""
    from shizheng.domains.projects.queries import projects as queries

    for each in queries.found(actor, words)[:limit]:
        yield search.Hit(
            title=each.name,
            url=reverse("projects:project", args=[each.pk]),
            number=each.number,
            meta=f"{called(each.agency)}　{each.get_state_display()}",
            icon="building-bridge",
        )
