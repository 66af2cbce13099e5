"""A month from before it was filed here, taken over in bulk and locked as it was: what happened in it, how far each tender was.

For the years that a city brings along, so that trends, streaks and early warnings have a past. Nobody filed it here, so
there is no return behind it, and nobody is told.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.bulk import copy_in
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.month_facts import write_facts
from shizheng.domains.projects.actions.months import fill
from shizheng.domains.projects.actions.shared import one_at_a_time
from shizheng.domains.projects.actions.tallies import keep_tallies
from shizheng.domains.projects.models import Happening, MonthRecord, Project
from shizheng.domains.projects.queries.curves import Curve, curves_of
from shizheng.domains.projects.queries.happenings import standing_of
from shizheng.domains.projects.queries.months import Owed, known, owed
from shizheng.domains.projects.queries.programmes import programmes_of
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.timeline import outcome_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import Period

LOCK = "filing.lock"


def take_over_month(
    actor: Actor, period: Period, told: Sequence[Mapping[str, Any]], filed: Mapping[int, Mapping[str, str]], *,
    source: str,
) -> int:  # fmt: skip
    """Take over one month: returns how many tenders have a record of it.

    `told`: what happened, with `project_id`, `kind`, `on` and what else a happening holds, in the order of time. `filed`:
    tender → fields as an officer types them (`rules.months.read`); who owes the month and is not in it is 未填報.
    `source` is where it comes from, kept as the reason. Raises CannotDo where the month is locked here already.
    """
    require(actor, LOCK)
    reason = need_reason(source)
    with recorded(by=actor, action="projects.take_over_month", reason=reason):
        one_at_a_time()
        if known().filter(period=period.code).exists():
            raise CannotDo(_("%(period)s已經鎖定，沒有轉入。要改請申請更正。") % {"period": period.label})
        copy_in([Happening(**each) for each in told])
        _follow({each["project_id"] for each in told})
        owing = owed(period)
        ids = [one.project.pk for some in owing.values() for one in some]
        curves, tags = curves_of(ids, period.code), programmes_of(ids)
        made = {
            agency_id: [
                fill(
                    _blank(one, curves[one.project.pk], period, tags),
                    curves[one.project.pk],
                    filed.get(one.project.pk, {}),
                )
                for one in some
            ]
            for agency_id, some in owing.items()
        }
        copy_in([each for records in made.values() for each in records])
        if made:
            write_facts(actor, period, made, reason, {})
            keep_tallies(period, made.keys())
    return sum(map(len, made.values()))


def _blank(one: Owed, curve: Curve, period: Period, tags: Mapping[int, list[int]]) -> MonthRecord:
    day = period.last_day
    return MonthRecord(
        project_id=one.project.pk, period=period.code, plan_id=curve.version_id, filed=False, state=one.state.value,
        planned=rules.kept(curve.planned(day)), planned_works=rules.kept(curve.works(day)),
        programmes=tags.get(one.project.pk, []),
    )  # fmt: skip


def _follow(project_ids: Collection[int]) -> None:
    """State, contractor and amount as the happenings leave them."""
    told = standing_of(project_ids)
    rows = list(Project.objects.select_for_update().filter(pk__in=list(project_ids)))
    for row in rows:
        left = outcome_of(told[row.pk])
        row.state, row.contractor, row.award_amount = left.state.value, left.contractor, left.award_amount
        row.tender_no = left.tender_no or row.tender_no
        row.funds_held_on = left.funds_held_on or row.funds_held_on
        row.version += 1
    Project.objects.bulk_update(
        rows, ["state", "contractor", "award_amount", "tender_no", "funds_held_on", "version"]
    )
