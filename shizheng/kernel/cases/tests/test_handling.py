"""Who handles a case: assigned, handed back within the rule, ruled upon; more time, pauses, links and mergers."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.kernel.cases import actions, queries
from shizheng.kernel.cases.models import Case, CaseAssignment, CaseExtension, CasePause, How, LinkKind, Part
from shizheng.kernel.cases.rules import Period
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.cases.tests.conftest import act, again, on, opened

pytestmark = pytest.mark.django_db
REASON = "不是本局管的路"


def back(town: SimpleNamespace, case: Case, actor: Any = None, **more: Any) -> Case:
    return actions.hand_back(actor or town.officer, case.pk, version=None, reason=REASON, **more)


def give(town: SimpleNamespace, case: Case, unit: Any, **more: Any) -> Case:
    return actions.assign(town.rdec, case.pk, version=None, unit_id=unit.pk, **more)


def held(case: Case) -> list[tuple[str, int, str, bool]]:
    return [(each.part, each.unit_id, each.how, each.until is None) for each in queries.assignments_of(case)]


def test_an_officer_gets_a_case_and_the_one_before_stays_to_be_read(
    case: Case, town: SimpleNamespace, sent: list
) -> None:
    actions.assign(
        town.control, case.pk, version=case.version, unit_id=town.works.pk, officer_id=town.officer.pk
    )
    found = again(case)
    assert (found.officer_id, found.version) == (town.officer.pk, case.version + 1)
    assert held(case) == [("main", town.works.pk, "opened", False), ("main", town.works.pk, "manual", True)]
    assert [(each["template"], each["to"]) for each in sent] == [("cases.assigned", [town.officer.pk])]
    with pytest.raises(BadInput, match="沒有辦理這種案件的權限"):
        give(town, case, town.works, officer_id=town.other.pk)
    with pytest.raises(NotPermitted):  # the other agency is not hers to give to
        actions.assign(town.control, case.pk, version=None, unit_id=town.parks.pk)
    with pytest.raises(Conflict):
        actions.assign(town.control, case.pk, version=case.version, unit_id=town.works.pk)
    with pytest.raises(BadInput, match="理由"):  # assigned once, another agency takes a reason
        give(town, case, town.parks)
    assert give(town, case, town.parks, reason="公園內的路燈").unit_id == town.parks.pk


def test_a_second_agency_handles_a_case_beside_the_main_one_until_it_is_released(
    case: Case, town: SimpleNamespace
) -> None:
    give(town, case, town.parks, part=Part.CO, reason="請提供意見")
    assert queries.visible_to(town.other).filter(pk=case.pk).exists()
    with pytest.raises(BadInput, match="主辦機關不用再會辦"):
        give(town, case, town.works, part=Part.CO)
    actions.release(town.rdec, case.pk, version=None, unit_id=town.parks.pk, reason="已提供")
    assert not queries.visible_to(town.other).filter(pk=case.pk).exists()
    with pytest.raises(BadInput, match="不是會辦機關"):
        actions.release(town.rdec, case.pk, version=None, unit_id=town.parks.pk, reason="再一次")


def test_a_case_is_handed_back_with_a_reason_to_who_dispatches(
    case: Case, town: SimpleNamespace, sent: list
) -> None:
    found = back(town, case, suggested_unit_id=town.parks.pk)
    assert (found.unit_id, found.returned, found.officer_id) == (town.city.pk, 1, None)
    (last,) = CaseAssignment.objects.filter(case=case, until=None)
    assert (last.how, last.reason, last.suggested_id) == (How.RETURNED, REASON, town.parks.pk)
    assert [(each["template"], each["to"]) for each in sent] == [("cases.returned", [town.rdec.pk])]
    with pytest.raises(NotPermitted):  # it is not theirs any more
        back(town, case)
    with pytest.raises(CannotDo, match="就在分案單位"):
        back(town, case, town.rdec)
    assert str(again(case).due_on) == "2025-02-14"  # the citizen's clock goes on


def test_a_case_is_handed_back_no_later_than_the_rule_says(case: Case, town: SimpleNamespace) -> None:
    with on("2025-02-08 23:00"), pytest.raises(BadInput):  # the made-up Saturday is the working day after
        back(town, case, suggested_unit_id=town.works.pk)
    with on("2025-02-09 00:30"), pytest.raises(CannotDo, match="退分時限"):
        back(town, case)
    with on("2025-02-08 23:00"):
        back(town, case)


def test_after_so_many_returns_only_a_ruling_moves_a_case_and_ends_it(
    case: Case, town: SimpleNamespace, sent: list
) -> None:
    back(town, case)
    give(town, case, town.parks)
    back(town, case, town.other)
    assert again(case).returned == 2
    with pytest.raises(CannotDo, match="裁定權責"):
        give(town, case, town.works)
    with pytest.raises(NotPermitted):
        actions.rule_on_responsibility(town.control, case.pk, version=None, unit_id=town.works.pk, reason="x")
    found = actions.rule_on_responsibility(
        town.rdec, case.pk, version=None, unit_id=town.works.pk, reason="路權屬工務局"
    )
    assert found.ruled_at is not None and sent[-1]["template"] == "cases.ruled"
    with pytest.raises(CannotDo, match="已經權責裁定"):
        back(town, case)
    assert [how for _part, _unit, how, _now in held(case)] == [
        "opened",
        "returned",
        "manual",
        "returned",
        "ruled",
    ]


# --- more time ---


def ask(town: SimpleNamespace, case: Case, **more: Any) -> CaseExtension:
    return actions.ask_extension(
        town.officer, case.pk, version=None, reason="要會勘", **{"amount": 3, **more}
    )


def decide(
    actor: Any, asked: CaseExtension, approve: bool = True, told: str = "電話告知陳情人"
) -> CaseExtension:
    return actions.decide_extension(
        actor, asked.pk, version=None, approve=approve, reason="情況複雜", told=told
    )


def test_more_time_is_granted_by_somebody_else_with_notice_to_the_citizen(
    case: Case, town: SimpleNamespace, sent: list
) -> None:
    asked = ask(town, case)
    assert sent[-1]["to"] == [town.chief.pk]
    with pytest.raises(Conflict, match="已經有一件"):
        ask(town, case)
    with pytest.raises(NotPermitted):
        decide(town.officer, asked)
    with pytest.raises(BadInput, match="通知民眾"):
        decide(town.chief, asked, told=" ")
    found = decide(town.chief, asked)
    assert (str(again(case).due_on), found.told) == ("2025-02-19", "電話告知陳情人")
    assert found.due_before == at("2025-02-14 23:59:59.999999") and found.due_after == again(case).due_at
    assert sent[-1]["to"] == [town.officer.pk] and sent[-1]["context"]["decision"] == "同意"
    with pytest.raises(Conflict, match="由別人決定"):
        decide(town.chief, asked)
    with pytest.raises(CannotDo, match="最多 1 次"):
        ask(town, case)


def test_nobody_decides_on_an_own_request_and_a_refusal_leaves_the_day(
    case: Case, town: SimpleNamespace
) -> None:
    asked = actions.ask_extension(town.rdec, case.pk, version=None, reason="要會勘", amount=3)
    with pytest.raises(CannotDo, match="自己提出"):
        decide(town.rdec, asked)
    assert decide(town.chief, asked, approve=False, told="").state == "refused"
    assert str(again(case).due_on) == "2025-02-14"
    ask(town, case)  # a refusal is no extension


def test_more_time_is_asked_for_and_granted_before_the_deadline_only(
    case: Case, town: SimpleNamespace
) -> None:
    asked = ask(town, case)
    with on("2025-02-15 00:01"):
        with pytest.raises(CannotDo, match="已經過了"):
            decide(town.chief, asked)
        decide(town.chief, asked, approve=False)
        with pytest.raises(CannotDo, match="已經過了"):
            ask(town, case)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"amount": 7}, "最多 6"),
        ({"amount": 0}, "延長多少"),
        ({"amount": 3, "until": date(2025, 2, 20)}, "延長多少"),
        ({"amount": 0, "until": date(2025, 2, 14)}, "現在的期限之後"),
        ({"amount": 0, "until": date(2025, 3, 31)}, "最多 6"),
    ],
)
def test_an_extension_beyond_the_rule_is_refused(
    case: Case, town: SimpleNamespace, wanted: dict, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        ask(town, case, **wanted)
    assert not CaseExtension.objects.exists()


def test_a_single_case_stands_still_and_goes_on(case: Case, town: SimpleNamespace) -> None:
    with pytest.raises(NotPermitted):
        actions.pause(town.officer, case.pk, version=None, reason="x")
    with on("2025-02-10 09:00"):
        actions.pause(town.chief, case.pk, version=None, reason="颱風無法會勘")
        with pytest.raises(Conflict):
            actions.pause(town.chief, case.pk, version=None, reason="再一次")
    with on("2025-02-12 09:00"):  # 8, then 12, 13, 14, 17, 18
        actions.resume(town.chief, case.pk, version=None)
        with pytest.raises(Conflict):
            actions.resume(town.chief, case.pk, version=None)
    assert (str(again(case).due_on), again(case).stopped_at) == ("2025-02-18", None)


def test_a_pause_of_the_case_outlasts_a_state_in_which_the_clock_does_not_run(
    case: Case, town: SimpleNamespace
) -> None:
    act(town.officer, case, "accept")
    with on("2025-02-10 09:00"):
        act(town.officer, case, "ask", fields={"what": "照片"})
    with on("2025-02-11 09:00"):
        actions.pause(town.chief, case.pk, version=None, reason="颱風")
    with on("2025-02-12 09:00"):
        act(town.officer, case, "supplied")
        assert again(case).stopped_at == at("2025-02-11 09:00")
    with on("2025-02-13 09:00"):  # Monday to Wednesday stood still: 8, then 13, 14, 17, 18, 19
        actions.resume(town.chief, case.pk, version=None)
    assert str(again(case).due_on) == "2025-02-19"
    assert CasePause.objects.filter(case=case, until=None).count() == 0


# --- links ---


def test_cases_are_linked_once_and_the_link_can_be_undone(case: Case, town: SimpleNamespace) -> None:
    other = opened(town)
    made = actions.link(town.officer, case.pk, other.pk, kind=LinkKind.DUPLICATE, reason="同一盞燈")
    with pytest.raises(Conflict):
        actions.link(town.officer, other.pk, case.pk, kind=LinkKind.DUPLICATE, reason="反過來")
    assert [each.pk for each in queries.links_of(other)] == [made.pk]
    actions.unlink(town.officer, made.pk, reason="不同燈")
    assert queries.links_of(case) == []
    with pytest.raises(Conflict):
        actions.unlink(town.officer, made.pk, reason="再一次")
    with pytest.raises(BadInput):
        actions.link(town.officer, case.pk, case.pk, kind=LinkKind.RELATED, reason="自己")
    hidden = opened(town, unit_id=town.parks.pk)
    with pytest.raises(NotFound):
        actions.link(town.officer, case.pk, hidden.pk, kind=LinkKind.RELATED, reason="看不到")


def test_a_merged_case_is_handled_within_the_other_and_comes_out_as_it_was(
    case: Case, town: SimpleNamespace
) -> None:
    into, third = opened(town), opened(town)
    before = again(case)
    actions.merge(town.officer, case.pk, into.pk, version=None, reason="同一盞燈")
    with pytest.raises(CannotDo, match="併入另一案"):
        act(town.officer, case, "accept")
    with pytest.raises(CannotDo, match="併入另一案"):
        actions.merge(town.officer, third.pk, case.pk, version=None, reason="連環")
    with pytest.raises(CannotDo, match="已有別案併入"):
        actions.merge(town.officer, into.pk, third.pk, version=None, reason="連環")
    actions.unmerge(town.officer, case.pk, version=None, reason="不同燈")
    after = again(case)
    assert (after.state, after.due_at, after.merged_into_id) == (before.state, before.due_at, None)
    act(town.officer, case, "accept")
    with pytest.raises(Conflict):
        actions.unmerge(town.officer, case.pk, version=None, reason="再一次")
    assert [each.undone_reason for each in case.links.all()] == ["不同燈"]


def test_a_case_that_is_over_is_neither_assigned_nor_extended_nor_merged(
    case: Case, town: SimpleNamespace
) -> None:
    other = opened(town, period=Period(6))
    act(town.officer, case, "accept")
    act(town.chief, case, "close", reason="已修復")
    for wrong in (
        lambda: give(town, case, town.parks, reason="x"),
        lambda: back(town, case),
        lambda: ask(town, case),
        lambda: actions.pause(town.chief, case.pk, version=None, reason="x"),
        lambda: actions.merge(town.officer, other.pk, case.pk, version=None, reason="x"),
    ):
        with pytest.raises(CannotDo, match="已經結案"):
            wrong()
