"""The queue as people see it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from shizheng.common.clock import TAIPEI
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.jobs import actions
from shizheng.kernel.jobs.models import Intervention
from shizheng.kernel.jobs.pages import time_taken
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(person(role="administrator", second_factor=True))
    return client


def test_the_list_shows_a_waiting_job_and_its_page_offers_to_cancel_it(administrator: Client) -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    assert "記下此刻已完成的交易" in administrator.get("/jobs/?housekeeping=with").content.decode()
    page = administrator.get(f"/jobs/{number}/").content.decode()
    assert f"/jobs/{number}/cancel/" in page and f"/jobs/{number}/retry/" not in page
    answer = administrator.post(f"/jobs/{number}/cancel/", {"reason": "佇列塞住了"}, follow=True)
    assert "已從佇列取消" in answer.content.decode() and "佇列塞住了" in answer.content.decode()


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
    given = {"data": {"reason": "不需要了"}, "content_type": "application/json"}
    assert administrator.post(f"/api/v1/jobs/{number}/cancel", **given).json()["status"] == "cancelled"
    again = administrator.post(f"/api/v1/jobs/{number}/cancel", **given)
    assert again.status_code == 409 and "不能取消" in again.json()["message"]


def test_housekeeping_that_goes_well_is_left_out_until_it_is_asked_for(administrator: Client) -> None:
    kept = actions.defer("jobs.record_moment", timestamp=0)
    actions.defer("tests.wanted")
    shown = administrator.get("/jobs/").content.decode()
    assert "tests.wanted" in shown and f"/jobs/{kept}/" not in shown
    for address in (
        "/jobs/?housekeeping=with",
        "/jobs/?housekeeping=only",
        "/jobs/?task_name=jobs.record_moment",
    ):
        assert f"/jobs/{kept}/" in administrator.get(address).content.decode()
    assert "tests.wanted" not in administrator.get("/jobs/?housekeeping=only").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [kept])
    assert f"/jobs/{kept}/" in administrator.get("/jobs/").content.decode()  # a failure stays in sight


def test_the_list_tells_when_a_job_ended(administrator: Client) -> None:
    number = actions.defer("tests.wanted")
    with connection.cursor() as cursor:
        for status in ("doing", "succeeded"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])
    ended = ProcrastinateEvent.objects.get(job_id=number, type="succeeded").at
    assert ended is not None
    page = administrator.get("/jobs/").content.decode()
    row = page.split(f"/jobs/{number}/")[1].split("</tr>")[0]
    assert ended.astimezone(TAIPEI).strftime("%H:%M") in row and "—" not in row


def test_a_job_is_found_by_the_name_that_people_read(administrator: Client) -> None:
    kept = actions.defer("jobs.record_moment", timestamp=0)
    actions.defer("jobs.rescue_stalled", timestamp=0)
    found = administrator.get("/jobs/?housekeeping=with&q=交易").content.decode()
    assert f"/jobs/{kept}/" in found and f"/jobs/{kept + 1}/" not in found
    file = administrator.get("/jobs/?housekeeping=with&export=csv&col=task_name&col=status")
    assert "jobs.record_moment" in (text := b"".join(file.streaming_content).decode()) and "等待中" in text


def test_without_a_reason_nothing_is_done_and_the_form_says_so(administrator: Client) -> None:
    number = actions.defer("jobs.record_moment", timestamp=0)
    for reason in ("", "   ", "有\x00空位元", "字" * 2001):
        answer = administrator.post(f"/jobs/{number}/cancel/", {"reason": reason})
        assert answer.status_code == 422 and 'name="reason"' in answer.content.decode()
    assert ProcrastinateJob.objects.get(pk=number).status == "todo" and not Intervention.objects.exists()


def test_the_page_tells_each_attempt_why_it_failed_and_who_wanted_it_again(administrator: Client) -> None:
    number = actions.defer("tests.wanted")
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])
    actions.record_failure(SYSTEM, number, "tests.wanted", ValueError("沒有這個檔"))
    page = administrator.get(f"/jobs/{number}/").content.decode()
    assert "ValueError: 沒有這個檔" in page and "不到 0.1 秒" in page
    done = administrator.post(
        f"/jobs/{number}/retry/", {"reason": "檔案已補上"}, follow=True
    ).content.decode()
    assert "已重新排入佇列" in done and "檔案已補上" in done and "有人要求重跑" in done
    kept = Intervention.objects.get()
    assert (kept.job_id, kept.task_name, kept.act, kept.outcome) == (
        number,
        "tests.wanted",
        "retry",
        "queued",
    )
    assert kept.recorded_action == "jobs.retry_job" and kept.recorded_by and kept.actor_id
    told = administrator.get(f"/api/v1/jobs/{number}").json()
    assert told["interventions"][0]["reason"] == "檔案已補上" and told["runs"] == 1
    assert (
        told["attempts"][0]["why"] == "ValueError: 沒有這個檔" and told["attempts"][0]["result"] == "failed"
    )
    with pytest.raises(DatabaseError, match=r"只能新增|permission denied"), transaction.atomic():
        Intervention.objects.update(reason="另一個理由")


def test_a_long_list_costs_no_more_queries_than_a_short_one(administrator: Client) -> None:
    counts = []
    for more in (1, 30):
        for _ in range(more):
            actions.defer("tests.wanted")
        administrator.get("/jobs/")  # what is remembered for a while is remembered now
        with CaptureQueriesContext(connection) as asked:
            administrator.get("/jobs/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "不到 0.1 秒"),
        (0.14, "0.1 秒"),
        (9.94, "9.9 秒"),
        (12.2, "12 秒"),
        (59.6, "1 分 0 秒"),
        (200, "3 分 20 秒"),
        (7500, "2 小時 5 分"),
    ],
)
def test_a_time_taken_is_said_in_units_that_fit(seconds: float, text: str) -> None:
    assert time_taken(seconds) == text
