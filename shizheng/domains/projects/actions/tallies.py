"""Keeping what the months of agencies come to, in the transaction that changes one of them."""

from collections.abc import Collection

from django.db import connection

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.models import MonthTally
from shizheng.domains.projects.queries.judging import judge, judges
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.tallying import bounds_kept, counted, kept_tallies
from shizheng.domains.projects.rules.tallies import Tally
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import Period


def keep_tallies(period: Period, agency_ids: Collection[int]) -> None:
    """Count the records of these agencies anew; of every agency of the month, where it was not counted by these rules yet.

    Inside of the transaction that wrote the records. Two that correct the same month go one after the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('projects.tallies'), hashtext(%s))", [period.code]
        )
    rule = judge(period)
    rules, bounds = {period.code: rule}, bounds_kept(rule)
    found = counted(rules, agency_ids=agency_ids if period.code in kept_tallies(rules)[1] else None)
    MonthTally.objects.bulk_create(
        MonthTally(
            period=code, agency_id=agency_id, **bounds,
            **{name: getattr(tally, name) for name in Tally.__slots__},
        )
        for (code, agency_id), tally in found.items()
    )  # fmt: skip


def keep_missing_tallies() -> int:
    """Count the months that were locked before tallies were kept, or are judged by other rules since; returns how many."""
    with recorded(by=SYSTEM, action="projects.keep_tallies"):
        periods = locked_periods()
        _found, there = kept_tallies(judges(periods))
        missing = [each for each in periods if each.code not in there]
        for each in missing:
            keep_tallies(each, ())
    return len(missing)
