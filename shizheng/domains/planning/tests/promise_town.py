"""A programme of two promises with three action plans, and people who file about them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.models.promises import Programme, Promise
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook

START, END = date(2018, 1, 1), date(2021, 12, 31)


def make_programme(town: SimpleNamespace) -> Programme:
    """1 → 1-1 → 1-1-1 (a quantity, works), 1-1-2 (percent, parks); 2 → 2-1 → 2-1-1 (percent, works, begins in 2020)."""
    rulebook.load_shipped_rules()
    town.chief = people.person("supervisor", town.works, username="chief")
    town.other_chief = people.person("supervisor", town.parks, username="otherchief")
    town.other_head = people.person("head", town.parks, username="otherhead")
    town.other_officer = people.person("officer", town.parks, username="otherofficer")
    made = actions.create_programme(town.rdec, title="測試市市長政見", term_from=START, term_to=END)
    days: dict[str, Any] = {"starts_on": START, "ends_on": END}
    for code, values in (
        ("1", {"title": "好走的路"}),
        ("1-1", {"title": "人行道", "happiness": True}),
        ("1-1-1", {"title": "整修人行道", "main_agency_id": town.works.pk, "target_quantity": 60, "unit": "公里", "joint": [town.parks.pk], **days}),
        ("1-1-2", {"title": "種行道樹", "main_agency_id": town.parks.pk, **days}),
        ("2", {"title": "不淹水"}),
        ("2-1", {"title": "排水"}),
        ("2-1-1", {"title": "拓寬排水", "main_agency_id": town.works.pk, "starts_on": date(2020, 1, 1), "ends_on": END}),
    ):  # fmt: skip
        if "target_quantity" in values:
            from decimal import Decimal

            values = {**values, "target_quantity": Decimal(60)}
        actions.create_promise(town.rdec, made.pk, code, values)
    made.refresh_from_db()
    return made


def item(made: Programme, code: str) -> Promise:
    return Promise.objects.get(programme=made, code=code)


def file_quarter(
    town: SimpleNamespace, made: Programme, period: str, works: dict[str, str], parks: dict[str, str] | None
) -> Round:
    """A quarter from opening to lock: what works and parks typed (`code.field`); None: parks does not file."""
    found = filing.open_round(SYSTEM, "planning.promise", period)
    for unit, typed, officer, chief, head in (
        (town.works, works, town.officer, town.chief, town.head),
        (town.parks, parks, town.other_officer, town.other_chief, town.other_head),
    ):
        each = Return.objects.filter(round=found, unit=unit).first()
        if each is None or typed is None:
            continue
        entries = [
            filing.TypedEntry(str(item(made, key.partition(".")[0]).pk), key.partition(".")[2], text)
            for key, text in typed.items()
        ]
        filing.save_entries(officer, each.pk, entries)
        filing.submit_return(officer, each.pk, version=None)
        filing.sign_return(chief, each.pk, version=None)
        filing.sign_return(head, each.pk, version=None)
    return filing.lock_round(town.rdec, found.pk, reason="示範：未填報的另行催報")
