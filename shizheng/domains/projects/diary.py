"""Planned checkpoints of one's own tenders, and the days of grant years, for the calendars of people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries.curves import curves_of
from shizheng.domains.projects.queries.grant_calendar import to_come
from shizheng.domains.projects.queries.months import latest
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.rules.life import CONTINUING
from shizheng.web import diary

MOST = 300
"""Tenders of which the checkpoints stand in one calendar."""


def register() -> None:
    """Called once when the app is ready."""
    source = diary.Source("checkpoint", gettext_lazy("我的標案的預定檢核點"), "projects.view", checkpoints)
    diary.register(source)
    diary.register(diary.Source("grant", gettext_lazy("補助款的期限"), "projects.view", grant_days))


def mine(actor: Any) -> list[Project]:
    """Tenders that go on and that the actor is the officer of, or whose unit in charge is one of his or her own."""
    units = actor.units_where("projects.view")
    own = Q(officer_id=actor.pk)
    if units:
        own |= Q(unit_id__in=units) | Q(unit=None, agency_id__in=units)
    rows = visible_to(actor).filter(own, state__in=[each.value for each in CONTINUING])
    return list(rows.order_by("number")[:MOST])


def checkpoints(actor: Any, first: date, last: date) -> Iterator[diary.DiaryEntry]:
    """The checkpoints of the newest plan that are planned within these days and were not reached yet (five queries)."""
    projects = {each.pk: each for each in mine(actor)}
    done = {pk: each.reached for pk, each in latest(projects).items()}
    for pk, curve in curves_of(projects).items():
        codes = [each.code for each in curve.checkpoints]
        reached = codes.index(done[pk]) if done.get(pk) in codes else -1
        for place, each in enumerate(curve.checkpoints):
            if place > reached and first <= each.planned_on <= last:
                project = projects[pk]
                yield diary.DiaryEntry(
                    f"{pk}-{each.code}",
                    each.planned_on,
                    _("%(checkpoint)s：%(tender)s")
                    % {"checkpoint": curve.names[each.code], "tender": project.name},
                    project.number,
                    reverse("projects:project", args=[pk]),
                )


def grant_days(actor: Any, first: date, last: date) -> Iterator[diary.DiaryEntry]:
    """What is to be done of grant years within these days (B16): selection, filing, publication, report."""
    for year, duty in to_come(actor, first, last, clock.today()):
        yield diary.DiaryEntry(
            f"{year.pk}-{duty.code}-{duty.period}",
            duty.due,
            _("%(duty)s：%(plan)s") % {"duty": duty.title, "plan": year.programme.name},
            duty.rule.name if duty.rule is not None else "",
            duty.url or reverse("projects:grant_calendar", args=[year.pk]),
        )
