"""Models made by a job, let answer, taken back; never changed, never answering with spoilt bytes."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import Error, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.files.store import FileDamaged
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.routing import actions, queries, registry, training
from shizheng.kernel.routing.models import Activation, ModelVersion, RoutingModel, Training
from shizheng.kernel.routing.shelf import Shelf, _memory
from shizheng.kernel.routing.tests.conftest import COLUMNS, trained
from shizheng.kernel.routing.tests.made import as_csv, cases

pytestmark = pytest.mark.django_db


def model() -> RoutingModel:
    return RoutingModel.objects.get(name="agency")


def activated(house: SimpleNamespace, number: int) -> RoutingModel:
    return actions.activate(house.rdec, "agency", number, version=model().version, reason="成績較好")


def test_a_training_is_asked_for_done_by_a_job_and_waits_to_be_activated(house: SimpleNamespace) -> None:
    asked = actions.ask_training(
        house.rdec,
        name="agency",
        reason="試",
        data=as_csv(cases(200)).encode(),
        filename="a.csv",
        columns=COLUMNS,
    )
    job = ProcrastinateJob.objects.get(task_name="routing.train")
    assert job.args == {"training_id": asked.pk} and asked.state == "queued"
    done = actions.train(SYSTEM, asked.pk)
    made = done.made
    assert done.state == "done" and made is not None and made.number == 1 and made.made_by == house.rdec
    assert made.accuracy == made.card["measured"]["accuracy"] > 0.7 and made.card["columns"]["time"] == "時間"
    assert model().active is None and queries.propose("agency", "路燈不亮") is None
    assert actions.train(SYSTEM, asked.pk).made == made and ModelVersion.objects.count() == 1


def test_what_cannot_be_trained_from_is_said_before_or_in_the_training(house: SimpleNamespace) -> None:
    for columns, data, said in (
        ({**COLUMNS, "text": "本文"}, as_csv(cases(30)).encode(), "沒有這一欄：本文"),
        (COLUMNS, b"", "沒有檔案"),
        (COLUMNS, b"x" * (actions.LARGEST + 1), "檔案超過 5 MB"),
    ):
        with pytest.raises(BadInput, match=said):
            actions.ask_training(
                house.rdec, name="agency", reason="試", data=data, filename="a.csv", columns=columns
            )
    with pytest.raises(BadInput, match="名稱只能用"):
        actions.ask_training(house.rdec, name="a/b", reason="試", data=b"x", filename="a", columns=COLUMNS)
    assert not Training.objects.exists() and not RoutingModel.objects.exists()
    done = trained(house.rdec, n=8)
    assert done.state == "failed" and "至少要 20 筆" in done.said and done.ended_at is not None
    assert not ModelVersion.objects.exists()


def test_domains_register_where_their_cases_come_from(house: SimpleNamespace) -> None:
    registry.register(registry.Source("test.cases", "測試案件", lambda: cases(120), lambda: ["派員"]))
    try:
        asked = actions.ask_training(house.rdec, name="agency", reason="每月", source="test.cases")
        done = actions.train(SYSTEM, asked.pk)
    finally:
        registry.forget("test.cases")
    assert done.made and (done.made.made_from, done.made.examples) == ("測試案件", 120)
    with pytest.raises(NotFound):
        actions.ask_training(house.rdec, name="agency", reason="每月", source="test.cases")


def test_the_active_version_answers_with_its_words_and_by_itself_only_above_the_threshold(
    house: SimpleNamespace,
) -> None:
    trained(house.rdec)
    activated(house, 1)
    found = queries.propose("agency", "中山路路面坑洞，請派員處理")
    assert found and found.prediction.label == "道路" and found.prediction.words and not found.by_itself
    confidence = Decimal(str(round(found.prediction.confidence, 4)))
    actions.set_threshold(house.rdec, "agency", confidence - Decimal("0.01"), version=None, reason="依成績單")
    assert queries.propose("agency", "中山路路面坑洞，請派員處理").by_itself  # type: ignore[union-attr]
    actions.set_threshold(
        house.rdec, "agency", min(confidence + Decimal("0.01"), Decimal(1)), version=None, reason="從嚴"
    )
    assert not queries.propose("agency", "中山路路面坑洞，請派員處理").by_itself  # type: ignore[union-attr]
    assert queries.propose("agency", "   ") is None and queries.propose("nobody", "路燈") is None
    for bad in (Decimal(0), Decimal("1.1")):
        with pytest.raises(BadInput, match="門檻要大於 0"):
            actions.set_threshold(house.rdec, "agency", bad, version=None, reason="x")


def test_an_earlier_version_answers_again_after_a_roll_back_and_the_threshold_goes(
    house: SimpleNamespace,
) -> None:
    trained(house.rdec)
    trained(house.rdec, seed=1)
    with pytest.raises(CannotDo, match="沒有可以退回"):
        actions.roll_back(house.rdec, "agency", version=None, reason="x")
    activated(house, 1)
    with pytest.raises(CannotDo, match="沒有可以退回"):
        actions.roll_back(house.rdec, "agency", version=None, reason="x")
    actions.set_threshold(house.rdec, "agency", Decimal("0.9"), version=None, reason="依成績單")
    assert activated(house, 2).threshold is None
    with pytest.raises(CannotDo, match="已經在使用"):
        activated(house, 2)
    row = actions.roll_back(house.rdec, "agency", version=model().version, reason="新版常弄錯")
    assert row.active is not None and row.active.number == 1 and row.threshold is None
    assert [(each.of.number, each.is_roll_back) for each in queries.activations_of(row)] == [
        (1, True),
        (2, False),
        (1, False),
    ]
    entry = entries_of(row)[0]
    assert entry.reason == "新版常弄錯" and entry.actor_id == house.rdec.pk


def test_who_was_slower_changes_nothing(house: SimpleNamespace) -> None:
    trained(house.rdec)
    seen = model().version
    activated(house, 1)
    with pytest.raises(Conflict):
        actions.set_threshold(house.rdec, "agency", Decimal("0.9"), version=seen, reason="x")
    assert model().threshold is None


def test_a_version_with_spoilt_bytes_is_not_let_answer(house: SimpleNamespace) -> None:
    made = trained(house.rdec).made
    assert made is not None
    place = Shelf().place(made.sha256)
    place.write_bytes(place.read_bytes()[:-4] + b"evil")
    _memory.clear()
    with pytest.raises(FileDamaged):
        activated(house, 1)
    assert model().active is None and not Activation.objects.exists()


def test_what_the_command_trained_is_taken_in_once(house: SimpleNamespace) -> None:
    _model, data = training.from_examples(cases(100))
    with pytest.raises(NotFound):
        actions.take_from_shelf(house.rdec, "agency", reason="x")
    Shelf().add("agency", data, made_at="2026-01-01", made_from="big.csv")
    made = actions.take_from_shelf(house.rdec, "agency", reason="大批資料")
    assert (made.number, made.made_from, made.examples) == (1, "big.csv", 100)
    with pytest.raises(CannotDo, match="就是這一個"):
        actions.take_from_shelf(house.rdec, "agency", reason="再一次")


def test_only_bytes_that_nothing_names_are_cleared_away(house: SimpleNamespace) -> None:
    import os

    made = trained(house.rdec).made
    assert made is not None
    Shelf().add("other", training.from_examples(cases(60))[1], made_at="2026-01-01", made_from="x")
    left = Shelf().keep(b"nobody wants this")
    young = Shelf().keep(b"this is new")
    for sha256, place in list(Shelf().older_than(9e12)):
        if sha256 != young:
            os.utime(place, (0, 0))
    gone = actions.clear_away(SYSTEM)
    there = {sha256 for sha256, _place in Shelf().older_than(9e12)}
    assert (
        gone == 2 and left not in there and {made.sha256, young} <= there
    )  # the upload of the training went too
    assert Shelf().named() <= there


def test_nobody_without_the_permission_trains_or_changes_or_reads(house: SimpleNamespace) -> None:
    trained(house.rdec)
    for who in (house.control, house.officer):
        for act in (
            lambda who=who: actions.ask_training(who, name="agency", reason="x", data=b"a", filename="a"),
            lambda who=who: actions.activate(who, "agency", 1, version=None, reason="x"),
            lambda who=who: actions.roll_back(who, "agency", version=None, reason="x"),
            lambda who=who: actions.set_threshold(who, "agency", None, version=None, reason="x"),
            lambda who=who: actions.take_from_shelf(who, "agency", reason="x"),
        ):
            with pytest.raises(NotPermitted):
                act()
    assert queries.visible_to(house.control).count() == 1 and queries.visible_to(house.officer).count() == 0
    with pytest.raises(NotPermitted):
        queries.model(house.officer, "agency")


def test_versions_are_never_changed(house: SimpleNamespace) -> None:
    made: Any = trained(house.rdec).made
    with pytest.raises(Error), transaction.atomic():
        ModelVersion.objects.filter(pk=made.pk).update(accuracy=1.0)
    made.refresh_from_db()
    assert made.accuracy < 1 or made.card["measured"]["accuracy"] == 1
