"""A case from its number to its end: state and clock change by acts of the workflow alone."""

import ast
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar import actions as calendar_actions
from shizheng.kernel.cases import actions, queries, registry
from shizheng.kernel.cases.models import Case, CasePause, CaseRung, CaseStep
from shizheng.kernel.cases.rules import Period, Workflow
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.cases.tests.conftest import act, again, on, opened
from shizheng.kernel.cases.tests.kind import ACTS, CODE, STATES, Domain
from shizheng.kernel.rulebook.queries import NoRuleInForce

pytestmark = pytest.mark.django_db
ACTIONS = Path(__file__).resolve().parents[1] / "actions"


def rungs(case: Case) -> dict[str, str]:
    return {
        row.step: f"{row.comes_at.astimezone(at('2025-01-01 00:00').tzinfo):%m-%d}"
        for row in CaseRung.objects.filter(case=case)
    }


def test_numbers_of_a_kind_and_year_have_no_gaps_even_where_an_opening_is_undone(
    town: SimpleNamespace, friday: None
) -> None:
    assert [opened(town).number for _each in range(2)] == ["114-T-00001", "114-T-00002"]

    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        opened(town)
        raise Undone
    assert opened(town).number == "114-T-00003"
    assert opened(town, received_at=at("2024-12-31 23:00")).number == "113-T-00001"


def test_an_opened_case_has_its_day_its_ladder_its_unit_and_its_first_step(
    case: Case, town: SimpleNamespace
) -> None:
    assert (case.state, str(case.due_on), case.unit_id) == ("received", "2025-02-14", town.works.pk)
    assert case.due_at == datetime.fromisoformat("2025-02-14T23:59:59.999999+08:00")
    # a working day before Friday 14; Monday, Wednesday and Friday of the week after
    assert rungs(case) == {
        "-1:officer": "02-13", "1:officer": "02-17", "1:supervisor": "02-17", "3:control_officer": "02-19", "5:head": "02-21",
    }  # fmt: skip
    step = CaseStep.objects.get(case=case)
    assert (step.name, step.source, step.target, step.by_id) == ("open_case", "", "received", town.rdec.pk)
    assert set(case.clock.rule_versions) == {"case.ladder", "case.calendar_revised"}
    assert [each.kind for each in queries.why_this_day(case)][-2:] == ["reached", "standing"]


def test_the_limit_of_a_rule_is_the_one_of_the_day_of_receipt(town: SimpleNamespace, friday: None) -> None:
    by_rule = opened(town, period=None, limit="CP-02")
    assert (by_rule.clock.amount, by_rule.clock.unit, by_rule.clock.rule) == (5, "calendar_days", "CP-02")
    assert str(by_rule.due_on) == "2025-02-12" and "CP-02" in by_rule.clock.rule_versions
    with pytest.raises(CannotDo, match="不是期限"):
        opened(town, period=None, limit="CP-06")
    with pytest.raises(NoRuleInForce):
        opened(town, period=None, limit="no.such.rule")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "長" * 301},
        {"received_at": at("2025-02-08 10:00")},
        {"place": (24.0, 120.0)},
    ],
)
def test_what_cannot_be_a_case_is_refused_with_the_field(
    town: SimpleNamespace, friday: None, wrong: dict
) -> None:
    with pytest.raises(BadInput) as refused:
        opened(town, **wrong)
    assert set(refused.value.fields) == set(wrong) and not Case.objects.exists()


def test_an_act_leads_on_and_is_written_down_with_who_and_why(
    case: Case, town: SimpleNamespace, domain: Domain
) -> None:
    act(town.officer, case, "accept")
    act(town.officer, case, "ask", fields={"what": "位置照片"})
    with on("2025-02-10 09:00"):
        act(town.officer, case, "supplied")
        act(town.chief, case, "close", reason="已修復")
    found = again(case)
    assert (found.state, found.closed_at, found.stopped_at) == ("closed", at("2025-02-10 09:00"), None)
    steps = [(each.name, each.source, each.target) for each in CaseStep.objects.filter(case=case)]
    assert steps[1:] == [
        ("accept", "received", "handling"), ("ask", "handling", "supplement"),
        ("supplied", "supplement", "handling"), ("close", "handling", "closed"),
    ]  # fmt: skip
    assert CaseStep.objects.get(case=case, name="ask").fields == {"what": "位置照片"}
    assert [name for _pk, name in domain.followed] == ["accept", "ask", "supplied", "close"]


def test_what_is_not_allowed_changes_nothing_and_says_why(
    case: Case, town: SimpleNamespace, domain: Domain
) -> None:
    with pytest.raises(Conflict, match=r"待受理.*要是處理中才行"):
        act(town.chief, case, "close", reason="x")
    with pytest.raises(BadInput, match="沒有這個動作"):
        act(town.officer, case, "fly")
    with pytest.raises(NotPermitted):
        act(town.chief, case, "accept")
    with pytest.raises(NotPermitted):
        act(town.other, case, "accept")
    with pytest.raises(NotFound):
        actions.apply_transition(town.officer, 987654321, "accept", version=None)
    seen = case.version
    act(town.officer, case, "accept")
    with pytest.raises(Conflict, match="剛才已由別人處理"):
        actions.apply_transition(town.officer, case.pk, "ask", version=seen, fields={"what": "x"})
    with pytest.raises(BadInput, match="補什麼"):
        act(town.officer, case, "ask", fields={"what": ""})
    with pytest.raises(BadInput, match="理由"):
        act(town.chief, case, "close", reason=" ")
    domain.broken = True
    with pytest.raises(CannotDo, match="領域"):
        act(town.chief, case, "close", reason="已修復")
    assert again(case).state == "handling" and CaseStep.objects.filter(case=case).count() == 2


def test_the_clock_stands_still_in_a_state_in_which_it_does_not_run(
    case: Case, town: SimpleNamespace
) -> None:
    act(town.officer, case, "accept")
    with on("2025-02-11 09:00"):  # Tuesday, after 8 and 10
        act(town.officer, case, "ask", fields={"what": "照片"})
        assert again(case).stopped_at == at("2025-02-11 09:00")
    with on("2025-02-18 09:00"):  # Tuesday again: 18, 19, 20, 21
        standing = queries.standing_of(again(case))
        assert standing and standing.paused_now and not standing.late
        act(town.officer, case, "supplied")
    found = again(case)
    assert (str(found.due_on), found.stopped_at) == ("2025-02-21", None)
    assert rungs(case)["1:officer"] == "02-24"
    assert CasePause.objects.get(case=case).reason == "待補件"


def test_a_reopened_case_goes_on_with_what_was_left(case: Case, town: SimpleNamespace) -> None:
    act(town.officer, case, "accept")
    with on("2025-02-12 09:00"):  # Wednesday: 8, 10, 11 are used
        act(town.chief, case, "close", reason="已修復")
    with on("2025-03-03 09:00"):  # Monday: 3, 4, 5
        standing = queries.standing_of(again(case))
        assert standing and not standing.late and standing.used == 4
        act(town.chief, case, "reopen", reason="民眾說還是不亮")
    found = again(case)
    assert (found.closed_at, found.state, str(found.due_on)) == (None, "handling", "2025-03-05")


def test_a_revised_calendar_moves_open_cases_and_keeps_what_was_announced(
    case: Case, town: SimpleNamespace
) -> None:
    closed = opened(town)
    act(town.officer, closed, "accept")
    act(town.chief, closed, "close", reason="已修復")
    with on("2025-02-12 06:00"):
        calendar_actions.record_closure(
            SYSTEM,
            day=date(2025, 2, 12),
            district_codes=[""],
            start=None,
            end=None,
            cause="測試颱風",
            reason="停班",
            source="停班公告",
        )
        assert actions.derive_again(SYSTEM) == 1 and actions.derive_again(SYSTEM) == 0
    found = again(case)
    assert str(found.due_on) == "2025-02-17" and found.version == case.version + 1
    assert rungs(case)["1:officer"] == "02-18"
    assert str(again(closed).due_on) == "2025-02-14"
    assert any(each.kind == "revised" for each in queries.why_this_day(found))


def test_a_case_whose_year_no_calendar_knows_is_opened_and_gets_its_day_later(town: SimpleNamespace) -> None:
    with on("2027-12-30 10:00"):
        found = opened(town)
        assert (found.due_at, found.due_on, rungs(found)) == (None, None, {})
        assert "民國 117 年" in queries.why_this_day(found)[0].text


def test_steps_are_never_changed_and_a_case_is_never_gone(case: Case) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        CaseStep.objects.filter(case=case).update(reason="別的")
    with pytest.raises(ProtectedError):
        case.delete()
    assert Case.objects.filter(pk=case.pk).exists()


def test_nothing_but_apply_transition_and_open_case_writes_the_state() -> None:
    """Its name tells what it looks for: `case.state = …` and `update(state=…)` of cases in any other module of actions."""
    wrong = []
    for path in sorted(ACTIONS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if (
                    isinstance(target, ast.Attribute)
                    and target.attr == "state"
                    and getattr(target.value, "id", "") == "case"
                ):
                    wrong.append(path.stem)
    assert wrong == ["transitions"]


def test_a_workflow_of_another_kind_is_not_registered(domain: Domain) -> None:
    kind = registry.kind_of(CODE)
    other = Workflow("tests.other", STATES, ACTS, "received")
    with pytest.raises(ValueError, match=r"tests\.other"):
        registry.register(registry.CaseKind("x", "某", "tests", other, kind.number, kind.url))
    with pytest.raises(ValueError, match="fly"):
        kind.permission("fly")
    with pytest.raises(NotFound):
        registry.kind_of("nothing")
    assert Period(6).amount == 6
