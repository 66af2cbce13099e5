"""The register and the page of a tender as they stood on a day: state, name, plan, what was told, what was brought back."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Programme
from shizheng.domains.projects.tests.month_town import on
from shizheng.domains.projects.tests.town import enter, make_town, plan, tell
from shizheng.kernel.files.tests import samples

pytestmark = pytest.mark.django_db
EARLY, LATE = "114-03-15", "114-04-15"


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """Entered and announced in March; renamed, planned and awarded in April; another tender came in April."""
    with on("2025-03-01"):
        made = make_town()
        made.project = enter(made)
    with on("2025-03-10"):
        tell(made.control, made.project, ("announced", date(2025, 3, 10)))
    with on("2025-04-10"):
        actions.edit_project(
            made.control,
            made.project.pk,
            version=None,
            changes={"name": "東橋重建工程", "level": "city"},
            reason="改名",
        )
        plan(made, made.project, date(2025, 1, 1))
        tell(made.control, made.project, ("awarded", date(2025, 4, 9)))
        actions.add_site_note(made.control, made.project.pk, values={"text": "圍籬完成"}, key="n1")
        made.later = enter(made, "後來的標案")
    return made


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_says_what_was_known_then(town: SimpleNamespace) -> None:
    client, address = browser(town.control), f"/projects/register/{town.project.pk}/"
    with on("2025-05-01"):
        then, now = (client.get(f"{address}?as_of={day}").content.decode() for day in (EARLY, LATE))
        for words in ("東橋重建工程", "甲營造", "圍籬完成", "履約中"):
            assert words in now and words not in then, words
        assert "東橋改建工程" in then and "還沒有預定進度" in then and "招標中" in then
        assert (
            "登錄事件" not in then
            and "上傳相片" not in then
            and "登錄事件" in client.get(address).content.decode()
        )
        assert client.get(f"{address}?as_of=114-02-01").status_code == 404
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{address}?as_of={EARLY}")
        assert len(asked) <= 12


def test_the_page_of_a_tender_with_all_that_a_tender_has_asks_little_a_year_back(
    town: SimpleNamespace,
) -> None:
    with on("2025-03-12"):
        programmes, lake = list(Programme.objects.order_by("pk")[:3]), "東湖步道工程"
        full = enter(town, lake, programmes={each.pk: None for each in programmes}, promise_codes="1-1")
        tell(town.control, full, ("announced", date(2025, 3, 10)))
        plan(town, full, date(2025, 1, 1))
        actions.add_photo(
            town.control, full.pk, samples.photograph(), name="工地.jpg", values={"caption": "橋墩"}
        )
        called = {"visit_on": date(2025, 3, 20), "called_by": "測試參事", "why": "severe", "grounds": "落後"}
        actions.call_visit(town.rdec, full.pk, {**called, "units": [town.parks.pk]})
        actions.raise_matter(town.control, full.pk, {"unit_id": town.parks.pk, "text": "請協助移樹"})
    with on("2026-03-20"):
        actions.edit_project(
            town.control, full.pk, version=None, changes={"name": "改了名", "programmes": {}}, reason="更正"
        )
        client, address = browser(town.rdec), f"/projects/register/{full.pk}/?as_of={EARLY}"
        page = client.get(address).content.decode()
        assert (
            all(each in page for each in (lake, *(each.name for each in programmes), "橋墩", "請協助移樹"))
            and "改了名" not in page
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 15


def test_the_register_lists_what_stood_then_and_picks_by_it(town: SimpleNamespace) -> None:
    client = browser(town.leader)
    with on("2025-05-01"):

        def names(query: str) -> str:
            answer = client.get(f"/projects/register/?export=csv&{query}")
            return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

        assert "東橋改建工程" in names(f"as_of={EARLY}") and "後來的標案" not in names(f"as_of={EARLY}")
        assert "東橋重建工程" in names(f"as_of={LATE}&state=performing&level=city")
        assert "東橋" not in names(f"as_of={EARLY}&state=performing")
        assert "東橋改建" in names(f"as_of={EARLY}&state=tendering&q=改建&agency={town.works.pk}")
        assert "東橋" not in names(f"as_of={EARLY}&q=重建")
        page = client.get(f"/projects/register/?as_of={EARLY}").content.decode()
        assert "招標中" in page and "後來的標案" not in page


def test_the_map_shows_tenders_with_a_place_and_the_list_says_the_same(town: SimpleNamespace) -> None:
    placed = {"longitude": "120.6", "latitude": "24.1"}
    with on("2025-05-01"):
        from decimal import Decimal

        enter(town, "有座標的標案", **{name: Decimal(value) for name, value in placed.items()})
        page = browser(town.leader).get("/projects/register/map/").content.decode()
        assert "3 件裡 1 件有座標" in page and "有座標的標案" in page and '"cluster": true' in page
        assert (
            "沒有有座標的標案"
            in browser(town.leader).get("/projects/register/map/?state=performing").content.decode()
        )


def test_the_map_shows_the_tenders_as_they_stood_then(town: SimpleNamespace) -> None:
    from decimal import Decimal

    place = {"longitude": Decimal("120.6"), "latitude": Decimal("24.1")}
    with on("2025-03-12"):
        placed = enter(town, "三月的標案", **place)
    with on("2025-04-20"):
        enter(town, "四月的標案", **place)
        actions.edit_project(
            town.control, placed.pk, version=None, changes={"name": "改名的標案"}, reason="改名"
        )
        actions.withdraw_project(
            town.rdec, placed.pk, version=None, ground="merged", on=date(2025, 4, 20), reason="併案"
        )
    client = browser(town.leader)
    with on("2025-05-01"):

        def page(query: str) -> str:
            return client.get(f"/projects/register/map/?{query}").content.decode()

        early = page(f"as_of={EARLY}")
        assert "2 件裡 1 件有座標" in early and "三月的標案" in early
        assert "四月的標案" not in early and "改名的標案" not in early
        assert "1 件裡 0 件有座標" in page(f"as_of={EARLY}&state=tendering")
        assert "1 件裡 0 件有座標" in page("as_of=114-03-11")
        now = page("")
        assert "四月的標案" in now and "改名的標案" not in now and "三月的標案" not in now
        assert "改名的標案" in page("state=withdrawn")
