"""Two agencies, their people, the commission, and petitions that come to the city."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.cases.models import Case
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook


def make_town() -> SimpleNamespace:
    """The city with a bureau of works (and its section) and one of parks."""
    rulebook.load_shipped_rules()
    actions.load_shipped_reference()
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    section = organisations.unit(parent=works, code="W1", name="土木科")
    return SimpleNamespace(
        city=organisations.city(),
        works=works,
        parks=parks,
        section=section,
        officer=people.person("officer", works, username="officer", display_name="王承辦"),
        control=people.person("control_officer", works, username="control", display_name="李研考"),
        chief=people.person("supervisor", works, username="chief", display_name="陳科長"),
        head=people.person("head", works, username="head", display_name="張局長"),
        other=people.person("control_officer", parks, username="other", display_name="黃研考"),
        rdec=people.person("rdec_officer", username="rdec", display_name="趙研考", second_factor=True),
        rdechead=people.person("rdec_head", username="rdechead", display_name="周主委", second_factor=True),
        leader=people.person("leader", username="leader", display_name="吳秘書長", second_factor=True),
    )


NAME, PHONE = "林小美", "0900-000-123"


def receive(town: SimpleNamespace, who: Any = None, **more: Any) -> actions.Received:
    """A petition about a street lamp, by telephone, to the city."""
    given: dict[str, Any] = {
        "subject": "中山路 12 號前路燈不亮", "words": "我是林小美，家門口的路燈壞了兩個禮拜。",
        "petition_class": PetitionClass.PETITION, "channel": "phone", "place": "中山路 12 號前",
        "petitioner": {"name": NAME, "phone": PHONE}, **more,
    }  # fmt: skip
    return actions.receive_petition(who or town.rdec, actions.NewPetition(**given))


EAST, WEST = "66000250", "66000010"


def came(
    town: SimpleNamespace, category: str, district: str, when: datetime, times: int = 1, **more: Any
) -> None:
    """Petitions of a category in a district."""
    pk = Category.objects.get(code=category).pk
    for _each in range(times):
        receive(town, category_id=pk, district_code=district, received_at=when, **more)


def act(actor: Any, row: Petition, name: str, **more: Any) -> Case:
    """One act of the workflow, whatever the version."""
    return actions.act(actor, row.case_id, name, version=None, **more)


def handled(town: SimpleNamespace, **more: Any) -> Petition:
    """A petition that the officer of the works bureau handles."""
    row = receive(town, **more).petition
    act(town.rdec, row, "accept")
    actions.dispatch(town.rdec, row.case_id, version=None, unit_id=town.works.pk, officer_id=town.officer.pk)
    act(town.officer, row, "take_up")
    return row


def drafted(town: SimpleNamespace, row: Petition, **more: Any) -> None:
    """A reply drafted by the officer and sent up."""
    actions.draft_reply(
        town.officer, row.case_id, version=None, **{"text": "您好：路燈已在今天修好。", **more}
    )
    act(town.officer, row, "submit")


def answered(town: SimpleNamespace, **more: Any) -> Petition:
    """One that was answered and is closed."""
    row = handled(town, **more)
    drafted(town, row)
    act(town.chief, row, "approve")
    act(town.officer, row, "reply", fields={"told": "電話"})
    return again(row)


def again(row: Petition) -> Petition:
    """The petition as it stands now."""
    return Petition.objects.select_related("case__clock", "case__unit", "category").get(pk=row.pk)


__all__ = [
    "EAST", "NAME", "PHONE", "WEST", "act", "again", "answered", "came", "drafted", "handled", "make_town", "receive",
]  # fmt: skip
