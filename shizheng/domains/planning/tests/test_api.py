"""The API: the same rules as the pages, versions by ETag, no failure of ours on any input."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.tests.conftest import plan_text

ROOT = "/api/v1/planning"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    call = getattr(client, method)
    return call(ROOT + path, json.dumps(body), content_type="application/json", headers=headers)


def test_import_by_text_and_by_bytes_is_one_plan(town: SimpleNamespace) -> None:
    client = client_of(town.control)
    data = plan_text(town.works.name)
    dry = send(
        client, "post", "/plans/import", {"file_name": "a.txt", "text": data.decode(), "dry_run": True}
    )
    assert dry.status_code == 200 and "plan" not in dry.json() and not Plan.objects.exists()
    first = send(client, "post", "/plans/import", {"file_name": "a.txt", "text": data.decode()}).json()
    content = base64.b64encode(data).decode()
    second = send(client, "post", "/plans/import", {"file_name": "b.txt", "content_base64": content}).json()
    assert (first["plan"]["created"], second["plan"]["created"]) == (True, False)
    assert first["plan"]["id"] == second["plan"]["id"]


def test_an_edit_needs_the_version_that_was_read(town: SimpleNamespace, draft: Plan) -> None:
    client = client_of(town.officer)
    kpi = Kpi.objects.filter(goal__plan=draft).first()
    tag = client.get(f"{ROOT}/kpis/{kpi.pk}")["ETag"]
    assert send(client, "patch", f"/kpis/{kpi.pk}", {"unit": "件"}).status_code == 412
    done = send(client, "patch", f"/kpis/{kpi.pk}", {"unit": "件"}, **{"If-Match": tag})
    assert (done.status_code, done.json()["unit"], done["ETag"] != tag) == (200, "件", True)
    assert send(client, "patch", f"/kpis/{kpi.pk}", {"unit": "%"}, **{"If-Match": tag}).status_code == 412


def test_the_life_of_a_plan(town: SimpleNamespace, draft: Plan) -> None:
    path = f"/plans/{draft.pk}"
    assert send(client_of(town.officer), "post", f"{path}/accept", {}).status_code == 403
    assert send(client_of(town.head), "post", f"{path}/accept", {}).json()["state"] == "accepted"
    assert Client().get(f"{ROOT}/public/plans").json()["count"] == 0
    assert send(client_of(town.rdec_head), "post", f"{path}/publish", {}).json()["state"] == "published"
    assert Client().get(f"{ROOT}/public/plans/{draft.pk}").json()["agency"] == town.works.name
    board = client_of(town.leader).get(f"{ROOT}/board?year=107").json()
    assert (board["tally"]["kpis"], board["tally"]["counts"]) == (3, {"not_filed": 3})
    kpis = client_of(town.leader).get(f"{ROOT}/kpis?year=107&page_size=2").json()
    assert (kpis["count"], len(kpis["items"])) == (3, 2)
    assert kpis["items"][0]["figure"]["trace"].startswith("/measures/")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/plans?q=%00", None),
        ("get", "/plans?page=0", None),
        ("get", "/plans/99999999999999999999", None),
        ("get", "/board?period=2018-H9", None),
        ("get", "/board?as_of=xyz", None),
        ("post", "/plans/import", {"file_name": "a\u0000", "text": "x"}),
        ("post", "/plans/import", {"file_name": "a"}),
        ("post", "/plans/import", {"file_name": "a", "content_base64": "%%%"}),
        ("post", "/plans/import", {"file_name": "a", "text": "x", "agency_id": 9223372036854775807}),
        ("post", "/plans/import", {"file_name": "a", "text": "\ud800"}),
        ("patch", "/kpis/1", {"target_value": "1e999999"}),
        ("patch", "/kpis/1", {"weight": "NaN"}),
        ("post", "/results/1/confirm", {"chosen": {"a": 10**30}}),
    ],
)
def test_what_cannot_be_taken_is_422(town: SimpleNamespace, method: str, path: str, body: Any) -> None:
    client = client_of(town.rdec)
    response = client.get(ROOT + path) if method == "get" else send(client, method, path, body)
    assert response.status_code == 422, response.content
    assert response.json()["message"]


def test_a_draft_of_another_agency_is_not_there(town: SimpleNamespace, draft: Plan) -> None:
    assert client_of(town.other).get(f"{ROOT}/plans/{draft.pk}").status_code == 404
    assert client_of(town.other).get(f"{ROOT}/plans").json()["count"] == 0
    assert Client().get(f"{ROOT}/plans").status_code == 401
