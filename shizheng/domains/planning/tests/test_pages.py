"""Pages: who may open what, the review beside the source, two officers, what the public sees."""

import csv
import io
import json
from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Item, Kpi, Plan, PlanState
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.measures.queries import as_of_day

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_every_part_of_a_plan_opens(town: SimpleNamespace, accepted: Plan) -> None:
    client = signed_in(town.officer)
    kpi = Kpi.objects.filter(goal__plan=accepted).first()
    row = accepted.results.first()
    parts = ["", "work/", "results/", "history/", "source/", "review/", "plan.json", "plan.csv"]
    addresses = [f"/planning/plans/{accepted.pk}/{part}" for part in parts]
    addresses += ["/planning/", f"/planning/agencies/{town.works.pk}/", "/planning/kpis/", "/planning/plans/"]
    addresses += [
        f"/planning/kpis/{kpi.pk}/",
        f"/planning/goals/{kpi.goal_id}/",
        f"/planning/results/{row.pk}/",
    ]
    addresses += [
        "/planning/trend/?until=107",
        f"/planning/edit/kpi/{kpi.pk}/",
        "/planning/kpis/?status=not_filed",
    ]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert "style=" not in text(response) and "<script>" not in text(response), address


@pytest.mark.parametrize(
    "query", ["?year=abc", "?year=999999", "?period=x", "?as_of=nonsense", "?period=2018-13", "?unit=%00"]
)
def test_nonsense_in_an_address_is_no_error(town: SimpleNamespace, accepted: Plan, query: str) -> None:
    client = signed_in(town.leader)
    for page in ("/planning/", "/planning/kpis/", f"/planning/agencies/{town.works.pk}/", "/planning/trend/"):
        assert client.get(page + query).status_code == 200


def test_an_upload_leads_to_the_review_beside_its_source(town: SimpleNamespace) -> None:
    client = signed_in(town.control)
    upload = SimpleUploadedFile("107.txt", plan_text(town.works.name))
    response = client.post("/planning/plans/import/", {"file": upload}, follow=True)
    shown = text(response)
    assert "對照來源檢查" in shown and "(進度相符件數/列管件數)*100%" in shown
    assert "source-box" in shown
    again = client.post(
        "/planning/plans/import/",
        {"file": SimpleUploadedFile("b.txt", plan_text(town.works.name))},
        follow=True,
    )
    assert "先前已經匯入" in text(again) and Plan.objects.count() == 1


def test_a_file_that_is_no_plan_is_said_on_the_form(town: SimpleNamespace) -> None:
    client = signed_in(town.control)
    for given in ({"file": SimpleUploadedFile("a.txt", b"hello")}, {"text": "只是文字"}, {}):
        response = client.post("/planning/plans/import/", given)
        assert response.status_code == 422 and 'role="alert"' in text(response)
    assert not Plan.objects.exists()


def test_accepting_and_publishing_by_the_buttons(town: SimpleNamespace, draft: Plan) -> None:
    address = f"/planning/plans/{draft.pk}/"
    assert signed_in(town.officer).post(address + "accept/", {"version": draft.version}).status_code == 403
    stale = signed_in(town.head).post(address + "accept/", {"version": 99}, follow=True)
    assert "又改過了" in text(stale)
    signed_in(town.head).post(address + "accept/", {"version": draft.version})
    draft.refresh_from_db()
    assert draft.state == PlanState.ACCEPTED
    signed_in(town.rdec_head).post(address + "publish/", {"version": draft.version})
    draft.refresh_from_db()
    assert draft.state == PlanState.PUBLISHED


def test_the_second_officer_keeps_what_was_typed_and_sees_what_the_first_saved(
    town: SimpleNamespace, draft: Plan
) -> None:
    kpi = Kpi.objects.get(goal__plan=draft, name="工程進度相符率")
    given = {"version": kpi.version, "name": kpi.name, "weight": "15", "unit": "%", "direction": ">="}
    signed_in(town.officer).post(f"/planning/edit/kpi/{kpi.pk}/", {**given, "method": "第一位存的"})
    second = {**given, "method": "第二位打的"}
    response = signed_in(town.officer2).post(f"/planning/edit/kpi/{kpi.pk}/", second)
    shown = text(response)
    assert response.status_code == 409
    assert (
        "第一位存的" in shown
        and "第二位打的" in shown
        and f'name="version" value="{kpi.version + 1}"' in shown
    )
    signed_in(town.officer2).post(f"/planning/edit/kpi/{kpi.pk}/", {**second, "version": kpi.version + 1})
    kpi.refresh_from_db()
    assert kpi.method == "第二位打的"
    last = {**given, "version": kpi.version, "method": "再改"}
    response = signed_in(town.officer).post(f"/planning/edit/kpi/{kpi.pk}/?back=review", last)
    assert response["Location"] == f"/planning/plans/{draft.pk}/review/"


def test_an_officer_confirms_the_figures_that_the_page_proposes(
    town: SimpleNamespace, accepted: Plan
) -> None:
    row = accepted.results.get(kpi_name="工程進度相符率")
    client = signed_in(town.officer)
    assert "恰好相符" in text(client.get(f"/planning/results/{row.pk}/"))
    given = {"act": "confirm", "version": row.version, "pick_a": 2, "pick_b": 1}
    shown = text(client.post(f"/planning/results/{row.pk}/", given, follow=True))
    assert "77.31" in shown and "已登錄" in shown
    assert "哪個數字是什麼" not in text(signed_in(town.leader).get(f"/planning/results/{row.pk}/"))


def test_the_public_sees_published_plans_and_nothing_else(town: SimpleNamespace, accepted: Plan) -> None:
    public = Client()
    assert text(public.get("/planning/public/")).count("cards-link") == 0
    for part in ("", "plan.json", "plan.csv"):
        assert public.get(f"/planning/public/{accepted.pk}/{part}").status_code == 404
    actions.publish_plan(town.rdec_head, accepted.pk, version=accepted.version)
    assert town.works.name in text(public.get("/planning/public/"))
    shown = text(public.get(f"/planning/public/{accepted.pk}/"))
    assert "工程進度相符率" in shown and "未填報" in shown
    document = json.loads(public.get(f"/planning/public/{accepted.pk}/plan.json").content)
    assert document["goals"][0]["kpis"][0]["weight"] == "15"
    response = public.get(f"/planning/public/{accepted.pk}/plan.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 4 and rows[1][6] == "工程進度相符率"
    assert public.get(f"/planning/plans/{accepted.pk}/").status_code == 302


def test_a_cell_never_starts_a_formula(town: SimpleNamespace) -> None:
    data = (
        plan_text(town.works.name)
        .decode()
        .replace("工程進度相符率(15%)\t1", "=HYPERLINK相符率(15%)\t1")
        .encode()
    )
    plan = actions.import_plan(town.control, data, "107.txt").plan
    response = signed_in(town.officer).get(f"/planning/plans/{plan.pk}/plan.csv")
    assert "\n=HYPER" not in text(response) and ",=HYPER" not in text(response)


def test_another_day_shows_no_plan_that_was_not_there(town: SimpleNamespace, accepted: Plan) -> None:
    client = signed_in(town.officer)
    assert client.get(f"/planning/plans/{accepted.pk}/?as_of=100-01-01").status_code == 404
    assert client.get("/planning/?as_of=100-01-01").status_code == 200


def test_my_work_names_what_waits_for_whom(town: SimpleNamespace, draft: Plan) -> None:
    from shizheng.common import clock
    from shizheng.web import work

    def titles(person: Any) -> list[str]:
        person.forget_authority()
        return [str(item.title) for item in work.items_for(person, clock.today())]

    assert any("採認" in title for title in titles(town.head))
    assert not any("採認" in title for title in titles(town.officer))
    plan = actions.accept_plan(town.head, draft.pk, version=draft.version)
    assert any("公布" in title for title in titles(town.rdec_head))
    assert any("成果數字" in title for title in titles(town.officer))
    assert not any("成果數字" in title for title in titles(town.other)), plan


def test_what_stands_in_a_document_never_becomes_markup_or_a_formula(town: SimpleNamespace) -> None:
    evil = '"><img src=x onerror=alert(1)></script><script>alert(1)</script>'
    plan = actions.import_plan(town.control, plan_text(town.works.name), f"{evil[:40]}.txt").plan
    kpi = Kpi.objects.filter(goal__plan=plan).first()
    assert kpi is not None
    actions.edit_goal(
        town.officer, kpi.goal_id, version=kpi.goal.version, changes={"name": evil, "description": evil}, reason=evil
    )  # fmt: skip
    changes = {"name": f"=HYPERLINK(1){evil}", "target_text": f" =1+1{evil}", "formula_text": f"＝1{evil}"}
    actions.edit_kpi(town.officer, kpi.pk, version=kpi.version, changes=changes, reason=evil)
    actions.accept_plan(town.head, plan.pk, version=None)
    actions.publish_plan(town.rdec_head, plan.pk, version=None)
    kpi.refresh_from_db()
    client = signed_in(town.officer)
    parts = ["", "work/", "results/", "history/", "source/", "review/"]
    for address in [
        *(f"/planning/plans/{plan.pk}/{part}" for part in parts),
        f"/planning/kpis/{kpi.pk}/",
        f"/planning/goals/{kpi.goal_id}/",
        f"/planning/public/{plan.pk}/",
        f"/planning/edit/kpi/{kpi.pk}/",
        "/planning/kpis/?year=107",
        "/planning/?year=107",
        "/search/?q=HYPERLINK",
        f"/measures/{kpi.measure_id}/",
    ]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert "<img src=x" not in text(page) and "<script>alert" not in text(page), address
    exported = text(client.get(f"/planning/plans/{plan.pk}/plan.csv"))
    cells = [cell for row in csv.reader(io.StringIO(exported.lstrip("\ufeff"))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.lstrip().startswith(("=", "＝")) for cell in cells)


def test_a_year_is_asked_for_and_shown_as_the_reader_counts(town: SimpleNamespace, accepted: Plan) -> None:
    reader = signed_in(town.officer)
    roc, year = accepted.roc_year, accepted.roc_year + 1911
    for asked in (roc, year):
        assert accepted.title in text(reader.get(f"/planning/plans/?roc_year={asked}"))
        assert accepted.title not in text(reader.get(f"/planning/plans/?roc_year={asked + 1}"))
    assert f">{roc}<" in text(reader.get("/planning/plans/")).replace("\n", "")
    reader.cookies["django_language"] = "en"
    assert f">{year}<" in text(reader.get("/planning/plans/")).replace("\n", "")


def test_work_and_results_of_a_day_are_those_of_that_day(town: SimpleNamespace, accepted: Plan) -> None:
    row = next(each for each in queries.results(accepted.pk) if each.kpi_name == "工區缺失件數")
    item = Item.objects.filter(work_plan__plan=accepted).first()
    assert item is not None
    before, today = item.title, clock.today()
    with clock.set_to(datetime.combine(today + timedelta(days=5), time(9), clock.TAIPEI)):
        actions.edit_item(
            town.officer, item.pk, version=item.version, changes={"title": "改過的項目"}, reason="照實際"
        )
        actions.mark_not_yet_measurable(town.officer, row.pk, version=row.version, reason="還要等主管機關")
        client, then = signed_in(town.officer), f"?as_of={today.isoformat()}"
        work, results = (f"/planning/plans/{accepted.pk}/{part}/" for part in ("work", "results"))
        assert "改過的項目" in text(client.get(work)) and "還要等主管機關" in text(client.get(results))
        past = text(client.get(work + then))
        assert before in past and "改過的項目" not in past
        assert "還要等主管機關" not in text(client.get(results + then))
        with CaptureQueriesContext(connection) as asked:
            queries.work_plans(accepted.pk, as_of_day(today))
        assert len(asked) <= 7


def test_search_finds_a_goal_of_a_loaded_plan_and_of_no_hidden_draft(
    town: SimpleNamespace, draft: Plan
) -> None:
    goal = draft.goals.first()  # type: ignore[attr-defined]
    actions.edit_goal(
        town.officer, goal.pk, version=goal.version, changes={"name": "強化策動績效"}, reason="改名"
    )
    address = f"/planning/goals/{goal.pk}/"
    assert address in text(signed_in(town.officer).get("/search/?q=策動"))
    assert address not in text(signed_in(town.leader).get("/search/?q=策動"))
    actions.accept_plan(town.head, draft.pk, version=None)
    assert address in text(signed_in(town.leader).get("/search/?q=策動"))


def test_the_public_home_counts_years_as_the_reader_does(town: SimpleNamespace, accepted: Plan) -> None:
    actions.publish_plan(town.rdec_head, accepted.pk, version=None)
    english = text(Client(headers={"accept-language": "en"}).get("/public/"))
    assert "annual plan 2018" in english and "annual plan 107" not in english
    assert "107 年度施政計畫" in text(Client(headers={"accept-language": "zh-hant"}).get("/public/"))
