"""A document becomes a draft: all of it or nothing, and the same file only once."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import (
    Goal,
    Item,
    Kpi,
    Plan,
    PlanState,
    Point,
    ResultRow,
    SourceDocument,
)
from shizheng.domains.planning.parsing import CannotReadPlan
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.history import queries as history


def test_everything_that_was_read_is_stored_in_order(town: SimpleNamespace, draft: Plan) -> None:
    assert (draft.agency_id, draft.roc_year, draft.edition, draft.state) == (
        town.works.pk,
        107,
        1,
        PlanState.DRAFT,
    )
    goals = list(draft.goals.values_list("number", "name", "weight"))
    assert [(number, name, str(weight.normalize())) for number, name, weight in goals] == [
        (1, "讓工程如期", "2E+1"),
        (2, "讓缺失變少", "1E+1"),
    ]
    kpi = Kpi.objects.get(goal__plan=draft, name="工區缺失件數")
    assert (kpi.target_value, kpi.unit, kpi.direction, kpi.target_text) == (60, "件", "<=", "≦60件")
    assert kpi.measure is None
    work_plan = draft.work_plans.get()
    assert [(item.number, item.title) for item in work_plan.items.all()] == [
        ("1", "道路改善"),
        ("2", "工區抽查"),
    ]
    assert [point.text for point in work_plan.items.first().points.all()] == ["盤點路段。", "分年施工。"]
    row = draft.results.get(kpi_name="工程進度相符率")
    assert row.kpi == Kpi.objects.get(goal__plan=draft, name="工程進度相符率")
    assert (str(row.period_start), str(row.period_end)) == ("2017-01-01", "2017-07-01")
    assert [figure.text for figure in row.figures.all()] == ["216件", "167件", "77.31%"]


def test_every_row_knows_the_lines_it_was_read_from(draft: Plan) -> None:
    lines = draft.source.text.split("\n")
    for kpi in Kpi.objects.filter(goal__plan=draft):
        assert kpi.name in lines[kpi.line_from - 1]


def test_the_same_file_again_is_the_plan_that_is_in_already(town: SimpleNamespace, draft: Plan) -> None:
    again = actions.import_plan(town.control, plan_text(town.works.name), "other name.txt")
    assert (again.created, again.plan.pk) == (False, draft.pk)
    assert Plan.objects.count() == 1


def test_a_changed_file_is_a_new_edition(town: SimpleNamespace, draft: Plan) -> None:
    changed = actions.import_plan(town.control, plan_text(town.works.name, target=80), "107b.txt")
    assert (changed.created, changed.plan.edition) == (True, 2)


def test_a_document_that_prints_no_agency_needs_one(town: SimpleNamespace) -> None:
    data = plan_text("")
    with pytest.raises(BadInput) as failure:
        actions.import_plan(town.control, data, "x.txt")
    assert failure.value.code == "agency_not_printed"
    assert not SourceDocument.objects.exists()
    done = actions.import_plan(town.control, data, "x.txt", agency_id=town.works.pk)
    assert done.plan.agency == town.works
    assert actions.import_plan(town.control, data, "x.txt").created is False


def test_an_agency_that_contradicts_the_document_is_refused(town: SimpleNamespace) -> None:
    with pytest.raises(BadInput, match="與您選的機關不同"):
        actions.import_plan(town.rdec, plan_text(town.works.name), "x.txt", agency_id=town.parks.pk)


def test_an_unknown_agency_is_said_and_may_be_opened(town: SimpleNamespace) -> None:
    data = plan_text("測試市政府圖書館")
    with pytest.raises(BadInput, match="機關清單裡沒有「測試市政府圖書館」"):
        actions.import_plan(town.rdec, data, "x.txt")
    done = actions.import_plan(town.rdec, data, "x.txt", create_agency=True)
    assert done.plan.agency.name == "測試市政府圖書館"


def test_nobody_imports_for_another_agency(town: SimpleNamespace) -> None:
    with pytest.raises(NotPermitted, match=f"這是「{town.works.name}」的計畫.*研考人員"):
        actions.import_plan(town.other, plan_text(town.works.name), "x.txt")
    with pytest.raises(NotPermitted):
        actions.import_plan(town.officer, plan_text(town.works.name), "x.txt")
    assert not Plan.objects.exists() and not SourceDocument.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x00\x01\x02" * 100, b"%PDF-1.4 ...", "中文".encode("utf-32")], ids=range(5)
)
def test_what_is_no_plan_changes_nothing(town: SimpleNamespace, data: bytes) -> None:
    with pytest.raises(CannotReadPlan) as failure:
        actions.import_plan(town.control, data, "x.txt", agency_id=town.works.pk)
    assert len(failure.value.message) > 10
    assert not Plan.objects.exists() and not SourceDocument.objects.exists()


def test_a_draft_is_discarded_with_a_reason_and_may_come_again(town: SimpleNamespace, draft: Plan) -> None:
    with pytest.raises(BadInput):
        actions.discard_plan(town.control, draft.pk, version=draft.version, reason=" ")
    with pytest.raises(Conflict):
        actions.discard_plan(town.control, draft.pk, version=draft.version + 1, reason="弄錯了")
    actions.discard_plan(town.control, draft.pk, version=draft.version, reason="檔案弄錯了")
    assert not Plan.objects.exists() and not Goal.objects.exists()
    last = history.entries_of("planning.plan", draft.pk).first()
    assert (last.operation, last.reason, last.actor_id) == ("D", "檔案弄錯了", town.control.pk)
    assert actions.import_plan(town.control, plan_text(town.works.name), "107.txt").created


def test_an_accepted_plan_cannot_be_discarded(town: SimpleNamespace, accepted: Plan) -> None:
    with pytest.raises(Conflict, match="不能捨棄"):
        actions.discard_plan(town.control, accepted.pk, version=None, reason="想重來")


KILLED = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "shizheng.config.settings"
import django
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = sys.argv[1]
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning import actions
from shizheng.domains.planning.actions import importing, writing
real = writing._write_results
def slow(*given):
    print("half way", flush=True)
    time.sleep(60)
    real(*given)
writing._write_results = slow
actions.import_plan(SYSTEM, sys.stdin.buffer.read(), "107.txt", agency_name=sys.argv[2])
"""


@pytest.mark.own_database
def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing(own_database: str) -> None:
    from shizheng.kernel.organisations import factories

    agency = factories.agency(code="K", name="測試市政府工務局")
    data = plan_text(agency.name)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, own_database, agency.name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ.copy(),
    )  # fmt: skip
    assert process.stdin and process.stdout
    process.stdin.write(data)
    process.stdin.close()
    assert process.stdout.readline() == b"half way\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    time.sleep(0.3)
    for model in (Plan, SourceDocument, Goal, Kpi, Item, Point, ResultRow):
        assert not model.objects.exists(), model
    from shizheng.common.permissions import SYSTEM

    done = actions.import_plan(SYSTEM, data, "107.txt")
    assert done.created and len(queries.goals_with_kpis(done.plan.pk)) == 2
    assert done.plan.results.count() == 3
