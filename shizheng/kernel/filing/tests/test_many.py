"""A round of the whole city: opening it tells each person once, its grid comes by pages, and it is locked in bulk."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.bulk import copy_in
from shizheng.common.errors import CannotDo
from shizheng.kernel.filing import actions, registry, sheets
from shizheng.kernel.filing.models import Entry, Return, Round, SignOff
from shizheng.kernel.filing.pages.grid import RETURNS_A_PAGE
from shizheng.kernel.filing.queries.grid import grid_of
from shizheng.kernel.filing.registry import Field, Row, Subject
from shizheng.kernel.filing.tests.conftest import browser, on
from shizheng.kernel.filing.tests.kind import CODE, Domain
from shizheng.kernel.history import queries as history
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications.models import Delivery, Message
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people


def several(domain: Domain, each_unit: int, monkeypatch: Any) -> None:
    """Let every unit owe so many returns."""

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


def more_agencies(domain: Domain, suffix: str, count: int) -> None:
    """Agencies with an officer each owe returns too."""
    for number in range(count):
        unit = organisations.agency(code=f"{suffix}{number}", name=f"測試局{suffix}{number}")
        people.person(
            "officer", unit, username=f"o{suffix}{number}", email=f"o{suffix}{number}@example.invalid"
        )
        domain.units.append(unit)


def test_opening_asks_no_more_for_more_people_and_writes_down_and_tells_each(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    """400 units with 10 returns each are opened in as many queries as 2 with 2."""
    several(domain, 2, monkeypatch)
    few = opened(town, "2017-H1")
    assert few <= 45
    more_agencies(domain, "a", 20)
    several(domain, 10, monkeypatch)
    before = Message.objects.count()
    assert opened(town, "2018-H1") <= few + 1  # the wishes of those who have an address
    found = Return.objects.filter(round__period="2018-H1")
    assert found.count() == 22 * 10
    for each in found[:30]:
        made = history.entries_of(each)
        assert {entry.action for entry in made} == {"filing.open_round"} and made[0].actor_id == town.rdec.pk
    told = Message.objects.filter(
        template__code="filing.opened", key__in=[f"filing:{each.pk}:opened" for each in found]
    )
    assert told.count() == Message.objects.count() - before == 20 + 4
    assert told.values("user").distinct().count() == 24
    first = told.get(user__username="oa0")
    assert "測試局a0" in first.body and "共 20 項" in first.body and "等 10 份" in first.body
    assert Delivery.objects.filter(message__in=told).count() == 20


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


def test_a_column_whose_rows_differ_has_their_labels_and_each_cell_says_its_own_label(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    rows = [Row("1", "甲", (Field("a", "件數", "number"),)), Row("2", "乙", (Field("a", "長度", "number"),))]
    monkeypatch.setattr(domain, "rows_of", lambda _filing: rows)
    domain.register()
    with on("2017-07-05"):
        made = actions.open_round(town.rdec, CODE, "2017-H1")
        page = browser(town.rdec).get(f"/filing/rounds/{made.pk}/grid/").content.decode()
    head, body = page.split("<thead>")[1].split("</thead>")
    assert "件數／長度" in head
    assert '<span class="meta">件數</span>' in body and '<span class="meta">長度</span>' in body


def test_a_sheet_says_what_each_row_means_by_a_shared_column_and_is_read_back(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    rows = [Row("1", "甲", (Field("a", "件數", "number"),)), Row("2", "乙", (Field("a", "長度", "number"),))]
    monkeypatch.setattr(domain, "rows_of", lambda _filing: rows)
    domain.register()
    with on("2017-07-05"):
        made = actions.open_round(town.rdec, CODE, "2017-H1")
        grid = grid_of(town.officer, made)
        head, first, second = (list(each) for each in sheets.rows_out(grid))
        at = head.index("填報欄說明")
        assert (first[at], second[at]) == ("件數／長度＝件數", "件數／長度＝長度")
        first[head.index("件數／長度")] = "12"
        wanted, problems = sheets.rows_in(
            grid, [[str(cell or "") for cell in row] for row in (head, first, second)]
        )
    assert not problems and [(each.row, each.text) for found in wanted.values() for each in found] == [
        ("1", "12")
    ]


def test_columns_keep_the_order_of_the_rows_and_two_of_one_name_are_told_apart(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    """What is computed has a narrative alone, and comes first; the number still stands before the narrative."""
    text = Field("text", "說明", "long_text", required=False)
    number, other = Field("a", "件數", "number"), Field("b", "件數", "number")
    rows = [Row("1", "甲", (text,)), Row("2", "乙", (number, other, text))]
    monkeypatch.setattr(domain, "rows_of", lambda _filing: rows)
    domain.register()
    with on("2017-07-05"):
        made = actions.open_round(town.rdec, CODE, "2017-H1")
        grid = grid_of(town.officer, made)
    assert grid.columns == [("a", "件數"), ("b", "件數 (2)"), ("text", "說明")]


def test_a_column_that_many_rows_call_otherwise_names_three_of_them(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    labels = ("件數", "長度", "面積", "人次", "時數")
    rows = [Row(label, label, (Field("a", label, "number"), Field("b", label, "text"))) for label in labels]
    monkeypatch.setattr(domain, "rows_of", lambda _filing: rows)
    domain.register()
    with on("2017-07-05"):
        grid = grid_of(town.officer, actions.open_round(town.rdec, CODE, "2017-H1"))
    heading = "件數／長度／面積等 5 種"
    assert grid.columns == [("a", heading), ("b", f"{heading} (2)")]


def signed_round(town: SimpleNamespace, period: str) -> Round:
    """A round all of whose returns are filled in and signed, as two levels would have done."""
    with on(f"{period[:4]}-07-05"):
        found = actions.open_round(town.rdec, CODE, period)
        with recorded(by=town.rdec, action="tests.sign"):
            now = clock.now()
            Entry.objects.bulk_create(
                Entry(filing=each, row=row, field=name, text="216", saved_at=now)
                for each in found.returns.all()
                for row in ("1", "2")
                for name in ("a", "b")
            )
            found.returns.update(
                state="signed", signed_levels=2, submitted_at=now, signed_at=now, submitted_by=town.officer
            )
    return found


def locking(town: SimpleNamespace, found: Round) -> int:
    """Lock a round; how many queries that asked."""
    with on(f"{found.period[:4]}-07-20"), CaptureQueriesContext(connection) as asked:
        actions.lock_round(town.rdec, found.pk)
    return len(asked)


def test_locking_asks_no_more_for_more_returns_and_writes_each_down(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    several(domain, 1, monkeypatch)
    few = locking(town, signed_round(town, "2017-H1"))
    several(domain, 25, monkeypatch)
    found = signed_round(town, "2018-H1")
    versions = dict(found.returns.values_list("pk", "version"))
    assert len(versions) == 50
    assert locking(town, found) <= few <= 20
    for each in found.returns.all():
        assert (each.state, each.version) == ("locked", versions[each.pk] + 1) and each.locked_at
        assert history.entries_of(each)[0].action == "filing.lock_round"
        (note,) = each.sign_offs.all()
        assert (note.decision, note.by_id, note.recorded_action) == (
            "locked",
            town.rdec.pk,
            "filing.lock_round",
        )
        assert len(note.content) == 4
    assert [pk for pk, _content in domain.locked[-50:]] == sorted(versions)


def test_a_kind_may_take_all_returns_at_once_and_what_it_raises_undoes_everything(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    taken: list[list[tuple[int, int]]] = []

    def on_lock_all(_actor: Any, locked: Any) -> None:
        taken.append([(filing.pk, len(entries)) for filing, entries in locked])
        domain.on_lock(None, *locked[-1])

    several(domain, 3, monkeypatch)
    registry.register(replace(domain.register(), on_lock_all=on_lock_all))
    found = signed_round(town, "2017-H1")
    domain.broken = True
    with pytest.raises(CannotDo, match="不能接受鎖定"):
        locking(town, found)
    assert Round.objects.get(pk=found.pk).state == "open" and not SignOff.objects.exists()
    assert set(found.returns.values_list("state", flat=True)) == {"signed"}
    domain.broken = False
    locking(town, found)
    assert taken[-1] == [(pk, 4) for pk in found.returns.order_by("pk").values_list("pk", flat=True)]
    assert len(taken) == 2 and len(domain.locked) == 1


def test_the_list_of_a_round_reads_no_more_of_each_return_than_it_shows(
    town: SimpleNamespace, domain: Domain, monkeypatch: Any
) -> None:
    several(domain, 30, monkeypatch)
    with on("2017-07-05"):
        found = actions.open_round(town.rdec, CODE, "2017-H1")
        page = browser(town.rdec)
        page.get(f"/filing/rounds/{found.pk}/")
        with CaptureQueriesContext(connection) as asked:
            shown = page.get(f"/filing/rounds/{found.pk}/").content.decode()
    rows = next(each["sql"] for each in asked if "LIMIT 50" in each["sql"])
    assert '"round"."ladder"' not in rows and "ladder" not in rows and "password" not in rows
    assert len(asked) <= 15 and shown.count("data-key-row") == 50
    assert '<td class="' in shown and ' cell-lead" data-label="填報表"><a href="/filing/returns/' in shown
    assert shown.count('data-label="到期日"') == 50 and shown.count("<td ") == shown.count("</td>")


def test_thousands_of_new_entries_go_in_as_one_act_with_their_history_or_not_at_all(
    town: SimpleNamespace,
) -> None:
    with on("2017-07-05"):
        filing = actions.open_round(town.rdec, CODE, "2017-H1").returns.get(unit=town.works)
    odd = 'a\tb\nc\\d "e" 甲\u3000乙'
    rows = [
        Entry(filing=filing, row=str(n), field="text", text=odd if n == 7 else f"{n}", source={"kind": "typed", "n": n},
              saved_by_id=town.officer.pk, saved_name="承辦人", saved_at=clock.now())
        for n in range(2000)
    ]  # fmt: skip
    with recorded(by=town.officer, action="tests.copy"), CaptureQueriesContext(connection) as asked:
        copy_in(rows)
        copy_in([])
    assert not any("INSERT" in each["sql"] for each in asked)
    kept = {each.row: each for each in Entry.objects.filter(filing=filing, field="text")}
    assert len(kept) == 2000 and kept["7"].text == odd and kept["7"].source == {"kind": "typed", "n": 7}
    assert kept["8"].version == 1 and kept["8"].saved_by_id == town.officer.pk
    told = history.entries_of(kept["7"])
    assert [(each.action, each.after["text"]) for each in told] == [("tests.copy", odd)]
    again = Entry(filing=filing, row="new", field="text", text="x", saved_at=clock.now())
    with pytest.raises(IntegrityError), recorded(by=town.officer, action="tests.copy"):
        copy_in([again, *rows[:1]])
    assert not Entry.objects.filter(row="new").exists()
