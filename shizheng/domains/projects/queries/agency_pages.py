"""What stands on the pages of agencies in the pack of a meeting; many agencies at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from shizheng.common.permissions import SYSTEM
from shizheng.common.together import reading, side_by_side
from shizheng.domains.projects.queries.agenda import worst_first
from shizheng.domains.projects.queries.boards import AgencyRow, Case, agencies_steps, case_of
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.rules.judging import Course
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """One agency in one month, with its tenders behind or not filed, the worst first."""

    row: AgencyRow
    cases: tuple[Case, ...]


def agency_pages(
    agency_ids: Collection[int], period: Period, as_of: AsOf | None = None
) -> dict[int, AgencyPage]:
    """Agency → its page; those without a tender in the month are absent. No more queries for more agencies."""
    rows = known(as_of).filter(period=period.code, project__agency_id__in=list(agency_ids))
    records = rows.select_related("project")
    board, _read = side_by_side([agencies_steps(SYSTEM, period, as_of), reading(records)])
    wanted = {each.agency_id: each for each in board.agencies if each.agency_id in set(agency_ids)}
    if board.rule is None or not wanted:
        return {}
    found: dict[int, list[Case]] = defaultdict(list)
    for record in records:
        case = case_of(record, board.rule)
        if case.severe or case.course in (Course.BEHIND, Course.NOT_FILED):
            found[record.project.agency_id].append(case)
    return {
        pk: AgencyPage(row, tuple(worst_first(found.get(pk, []), board.rule))) for pk, row in wanted.items()
    }
