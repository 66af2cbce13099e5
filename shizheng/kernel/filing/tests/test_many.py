"""A round of the whole city: opening it tells each person once, and its grid comes by pages."""

from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.pages.grid import RETURNS_A_PAGE
from shizheng.kernel.filing.registry import Field, Row, Subject
from shizheng.kernel.filing.tests.conftest import on
from shizheng.kernel.filing.tests.kind import CODE, Domain
from shizheng.kernel.filing.tests.test_pages import browser


def several(domain: Domain, each_unit: int, monkeypatch: Any) -> None:
    """Let every unit owe so many returns."""
    from shizheng.kernel.filing import registry

    def subjects(_round: Any) -> list[Subject]:
        return [
            Subject(unit.pk, "tests.plan", number, f"{unit.short_name}第 {number} 項")
            for unit in domain.units
            for number in range(each_unit)
        ]

    monkeypatch.setattr(domain, "subjects", subjects)
    domain.register()
    assert registry.kind_of(CODE).subjects is subjects


def opened(town: SimpleNamespace, period: str) -> int:
    """Open a round; how many queries that asked."""
    with on(f"{period[:4]}-07-05"), CaptureQueriesContext(connection) as asked:
        actions.open_round(town.rdec, CODE, period)
    return len(asked)


def test_whoever_owes_several_returns_is_told_of_them_once(
    town: SimpleNamespace, domain: Domain, sent: list[dict[str, Any]], monkeypatch: Any
) -> None:
    several(domain, 12, monkeypatch)
    with on("2017-07-05"):
        actions.open_round(town.rdec, CODE, "2017-H1")
    told = {frozenset(each["to"]): each for each in sent if each["template"] == "filing.opened"}
    assert len(told) == len([each for each in sent if each["template"] == "filing.opened"]) == 2
    mine = next(each for people, each in told.items() if town.officer.pk in people)
    assert mine["context"]["title"] == "工務局第 0 項等 12 份" and mine["context"]["count"] == "24"
    assert mine["url"] == f"/filing/rounds/{Return.objects.latest('pk').round_id}/"


def test_opening_asks_no_more_for_more_returns_of_the_same_people(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    several(domain, 2, monkeypatch)
    few = opened(town, "2017-H1")
    several(domain, 40, monkeypatch)
    assert opened(town, "2018-H1") <= few


def test_the_grid_comes_by_pages_and_goes_out_whole(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    several(domain, RETURNS_A_PAGE, monkeypatch)
    with on("2017-07-05"):
        made = actions.open_round(town.rdec, CODE, "2017-H1")
        page = browser(town.rdec)
        address = f"/filing/rounds/{made.pk}/grid/"
        first, second = (page.get(address, {"page": n}).content.decode() for n in (1, 2))
        whole = b"".join(page.get(address, {"export": "csv"})).decode()  # type: ignore[arg-type]
    assert "第 1 頁，共 2 頁" in first and "公園局第 0 項" in first and "工務局第 0 項" not in first
    assert "工務局第 0 項" in second and "公園局第 0 項" not in second
    assert "工務局第 0 項" in whole and "公園局第 0 項" in whole


def test_a_column_whose_rows_differ_is_numbered_and_each_cell_says_its_own_label(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    rows = [Row("1", "甲", (Field("a", "件數", "number"),)), Row("2", "乙", (Field("a", "長度", "number"),))]
    monkeypatch.setattr(domain, "rows_of", lambda _filing: rows)
    domain.register()
    with on("2017-07-05"):
        made = actions.open_round(town.rdec, CODE, "2017-H1")
        page = browser(town.rdec).get(f"/filing/rounds/{made.pk}/grid/").content.decode()
    head, body = page.split("<thead>")[1].split("</thead>")
    assert "填報欄 1" in head and "件數" not in head and "長度" not in head
    assert '<span class="meta">件數</span>' in body and '<span class="meta">長度</span>' in body
