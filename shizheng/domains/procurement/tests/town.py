"""Two agencies, their people, the commission, and cases as people list them."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook


def on(day: str, hour: int = 10) -> Any:
    """Stand on a day of Taipei."""
    return clock.set_to(datetime.fromisoformat(day).replace(hour=hour, tzinfo=TAIPEI))


def make_town() -> SimpleNamespace:
    """The city with a bureau of works and one of parks."""
    rulebook.load_shipped_rules()
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    return SimpleNamespace(
        city=organisations.city(),
        works=works,
        parks=parks,
        officer=people.person("officer", works, username="officer"),
        chief=people.person("supervisor", works, username="chief"),
        head=people.person("head", works, username="head"),
        control=people.person("control_officer", works, username="control"),
        other=people.person("officer", parks, username="other"),
        other_chief=people.person("supervisor", parks, username="otherchief"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        rdec_head=people.person("rdec_head", username="rdechead", second_factor=True),
        leader=people.person("leader", username="leader", second_factor=True),
    )


def listed(town: SimpleNamespace, number: str, agency: Any = None, **values: Any) -> FailedTenderCase:
    """A case of the works bureau in the series of the town."""
    given: dict[str, Any] = {
        "series_id": town.series.pk, "tender_no": number, "name": f"標案{number}", "category": "works",
        "agency_id": (agency or town.works).pk, "amount": Decimal(12_000_000), "listed_on": date(2025, 1, 10),
    }  # fmt: skip
    return actions.list_case(town.rdec, given | values)


def tell(town: SimpleNamespace, row: FailedTenderCase, kind: str, day: str, **values: Any) -> Any:
    """What happened, as the commission's officer writes it."""
    more: dict[str, Any] = {"failed": {"causes": ["price"], "bidders": 1}, "void": {"causes": ["documents"], "bidders": 3}}.get(
        kind, {"amount": Decimal(11_000_000), "bidders": 3} if kind == "awarded" else {"text": "改由其他方式辦理"}
    )  # fmt: skip
    values = {"kind": kind, "on": date.fromisoformat(day), **more, **values}
    made = actions.record_event(town.rdec, row.pk, version=None, values=values)
    row.refresh_from_db()
    return made
