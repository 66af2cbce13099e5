"""Two agencies, their people, the commission, and a commitment."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from shizheng.domains.commitments import actions
from shizheng.domains.commitments.models import Commitment, CommitmentList, CommitmentUnit
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook

AGREED = date(2025, 3, 3)


def make_town() -> SimpleNamespace:
    """The city with a bureau of works (and its section) and one of parks."""
    rulebook.load_shipped_rules()
    actions.load_shipped_lists()
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    section = organisations.unit(parent=works, code="W1", name="土木科")
    return SimpleNamespace(
        city=organisations.city(),
        works=works,
        parks=parks,
        section=section,
        officer=people.person("officer", section, username="officer"),
        control=people.person("control_officer", works, username="control"),
        chief=people.person("supervisor", works, username="chief"),
        other=people.person("control_officer", parks, username="other"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        rdechead=people.person("rdec_head", username="rdechead", second_factor=True),
        leader=people.person("leader", username="leader", second_factor=True),
    )


def list_of(code: str) -> CommitmentList:
    """A shipped list."""
    return CommitmentList.objects.get(code=code)


def enter(town: SimpleNamespace, of_list: str = "tender", who: Any = None, **values: Any) -> Commitment:
    """A commitment of the works bureau with the parks bureau, due at the end of June."""
    given: dict[str, Any] = {
        "list_id": list_of(of_list).pk, "text": "東橋引道管線應於汛期前遷移完成", "agreed_on": AGREED,
        "agreed_due": date(2025, 6, 30), "main_id": town.works.pk, "joint_ids": [town.parks.pk],
    }  # fmt: skip
    return actions.create_commitment(who or town.rdec, given | values)


def owed(row: Commitment, unit: Any) -> CommitmentUnit:
    """What a unit owes of it."""
    return CommitmentUnit.objects.get(commitment=row, unit=unit)


def release(town: SimpleNamespace, row: Commitment, unit: Any, by: Any, decider: Any = None) -> None:
    """Told, asked and released."""
    actions.tell(by, owed(row, unit).pk, text="已遷移完成")
    actions.ask_release(by, owed(row, unit).pk, reason="完成")
    actions.decide_release(decider or town.rdec, owed(row, unit).pk, accept=True, reason="同意")
    row.refresh_from_db()
