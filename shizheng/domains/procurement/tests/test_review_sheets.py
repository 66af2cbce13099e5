"""Design reviews out as a spreadsheet and in again: all or nothing, each agency its own, nothing that follows is read back."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import ReviewAct, ReviewCase
from shizheng.domains.procurement.tests.town import on
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db
HEAD = "審議編號,工程名稱,主辦機關,審議階段,列管編號,送審金額（元）,送審日,說明\n"


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def bridge(town: SimpleNamespace) -> ReviewCase:
    with on("2025-03-10"):
        values = {"name": "東橋", "agency_id": town.works.pk, "stage": "basic", "amount": Decimal(60_000_000)}
        return actions.submit_review(town.officer, values)


def test_what_was_taken_out_read_in_again_changes_nothing(town: SimpleNamespace, bridge: ReviewCase) -> None:
    for name in ("csv", "xlsx", "ods"):
        with on("2025-03-20"):
            answer = browser(town.officer).get(f"/procurement/reviews/sheet.{name}")
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            report = actions.import_reviews(town.officer, data, f"a.{name}", reason="再讀一次")
        assert (report.unchanged, report.created, report.changed) == ([bridge.number], [], []), name
    assert ReviewAct.objects.count() == 1


def test_new_rows_are_submitted_on_their_day_and_known_ones_changed(
    town: SimpleNamespace, bridge: ReviewCase
) -> None:
    rows = f'{bridge.number},東橋改建,工務局,基本設計,,61000000,,\n,西橋,工務局,先期規劃,,"120,000,000",,\n'
    with on("2025-03-20"):
        report = actions.import_reviews(town.officer, (HEAD + rows).encode(), "a.csv", reason="整批送審")
    assert report.changed == [bridge.number] and report.created == ["114-D002"]
    made = ReviewCase.objects.get(number="114-D002")
    assert (made.stage, made.amount, made.agency_id, made.state) == (
        "planning",
        120_000_000,
        town.works.pk,
        "submitted",
    )
    act = ReviewAct.objects.get(case=made)
    assert act.on == date(2025, 3, 20) and act.due_on == made.due_on


def test_one_wrong_row_leaves_everything_out_and_each_says_what_is_wrong(
    town: SimpleNamespace, bridge: ReviewCase
) -> None:
    rows = (
        ",好的橋,工務局,基本設計,,60000000,114-03-01,\n"
        ",小橋,工務局,基本設計,,1000000,114-03-01,\n"
        ",公園的,公園局,基本設計,,60000000,114-03-01,\n"
        ",誰的,沒有這個局,基本設計,,60000000,114-03-01,\n"
        "114-D099,東橋,工務局,基本設計,,60000000,,\n"
        f"{bridge.number},東橋,工務局,基本設計,,60000000,113-03-01,\n"
        ",亂寫,工務局,細部設計,,很多,某日,\n"
    )
    with on("2025-03-20"):
        answer = browser(town.officer).post(
            "/procurement/reviews/import/",
            {"file": SimpleUploadedFile("a.csv", (HEAD + rows).encode()), "reason": "整批送審"},
        )
        with pytest.raises(RowsRefused) as refused:
            actions.import_reviews(town.officer, (HEAD + rows).encode(), "a.csv", reason="整批送審")
    assert answer.status_code == 422 and "沒有這個局" in answer.content.decode()
    assert {each.line for each in refused.value.problems} == {3, 4, 5, 6, 7, 8}
    assert ReviewCase.objects.count() == 1 and ReviewAct.objects.count() == 1


def test_a_file_without_the_columns_is_refused(town: SimpleNamespace) -> None:
    with pytest.raises(BadInput, match="工程名稱"):
        actions.import_reviews(town.officer, "甲,乙\n1,2\n".encode(), "a.csv", reason="x")
