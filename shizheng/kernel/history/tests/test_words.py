"""Whoever reads history reads words: actions, columns, choices, days, numbers, and rows by their names."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from shizheng.kernel.history import queries, words
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.models import Entry
from shizheng.kernel.people.factories import person

NAMED = re.compile(
    r'(?:action=|action: str = |_revising\(actor, |_factor_changed\(\s*)"([a-z]+\.[a-z_]+)"', re.DOTALL
)


def test_every_action_of_an_app_that_names_its_actions_has_a_name() -> None:
    known, found = words.actions(), set()
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if config.name.startswith("shizheng.") and (folder / "history_words.py").exists():
            for file in folder.rglob("*.py"):
                if "tests" not in file.parts and file.name != "factories.py":
                    found |= set(NAMED.findall(file.read_text("utf-8")))
    assert len(found) > 50 and sorted(found - known.keys()) == []


def field_of(label: str, name: str) -> Any:
    return apps.get_model(label)._meta.get_field(name)


@pytest.mark.parametrize(
    ("label", "name", "raw", "expected"),
    [
        ("people.roleassignment", "start_date", "2026-01-05", "115-01-05"),
        ("planning.plan", "imported_at", "2026-10-05T06:20:00+00:00", "115-10-05 14:20"),
        ("planning.plan", "state", "published", "已公布"),
        ("planning.kpi", "target_value", "1200.0000", "1,200"),
        ("planning.plan", "roc_year", 115, "115"),
        ("people.role", "is_active", False, "否"),
        ("people.role", "permissions", ["planning.import"], "匯入施政計畫"),
        ("people.role", "description", "", "—"),
    ],
)
def test_a_value_is_written_as_everywhere(label: str, name: str, raw: Any, expected: str) -> None:
    assert words.value(field_of(label, name), raw) == expected


@pytest.mark.django_db
def test_units_and_people_are_named_and_a_row_that_is_gone_too() -> None:
    from shizheng.kernel.organisations import factories as organisations
    from shizheng.kernel.people.models import RoleAssignment

    agency = organisations.agency(code="W", name="測試市政府工務局")
    user = person("officer", agency, username="wu")
    user.display_name = "吳一"
    with recorded(by=user, action="people.change_person"):
        user.save()
    assignment = RoleAssignment.objects.get(user=user)
    changes = {c.label: c.after for c in queries.changes_of(queries.entries_of(assignment).latest("id"))}
    assert changes["人員"] == "吳一" and changes["機關"] == "測試市政府工務局" and changes["角色"] == "承辦人"
    assert re.fullmatch(r"\d+-\d\d-\d\d", changes["開始日"])
    role = apps.get_model("people.role")
    assert words.names_of(role, [10**9]) == {}


@pytest.mark.django_db
def test_the_list_says_rows_and_actions_by_name_and_finds_them(client: Client) -> None:
    from shizheng.kernel.organisations import factories as organisations

    organisations.agency(code="W", name="測試市政府工務局")
    auditor = person("auditor", second_factor=True)
    client.force_login(auditor)
    with recorded(by=auditor, action="people.set_preferences"):
        auditor.display_name = "查一"
        auditor.save()
    page = client.get("/history/", {"q": "改個人設定"}).content.decode()
    assert "改個人設定" in page and "查一" in page and "people.set_preferences</td>" not in page
    assert "測試市政府工務局" in client.get("/history/", {"q": "工務局"}).content.decode()
    day = Entry.objects.latest("id").recorded_at.date()
    shown = client.get("/history/", {"since": f"{day.year - 1911 + 1}-01-01"}).content.decode()
    assert "沒有符合條件的資料" in shown


def test_numbers_and_days_never_come_as_the_database_holds_them() -> None:
    assert words.value(field_of("planning.kpi", "weight"), str(Decimal("15.0000"))) == "15"
    assert words.value(None, date(2026, 1, 1).isoformat()) == "2026-01-01"
