"""Two agencies, their officers, a works tender and a services tender."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.domains.projects import actions
from shizheng.domains.projects.models import PlanVersion, Project, ProjectType
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook


def make_town() -> SimpleNamespace:
    """The city with a bureau of works (and its section) and one of parks."""
    rulebook.load_shipped_rules()
    actions.load_shipped_types()
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
        other=people.person("control_officer", parks, username="other"),
        head=people.person("head", works, username="head"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        leader=people.person("leader", username="leader", second_factor=True),
    )


def type_of(code: str) -> ProjectType:
    """A shipped type."""
    return ProjectType.objects.get(code=code)


def enter(town: SimpleNamespace, name: str = "東橋改建工程", **values: Any) -> Project:
    """A tender of the works bureau, as its control officer enters it."""
    given: dict[str, Any] = {
        "name": name, "type_id": type_of("works").pk, "agency_id": town.works.pk, "roc_year": 114,
        "budget": Decimal(60_000_000),
    }  # fmt: skip
    return actions.create_project(town.control, given | values)


def tell(actor: Any, project: Project, *told: tuple[str, date], **values: Any) -> None:
    """Record happenings one after another; `values` go with the award."""
    for kind, on in told:
        more: dict[str, Any] = {"text": "說明"}
        if kind == "awarded":
            more = {"contractor": "甲營造", "amount": Decimal(50_000_000), "bidders": 3} | values
        actions.record_happening(actor, project.pk, version=None, values={"kind": kind, "on": on} | more)
    project.refresh_from_db()


def plan(town: SimpleNamespace, project: Project, start: date, **more: Any) -> PlanVersion:
    """The first plan as the type proposes it from a start day."""
    given = actions.proposed(project, start, **more)
    return actions.set_plan(town.control, project.pk, number=0, given=given)


def browser(person: Any) -> Client:
    """Somebody signed in."""
    client = Client()
    client.force_login(person)
    return client


def asked(client: Client, address: str) -> int:
    """Queries of a page, once everything that is remembered is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return len(queries)
