"""Failed tenders: from the register's list (B09) to the group that supervises them (F01), and back to the tender's page.

A tender taken over brings its failures along; from then on its case follows whatever is told about it in the register,
so that no award is typed twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.together import Steps, beside, reading
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.pages.register import offer
from shizheng.domains.procurement.queries import failed as cases
from shizheng.domains.procurement.rules.failed import Kind as CaseKind
from shizheng.domains.projects import following
from shizheng.domains.projects.queries import projects, tendering
from shizheng.domains.projects.queries.happenings import timeline
from shizheng.domains.projects.queries.tendering import Stand
from shizheng.domains.projects.rules.life import Kind
from shizheng.kernel.history.actions import recorded
from shizheng.web import parts, work

KINDS = {
    Kind.FAILED: CaseKind.FAILED,
    Kind.VOID: CaseKind.VOID,
    Kind.AWARDED: CaseKind.AWARDED,
    Kind.TERMINATED: CaseKind.REOPENED,
}
"""What of a tender's life its case follows; a contract that ends before its time opens the case again."""
CATEGORIES = {"design": "services", "goods_services": "services"}
MOST = 500


def register() -> None:
    """Called once at the start."""
    following.register("procurement", follow)
    parts.register("projects.tender", "procurement.case", case_of_tender, 20)
    parts.register("procurement.case.aside", "projects.tender", tender_of_case, 20)
    work.register(work_items)
    offer(lambda actor: (_("從標案帶入"), reverse("journeys:failed_tenders"), "download"))


@dataclass(frozen=True, slots=True)
class Proposals:
    """Tenders on B09's list that the newest series does not follow yet; `rule` listed them."""

    found: tendering.Failed
    series: Any
    rows: tuple[Stand, ...]


def proposals(actor: Actor, on: date | None = None) -> Proposals:
    """What the group could list now."""
    found = tendering.failed(actor, on)
    series = cases.newest_series()
    there = cases.followed_in(series.pk) if series else set()
    return Proposals(found, series, tuple(each for each in found.rows if each.project.pk not in there))


def take_over(actor: Actor, project_ids: Collection[int]) -> list[Any]:
    """List these tenders in the newest series with what happened to them: all or none. Raises where one is not proposed."""
    require(actor, "procurement.supervise")
    wanted = set(project_ids)
    if not wanted:
        raise CannotDo(_("沒有選任何標案，什麼都沒有做。請先勾選。"))
    if len(wanted) > MOST:
        raise CannotDo(_("一次最多 %(n)s 件，沒有列管。請分次辦理。") % {"n": MOST})
    with recorded(by=actor, action="procurement.list_case"):
        offered = proposals(actor)
        if offered.series is None:
            raise CannotDo(_("還沒有督導年度。請先開立，再列管。"))
        chosen = [each for each in offered.rows if each.project.pk in wanted]
        if len(chosen) < len(wanted):
            raise CannotDo(_("選的標案有的已經列管，或不再符合次數，沒有列管。請重新看這一頁。"))
        return [_take(actor, offered.series.pk, each) for each in chosen]


def _take(actor: Actor, series_id: int, each: Stand) -> Any:
    project = each.project
    values = {
        "series_id": series_id,
        "tender_no": project.tender_no or project.number,
        "name": project.name,
        "agency_id": project.agency_id,
        "category": "works" if project.type.has_works else CATEGORIES.get(project.type.code, "services"),
        "amount": project.budget,
        "listed_on": clock.today(),
        "tender_ref": project.pk,
    }
    if not project.tender_no and not project.number:
        raise bad("tender_no", _("這個標案沒有案號，不能列管。"))
    made = actions.list_case(actor, values)
    actions.follow_tender(actor, made.pk, told_of(project))
    return made


def told_of(project: Any) -> Sequence[actions.Told]:
    """What the register says of a tender, as its case takes it."""
    return [
        actions.Told(
            number=(line.earlier[-1] if line.earlier else line.happening).pk,
            kind=KINDS[Kind(line.happening.kind)],
            on=line.happening.on,
            bidders=line.happening.bidders,
            amount=line.happening.amount,
            text=line.happening.text,
        )
        for line in reversed(timeline(project).lines)
        if not line.struck and Kind(line.happening.kind) in KINDS
    ]


def follow(project: Any) -> None:
    """Something was told about a tender: its cases follow, in the same transaction."""
    found = cases.following(project.pk)
    if found:
        told = told_of(project)
        for each in found:
            actions.follow_tender(SYSTEM, each.pk, told)


def case_of_tender(actor: Any, project: Any) -> Steps[parts.Part | None]:
    """On the page of a tender: the case that follows it."""
    if not actor.may("procurement.view"):
        return None
    found = cases.following(project.pk)
    yield found
    return parts.Part("journeys/case_of_tender.html", {"cases": found}) if found else None


def tender_of_case(actor: Any, case: Any) -> parts.Part | None:
    """On the page of a case: the tender that it follows."""
    if not case.tender_ref or not actor.may("projects.view"):
        return None
    found = projects.visible_to(actor).filter(pk=case.tender_ref).first()
    return parts.Part("journeys/tender_of_case.html", {"tender": found}) if found else None


def work_items(actor: Any, today: date) -> Any:
    """Tenders that failed often enough and are not listed."""
    if not (actor.may("procurement.supervise") and actor.may("projects.view")):
        return
    followed = cases.followed_now()
    tracked, _read = yield from beside([tendering.tracked_steps(actor), reading(followed)])
    count = len(tracked - set(followed))
    if count:
        yield work.WorkItem(
            due=None,
            title=_("%(n)s 件標案流廢標達到次數，還沒有列管") % {"n": count},
            why=_("標案登錄裡未決標，達到流廢標追蹤的次數"),
            url=reverse("journeys:failed_tenders"),
            button=_("看這些標案"),
            kind=_("流廢標督導"),
            icon="gavel",
        )
