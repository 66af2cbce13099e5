"""Where tenders are, and which of them were severely late in the last locked month."""

from typing import Any

from shizheng.domains.projects.queries.judging import judge
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.tallying import judged
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period


def severe_at(as_of: AsOf | None = None) -> tuple[frozenset[int], Period | None]:
    """Ids of the tenders that were severely late in the last month locked by then, and that month (at most three queries)."""
    period = next(iter(locked_periods(as_of, limit=1)), None)
    if period is None:
        return frozenset(), None
    rows: Any = judged({period.code: judge(period, as_of)}, as_of)
    return frozenset(rows.filter(is_severe=True).values_list("project_id", flat=True)), period
