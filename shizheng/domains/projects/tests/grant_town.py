"""A grant year of the town of months: items of two agencies, set up and filed through the kernel of filing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import GrantItem, GrantYear, Programme, Project
from shizheng.domains.projects.tests.month_town import happen, make_month_town, on, tender
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return, Round

SETUP, MONTH = "projects.grant_setup", "projects.grant_month"
ANNUAL = Decimal(1000)


def make_grant_town(counts: tuple[int, int] = (2, 1)) -> SimpleNamespace:
    """Two agencies with so many tenders each; the grant plan of 114 is made, its selection meeting held on 20 January."""
    town = make_month_town()
    actions.load_shipped_types()
    town.programme = Programme.objects.get(code="grant")
    town.mine = [tender(town.works, f"A{n}") for n in range(counts[0])]
    town.others = [tender(town.parks, f"B{n}") for n in range(counts[1])]
    with on("2025-01-20"):
        values = {"programme_id": town.programme.pk, "roc_year": 114, "central_agency": "國家發展委員會"}
        town.year = actions.create_grant_year(town.rdec, values)
        town.year = edit_year(town, selected_on=date(2025, 1, 20))
        town.items = [add(town, each) for each in [*town.mine, *town.others]]
    return town


def edit_year(town: SimpleNamespace, **changes: Any) -> GrantYear:
    return actions.edit_grant_year(
        town.rdec, town.year.pk, version=None, changes=changes, reason="選案審查會議紀錄"
    )


def add(town: SimpleNamespace, project: Project, grant: int = 800, own: int = 200) -> GrantItem:
    """An item with so much granted and so much of the city's own."""
    values = {"project_id": project.pk, "grant_amount": Decimal(grant), "own_share": Decimal(own), "note": ""}
    return actions.add_grant_item(town.rdec, town.year.pk, values)


def award(project: Project, day: str) -> None:
    """Announced and awarded on a day."""
    happen(project, "announced", day, "tendering")
    happen(project, "awarded", day, "performing")


def complete(project: Project, day: str) -> None:
    happen(project, "completed", day, "completed")


Rows = Mapping[GrantItem, Mapping[str, str]]


def file(found: Round, unit: Any, officer: Any, chief: Any, rows: Rows) -> Return:
    """An agency's grant return typed, sent in and signed."""
    each = typed(found, unit, officer, rows)
    filing.submit_return(officer, each.pk, version=None)
    filing.sign_return(chief, each.pk, version=None)
    return Return.objects.get(pk=each.pk)


def typed(found: Round, unit: Any, officer: Any, rows: Rows) -> Return:
    each = Return.objects.get(round=found, unit=unit)
    entries = [
        filing.TypedEntry(str(item.pk), name, text)
        for item, texts in rows.items()
        for name, text in texts.items()
    ]
    filing.save_entries(officer, each.pk, entries)
    return each


def money(allocated: int, paid: int, payable: int = 0, surplus: int = 0) -> dict[str, str]:
    """What is typed about an item in a month."""
    amounts = {"allocated": allocated, "paid": paid, "payable": payable, "surplus": surplus}
    return {name: str(value) for name, value in amounts.items()}


EVEN = {"m3": "100", "m6": "200", "m9": "200", "m12": "500"}
"""An allocation of a year: 100 by March, 300 by June, 500 by September, all by December."""


def set_up(town: SimpleNamespace) -> Round:
    """Both agencies enter their allocation in March; RDEC locks."""
    with on("2025-02-01"):
        found = filing.open_round(SYSTEM, SETUP, "2025")
    mine, others = _of(town)
    with on("2025-03-20"):
        file(found, town.works, town.officer, town.chief, dict.fromkeys(mine, EVEN))
        file(found, town.parks, town.other, town.other_chief, dict.fromkeys(others, EVEN))
    with on("2025-04-01"):
        return filing.lock_round(town.rdec, found.pk)


def lock_period(
    town: SimpleNamespace,
    period: str,
    day: str,
    mine: Mapping[str, str] | None,
    others: Mapping[str, str] | None,
) -> Round:
    """A period from opening to lock, the same money for each item of an agency; None: the agency does not file."""
    with on(day):
        found = filing.open_round(SYSTEM, MONTH, period)
        own, other = _of(town)
        if mine is not None:
            file(found, town.works, town.officer, town.chief, dict.fromkeys(own, mine))
        if others is not None:
            file(found, town.parks, town.other, town.other_chief, dict.fromkeys(other, others))
        return filing.lock_round(town.rdec, found.pk, reason="未填報的另行催報")


def _of(town: SimpleNamespace) -> tuple[list[GrantItem], list[GrantItem]]:
    mine = [each for each in town.items if each.project.agency_id == town.works.pk]
    return mine, [each for each in town.items if each.project.agency_id == town.parks.pk]
