"""Which numbers the system counted from what a domain keeps: they follow that, and nobody corrects them by hand.

from shizheng.kernel.measures import counting
counting.register("projects.record_months")     # in AppConfig.ready(): the action under which a domain brings its counts

A counted number carries a mark in its source. Those written before there was a mark are known by the action of the first
number of their chain, which the database stamped.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from shizheng.kernel.measures.models import Fact

_actions: set[str] = set()


def register(*actions: str) -> None:
    """Numbers first brought under these actions are counted, marked or not."""
    _actions.update(actions)


def counted(fact_ids: Collection[int]) -> set[int]:
    """Of these facts those that the system counted; one query."""
    if not fact_ids:
        return set()
    first = Fact.objects.filter(
        measure_id=OuterRef("measure_id"), unit_id=OuterRef("unit_id"), input=OuterRef("input"),
        period=OuterRef("period"), supersedes=None, recorded_action__in=_actions,
    )  # fmt: skip
    rows = Fact.objects.filter(pk__in=fact_ids).annotate(from_count=Exists(first))
    return {
        pk for pk, source, so in rows.values_list("pk", "source", "from_count") if so or source.get("counted")
    }
