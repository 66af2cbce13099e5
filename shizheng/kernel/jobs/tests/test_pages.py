"""The queue as people see it."""

import pytest
from django.test import Client

from shizheng.kernel.jobs import actions
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(person(role="administrator", second_factor=True))
    return client


def test_the_list_shows_a_waiting_job_and_its_page_offers_to_cancel_it(administrator: Client) -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    assert "jobs.record_moment" in administrator.get("/jobs/").content.decode()
    page = administrator.get(f"/jobs/{number}/").content.decode()
    assert f"/jobs/{number}/cancel/" in page and f"/jobs/{number}/retry/" not in page
    answer = administrator.post(f"/jobs/{number}/cancel/", follow=True)
    assert "已取消" in answer.content.decode()


def test_who_may_only_look_is_told_who_may_act(client: Client) -> None:
    client.force_login(person(role="auditor", second_factor=True))
    number = actions.defer("jobs.record_moment", timestamp=0)
    page = client.get(f"/jobs/{number}/").content.decode()
    assert "由系統管理者執行" in page and "/cancel/" not in page
    assert client.post(f"/jobs/{number}/cancel/").status_code == 403


def test_the_api_lists_and_cancels(administrator: Client) -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    listed = administrator.get("/api/v1/jobs/?status=todo").json()
    assert [job["id"] for job in listed] == [number]
    assert administrator.post(f"/api/v1/jobs/{number}/cancel").json()["status"] == "cancelled"
    again = administrator.post(f"/api/v1/jobs/{number}/cancel")
    assert again.status_code == 409 and "不能取消" in again.json()["message"]
