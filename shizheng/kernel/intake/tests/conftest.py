"""A target of the tests: notes of agencies are told into the directory of aliases, so that a broken import shows."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.kernel.intake.registry import Plan, Target, TargetField, forget_target, register_target
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.intake.rules.typing import Kind
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.organisations.models import Unit, UnitAlias
from shizheng.kernel.people import factories as people

FIELDS = (
    TargetField("name", "名稱", ("標案名稱", "title"), required=True),
    TargetField("agency", "主辦機關", ("機關", "brought_by"), Kind.UNIT),
    TargetField("amount", "金額（元）", ("expense", "核定金額"), Kind.AMOUNT, lenient=True),
    TargetField("on", "決標日期", ("award_date",), Kind.DATE),
    TargetField("way", "招標方式", ("bid_type",), Kind.CHOICE, choices=lambda: (("open", "公開招標"), ("small", "小額採購"))),
)  # fmt: skip


def plan(actor: Any, rows: Sequence[Row]) -> Plan:
    there = set(UnitAlias.objects.values_list("name", flat=True))
    wrong = [Problem(row.line, "name", "不收這個名稱。") for row in rows if row.values["name"] == "壞"]
    lines = {each.line for each in wrong}
    new = [row.line for row in rows if row.values["name"] not in there and row.line not in lines]
    return Plan(new=new, same=[row.line for row in rows if row.values["name"] in there], problems=wrong)


def take(actor: Any, rows: Sequence[Row], reason: str) -> Plan:
    done = plan(actor, rows)
    first = Unit.objects.first()
    for row in rows:
        if row.line in done.new:
            UnitAlias.objects.create(unit=first, name=row.values["name"])
        if row.values["name"] == "中斷":
            raise KeyboardInterrupt
    return done


@pytest.fixture
def place(db: None) -> Iterator[SimpleNamespace]:
    target = Target("test.things", "測試資料", FIELDS, plan, take, "projects.edit")
    register_target(target)
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    yield SimpleNamespace(
        target=target,
        works=works,
        officer=people.person("control_officer", works, username="control"),
        other=people.person("control_officer", works, username="other"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        supervisor=people.person("supervisor", works, username="chief"),
    )
    forget_target("test.things")
