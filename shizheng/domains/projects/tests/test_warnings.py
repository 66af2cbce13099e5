"""Warnings of a month: worked out from locked months, kept as given, and judged by what came of them."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.actions.warnings import warn
from shizheng.domains.projects.models import EarlyWarning, MonthRecord, PlanVersion, Project
from shizheng.domains.projects.pages.warnings import sentence
from shizheng.domains.projects.queries import warnings as queries
from shizheng.domains.projects.tests.month_town import happen, on, tender
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import parse_period

MONTHS = [f"2025-{month:02d}" for month in range(3, 10)]
D = Decimal


def locked(project: Project, actuals: dict[str, str | None], until: str = "2025-09") -> None:
    """Months as their lock leaves them: planned 5 percent more each month from 45 on, the works' part left out."""
    plan = PlanVersion.objects.get(project=project)
    with recorded(by=SYSTEM, action="tests.lock"):
        for place, period in enumerate(code for code in MONTHS if code <= until):
            actual = actuals.get(period)
            MonthRecord.objects.create(
                project=project, period=period, plan=plan, filed=actual is not None, state="performing",
                planned=D(55 + 5 * place), actual=None if actual is None else D(actual),
            )  # fmt: skip


def steady(*steps: int) -> dict[str, str | None]:
    """Actual progress that begins at 55 and goes on by these steps."""
    found, now = {}, 55
    for period, step in zip(MONTHS, (0, *steps), strict=False):
        now += step
        found[period] = str(now)
    return found  # type: ignore[return-value]


@pytest.fixture
def year(month_town: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Twelve tenders that keep to their plans, three that stand still from June on, one that stops in August."""
    town = month_town
    town.good = [tender(town.works, f"114-W-{number:03d}", name=f"好{number}") for number in range(12)]
    town.bad = [tender(town.parks, f"114-P-{number:03d}", name=f"慢{number}") for number in range(3)]
    town.near = tender(town.works, "114-W-900", name="停下來的")
    for each in town.good:
        locked(each, steady(5, 5, 5, 5, 5, 5))
    for each in town.bad:
        locked(each, steady(5, 5, 0, 0, 0, 0))
    locked(town.near, steady(5, 5, 5, 5, 4, 0))
    for each in (*town.good, *town.bad, town.near):
        happen(each, "announced", "2025-01-20")
        happen(each, "awarded", "2025-02-14", "performing")
    yield town


@pytest.mark.django_db
def test_who_stopped_is_warned_of_and_who_fell_already_is_not(year: SimpleNamespace) -> None:
    assert warn(SYSTEM, parse_period("2025-09")) == 13  # three of sixteen are severely behind already
    found = {each.project_id: each for each in EarlyWarning.objects.all()}
    assert not found.keys() & {each.pk for each in year.bad}
    stopped, steady_one = found[year.near.pk], found[year.good[0].pk]
    assert stopped.share is not None and steady_one.share is not None and stopped.share > steady_one.share
    assert stopped.alike >= stopped.less > 0 and stopped.lag == -6
    assert str(stopped.less) in sentence(stopped) and "沒有做到" in sentence(stopped)


@pytest.mark.django_db
def test_a_warning_stays_as_it_was_given(year: SimpleNamespace) -> None:
    warn(SYSTEM, parse_period("2025-09"))
    before = list(EarlyWarning.objects.values_list("project_id", "share").order_by("pk"))
    assert warn(SYSTEM, parse_period("2025-09")) == 0
    assert list(EarlyWarning.objects.values_list("project_id", "share").order_by("pk")) == before


@pytest.mark.django_db
def test_with_little_past_nothing_is_invented_and_the_rule_speaks_alone(month_town: SimpleNamespace) -> None:
    slow = tender(month_town.works, "114-W-001")
    locked(slow, steady(5, 2, 0), until="2025-06")
    warn(SYSTEM, parse_period("2025-06"))
    found = EarlyWarning.objects.get()
    assert found.share is None and found.near and found.lag == -8
    assert sentence(found) == "過去的月份還太少，不估機會。"


@pytest.mark.django_db
def test_past_warnings_are_held_against_what_came(year: SimpleNamespace) -> None:
    assert queries.quality() is None
    for period in ("2025-06", "2025-07"):
        warn(SYSTEM, parse_period(period))
    found = queries.quality(parse_period("2025-09"))
    assert (
        found is not None and found.warned == 16 + 13
    )  # at the end of July three are ten behind: none may fall any more
    assert (found.ours.fell, found.ours.all) == (3, 29) and sum(each.given for each in found.bands) == 29


@pytest.mark.django_db
def test_the_pages_tell_who_why_and_how_good(
    year: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    warn(SYSTEM, parse_period("2025-07"))
    warn(SYSTEM, parse_period("2025-09"))
    client = Client()
    client.force_login(year.leader)
    client.get("/projects/register/warnings/")
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        page = client.get("/projects/register/warnings/").content.decode()
    assert "停下來的" in page and "相似的" in page and "慢0" not in page
    near = client.get("/projects/register/warnings/?near=1").content.decode()
    assert "停下來的" in near and "好0" not in near
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        record = client.get("/projects/register/warnings/record/").content.decode()
    assert "模擬、未驗證" in record and "只看近月速度" in record
    assert "找到率" in record and "依規則「即將落後」" in record
    sheet = b"".join(client.get("/projects/register/warnings/?export=csv")).decode("utf-8-sig")
    assert "停下來的" in sheet and "沒有做到" in sheet


@pytest.mark.django_db
def test_each_chance_opens_its_reasons_its_sums_and_what_came_of_it(
    year: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    warn(SYSTEM, parse_period("2025-07"))
    warn(SYSTEM, parse_period("2025-09"))
    found = EarlyWarning.objects.get(period="2025-09", project=year.near)
    client = Client()
    client.force_login(year.leader)
    there = f"/projects/register/warnings/{found.pk}/"
    assert there in client.get("/projects/register/warnings/").content.decode()
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        page = client.get(there).content.decode()
    last = found.trace["levels"][-1]
    assert f"({last['less']} + 10 × " in page and f"÷ ({last['alike']} + 10)" in page
    assert "不夠" in page and "還不知道" in page and "依規則列入該機關下一次的標案會報" in page
    assert "離嚴重落後的 10 在 3 以內" in page or "照近月速度兩個月後差距" in page
    early = EarlyWarning.objects.get(period="2025-07", project=year.near)
    assert "兩個月內沒有嚴重落後" in client.get(f"/projects/register/warnings/{early.pk}/").content.decode()
    on_tender = client.get(f"/projects/register/{year.near.pk}/").content.decode()
    assert there in on_tender
    assert client.get("/projects/register/warnings/999999/").status_code == 404
    assert Client().get(there).status_code == 302


@pytest.mark.django_db
def test_as_of_a_day_a_warning_tells_what_was_known_then(year: SimpleNamespace) -> None:
    fell = year.near
    with on("2027-04-10"):
        warn(SYSTEM, parse_period("2025-09"))
    with on("2027-04-20"), recorded(by=SYSTEM, action="tests.lock"):
        plan = PlanVersion.objects.get(project=fell)
        MonthRecord.objects.create(
            project=fell,
            period="2025-10",
            plan=plan,
            filed=True,
            state="performing",
            planned=D(90),
            actual=D(79),
        )
    found = EarlyWarning.objects.get(period="2025-09", project=fell)
    with on("2027-04-25"):
        actions.edit_project(year.rdec, fell.pk, version=None, changes={"name": "後來改的名"}, reason="改名")
        client, there = Client(), f"/projects/register/warnings/{found.pk}/"
        client.force_login(year.rdec)
        now = client.get(there).content.decode()
        then = client.get(f"{there}?as_of=2027-04-15").content.decode()
        assert "兩個月內嚴重落後了" in now and "後來改的名" in now and "排定實地查訪" in now
        assert "還不知道" in then and "兩個月內嚴重落後了" not in then
        assert "停下來的" in then and "後來改的名" not in then and "排定實地查訪" not in then
        too_early = client.get(f"{there}?as_of=2027-04-05")
        assert too_early.status_code == 404 and "那一天還沒有這個預警" in too_early.content.decode()
        api = f"/api/v1/projects/warnings/{found.pk}"
        assert client.get(api).json()["fell"] is True
        assert client.get(f"{api}?as_of=2027-04-15").json()["fell"] is None
        assert client.get(f"{api}?as_of=2027-04-05").status_code == 404


@pytest.mark.django_db
def test_whoever_counts_the_exported_warnings_gets_the_figures_of_the_page(year: SimpleNamespace) -> None:
    for period in ("2025-06", "2025-07", "2025-09"):
        warn(SYSTEM, parse_period(period))
    client = Client()
    client.force_login(year.leader)
    sheet = b"".join(client.get("/projects/register/warnings/record/?export=csv")).decode("utf-8-sig")
    head, *rows = list(csv.reader(sheet.splitlines()))
    came, near = head.index("兩個月內嚴重落後"), head.index("即將落後")
    quality = queries.quality()
    assert quality is not None
    over = [row for row in rows if row[came] != "還不知道"]
    assert (len(over), sum(row[came] == "是" for row in over)) == (quality.warned, quality.ours.fell)
    assert sum(row[near] == "是" for row in over) == quality.near.given
    assert {row[0] for row in rows if row[came] == "還不知道"} == {"2025-09"}


@pytest.mark.django_db
def test_the_list_counts_those_that_the_agencies_meetings_hear_of(year: SimpleNamespace) -> None:
    warn(SYSTEM, parse_period("2025-09"))
    client = Client()
    client.force_login(year.leader)
    likely = EarlyWarning.objects.filter(share__gte=D("0.5"))
    page = client.get("/projects/register/warnings/?likely=1").content.decode()
    assert "機會達 50%" in page and ("停下來的" in page) == likely.filter(project=year.near).exists()
    assert "好0" not in page
    before = client.get("/projects/register/warnings/?as_of=109-01-01").content.decode()
    assert "停下來的" not in before


@pytest.mark.django_db
def test_programs_read_who_why_by_which_rule_and_how_good(
    year: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    client, base = Client(), "/api/v1/projects"
    client.force_login(year.leader)
    empty = client.get(f"{base}/warnings").json()
    assert (empty["period"], empty["count"], empty["items"]) == (None, 0, [])
    warn(SYSTEM, parse_period("2025-06"))
    warn(SYSTEM, parse_period("2025-07"))
    warn(SYSTEM, parse_period("2025-09"))
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        found = client.get(f"{base}/warnings").json()
    assert found["period"] == "2025-09" and found["periods"] == ["2025-09", "2025-07", "2025-06"]
    assert found["count"] == 13 and found["items"][0]["name"] == "停下來的"
    assert {each["code"] for each in found["rules"]} >= {"TC-18", "tender.warning_margin"}
    assert "沒有做到" in found["items"][0]["why"] and found["items"][0]["lag"] == "-6"
    near = client.get(f"{base}/warnings?near=true").json()
    assert [each["project_id"] for each in near["items"]] == [year.near.pk]
    of_agency = client.get(f"{base}/warnings?period=2025-07&agency_id={year.bad[0].agency_id}").json()
    assert (
        of_agency["count"]
        == EarlyWarning.objects.filter(period="2025-07", project__agency=year.bad[0].agency_id).count()
    )
    before = client.get(f"{base}/warnings?as_of=2020-01-01").json()
    assert before["count"] == 0 and before["periods"] == []
    assert client.get(f"{base}/warnings?period=114").status_code == 422
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        traced = client.get(f"{base}/warnings/{found['items'][0]['id']}").json()
    assert (
        traced["warning"]["name"] == "停下來的" and traced["levels"][-1]["less"] == found["items"][0]["less"]
    )
    assert traced["near_why"] and traced["fell"] is None and traced["leaning"] == 10 and traced["examples"]
    assert client.get(f"{base}/warnings/999999").status_code == 404
    one = client.get(f"{base}/register/{year.near.pk}/warnings").json()
    assert [each["period"] for each in one["items"]] == ["2025-09", "2025-07", "2025-06"]
    assert client.get(f"{base}/register/999999/warnings").status_code == 404
    record = client.get(f"{base}/warnings/record?until=2025-09").json()
    assert record["warned"] == 29 and record["by_alike_months"]["all"] == 29 and record["bands"]
    assert record["by_rule_list"]["all"] == 29 and record["beats_slope"] in (True, False)
    assert record["by_alike_months"]["recall"] and record["simulated"] is False
    assert record["trial"]["label"] == "模擬、未驗證"
    assert Client().get(f"{base}/warnings").status_code == 401
