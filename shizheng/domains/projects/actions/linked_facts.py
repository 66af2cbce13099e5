"""What a lock tells the KPIs that its tenders and programmes name: the progress becomes their number, and nobody files it again (B14, C02)."""

from collections.abc import Collection, Mapping

from shizheng.common.permissions import Actor, Carrying
from shizheng.domains.projects.actions.facts import CARRIED
from shizheng.domains.projects.models import Programme
from shizheng.domains.projects.queries import linking
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import counting
from shizheng.kernel.measures.queries.knowledge import facts_of_periods
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.periods import Period

ACTION = "projects.feed_linked"


def feed_linked(
    actor: Actor, month: Period, project_ids: Collection[int], reason: str, filed: Mapping[int, Filed]
) -> None:
    """Bring the KPIs that these tenders name to what all of their tenders say now.

    A number that people filed about the KPI themselves stays: only what was brought before is brought anew.
    `filed`: agency → who filed and signed its return.
    """
    wanted = linking.linked_measures_of(project_ids)
    for told in linking.told_to(wanted, month) if wanted else ():
        _bring(actor, told, reason, filed)


def feed_linked_programme(
    actor: Actor, programme: Programme, period: Period, reason: str, filed: Mapping[int, Filed]
) -> None:
    """The same for the KPI that a programme names, where the KPI counts in the programme's unit; else it is typed."""
    told = linking.told_by_programme(programme, period)
    if told is not None:
        _bring(actor, told, reason, filed)


def _bring(actor: Actor, told: linking.Told, reason: str, filed: Mapping[int, Filed]) -> None:
    held = facts_of_periods({told.measure_id}, {told.unit_id}, {told.period.code})
    numbers = {each.id for each in held if each.number is not None}
    if counting.counted(numbers) != numbers:
        return
    who = filed.get(next(iter(told.agency_ids))) if len(told.agency_ids) == 1 else None
    source = {"kind": "reported", "text": told.text, "url": told.url}
    brought = [
        measures.Brought(told.measure_id, name, told.unit_id, value, source, who)
        for name, value in told.values.items()
    ]
    carrier = Carrying(actor, CARRIED)
    measures.bring_facts(carrier, told.period, brought, reason=reason, action=ACTION)
