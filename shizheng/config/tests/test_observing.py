"""Health, metrics and the log: what an operator sees, and what never stands there."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from shizheng.config.environment import environment
from shizheng.config.observing.logs import Json, Line, scrub


def record(message: str, **facts: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "shizheng.test"})
    vars(made).update(facts)
    return made


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(environment(), "metrics_token", "a secret of the test")
    yield "a secret of the test"


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("to officer@example.gov.tw failed", "to 〔信箱〕 failed"),
        ("caller 0912-345-678", "caller 〔電話〕"),
        ("caller 04 2228 9111", "caller 〔電話〕"),
        ("caller +886 912 345 678", "caller 〔電話〕"),
        ("id A123456789 given", "id 〔證號〕 given"),
        ("resident AC01234567 and A812345678", "resident 〔證號〕 and 〔證號〕"),
        ("Authorization: abc123", "Authorization: 〔不記錄〕"),
        ("password=hunter2 wrong", "password=〔不記錄〕 wrong"),
        ("smtp://user:pass@host:587", "smtp://user:〔不記錄〕@host:587"),
        ("2017-06-30 77.3148148148 in 216 rows", "2017-06-30 77.3148148148 in 216 rows"),
        ("job 1234567 (planning.import)", "job 1234567 (planning.import)"),
    ],
)
def test_what_names_a_person_or_a_secret_is_scrubbed_and_figures_stay(written: str, stands: str) -> None:
    assert scrub(written) == stands


def test_a_json_line_carries_its_facts() -> None:
    line = json.loads(Json().format(record("說明 %s", args=("x",), status=200, route="planning/")))
    assert line["message"] == "說明 x" and line["status"] == 200 and line["route"] == "planning/"
    assert line["level"] == "INFO" and line["at"].endswith("+00:00")


def test_a_line_for_people_stands_in_the_time_of_taipei() -> None:
    assert Line().format(record("說明")).split()[0].endswith("+08:00")


def test_a_failure_is_scrubbed_with_its_traceback() -> None:
    try:
        raise ValueError("0912345678")
    except ValueError as failure:
        text = Line().format(record("failed", exc_info=(ValueError, failure, failure.__traceback__)))
    assert "0912345678" not in text and "ValueError" in text


def test_a_process_that_answers_is_live_and_ready(client: Client, db: None) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}


def test_without_its_database_a_process_lives_and_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from shizheng.config.observing import health

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("gone")

        def close(self) -> None: ...

    monkeypatch.setattr(health, "connection", Gone())
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["lacking"]) == (503, "database")
    assert client.get("/health/live").status_code == 200


def test_metrics_are_for_the_holder_of_the_token_only(client: Client, db: None, token: str) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
    client.get("/account/login/?next=/planning/")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).content.decode()
    assert 'shizheng_requests_total{method="GET",route="account/login/",status="200"}' in text
    assert "shizheng_request_seconds_bucket" in text and "shizheng_database_bytes" in text
    assert "next=" not in text


def test_without_the_setting_there_are_no_metrics(client: Client, db: None) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_request_is_one_line_with_its_route_and_without_what_was_asked(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="shizheng.request"):
        answer = client.get("/account/login/?q=王小明", headers={"X-Request-ID": "abcdef0123456789"})
    (line,) = [each for each in caplog.records if each.name == "shizheng.request"]
    assert line.getMessage() == "GET /account/login/ 200" and vars(line)["account"] == 0
    assert "王小明" not in Json().format(line)
    assert answer["X-Request-ID"] == "abcdef0123456789"
    assert client.get("/health/live", headers={"X-Request-ID": "bad\tid"})["X-Request-ID"] != "bad\tid"
