"""跨機關協調事項 raised in the return of a month: they stand on the agenda from its last signature on (B03)."""

from collections.abc import Mapping
from typing import Any

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.words import written
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.queries import matters
from shizheng.domains.projects.queries.month_forms import MonthLine, lines_of
from shizheng.domains.projects.rules.life import CONTINUING
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.queries import UnitNames


def raise_asked(actor: Actor, filing: Any, entries: Entries) -> None:
    """What a signed or corrected return asks of other agencies becomes matters; the same again changes nothing.

    Where the return says something else than before, a matter of the same month that is still open says so afterwards;
    where the return asks no more, it is settled with that as outcome. What people have written in the matter itself
    stays for as long as the return says the same. Who may sign the return has been checked by the kernel of filing.
    """
    period = filing.round.period
    asked = {
        key: text
        for (key, name), each in entries.items()
        if name == "asks_for" and (text := each.text.strip())
    }
    there = matters.of_month([int(key) for key in {key for key, _name in entries} if key.isdecimal()], period)
    if not asked and not there:
        return
    names = UnitNames()
    with recorded(by=actor, action="projects.raise_in_month"):
        for line in lines_of(filing):
            mine = there.get(line.project_id, [])
            if line.key in asked:
                wanted = filing_queries.values_of(entries, line.key)["asks_unit"]
                _ask(line, period, names.id_of(wanted.strip()), asked[line.key], mine)
            else:
                _asks_no_more(mine)


def _ask(line: MonthLine, period: str, unit_id: int, text: str, there: list[CrossAgencyMatter]) -> None:
    if any(_said(each) == (unit_id, text) for each in there):
        return
    filed = {"unit_id": unit_id, "text": text, "filed_unit_id": unit_id, "filed_text": text}
    row = next((each for each in there if each.settled_on is None), None)
    if row is not None:
        _save(row, **filed)
    elif line.state in CONTINUING:
        CrossAgencyMatter.objects.create(
            project_id=line.project_id, raised_on=clock.today(), period=period, **filed
        )


def _said(row: CrossAgencyMatter) -> tuple[int | None, str]:
    """What the return asked for when it last changed the matter; the matter itself where that was never noted."""
    return (row.unit_id, row.text) if row.filed_text is None else (row.filed_unit_id, row.filed_text)


def _asks_no_more(there: list[CrossAgencyMatter]) -> None:
    for row in there:
        filed: dict[str, Any] = {"filed_unit_id": None, "filed_text": ""}
        if row.settled_on is None:
            outcome = written("主辦機關在改過的月填報中不再提出。")
            _save(row, settled_on=max(row.raised_on, clock.today()), outcome=outcome, **filed)
        elif row.filed_text:
            _save(row, **filed)


def _save(row: CrossAgencyMatter, **values: Any) -> None:
    changed: Mapping[str, Any] = {**values, "version": row.version + 1}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
