"""A petition from receipt to its answer: who may do what, what is refused, what is counted."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Approval, Category, Outcome, Petition, QualityCheck
from shizheng.domains.petitions.queries import boards
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.queries.near import near_to
from shizheng.domains.petitions.rules.classes import (
    GROUND_LABELS,
    LIMITS,
    SOURCE_LABELS,
    Ended,
    Ground,
    PetitionClass,
    Source,
)
from shizheng.domains.petitions.tests.town import NAME, act, again, answered, drafted, handled, receive
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases import queries as case_queries
from shizheng.kernel.cases.models import Case, CaseReading, SealedPart
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.history.models import Entry
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


def test_a_petition_gets_two_numbers_a_deadline_by_its_class_and_a_code_that_is_kept_as_a_hash(
    town: SimpleNamespace,
) -> None:
    first, second = receive(town), receive(town, source=Source.MAYOR_MAILBOX)
    third = receive(town, petition_class=PetitionClass.REPORT)
    rows = [each.petition for each in (first, second, third)]
    assert [row.case.number for row in rows] == ["114-P-000001", "114-P-000002", "114-P-000003"]
    assert [row.file_number for row in rows] == ["114-1999-00001", "114-MM-00001", "114-1999-00002"]
    assert [row.case.clock.rule for row in rows] == ["CP-02", "CP-02", "CP-01"]
    assert (str(rows[0].case.due_on), str(rows[2].case.due_on)) == ("2025-02-12", "2025-02-21")
    assert first.code not in str(Petition.objects.filter(pk=rows[0].pk).values())
    assert queries.looked_up("114-P-000001", first.code.lower()) == rows[0]
    assert queries.looked_up("114-P-000001", second.code) is None
    assert queries.looked_up("114-P-999999", first.code) is None


def test_limits_and_sources_are_those_of_the_rulebook() -> None:
    for code in LIMITS.values():
        assert rulebook.value_of(code, clock.today()).value
    named = rulebook.value_of("CP-06", clock.today()).value
    ours = [str(SOURCE_LABELS[each]) for each in Source if each not in (Source.SUPERIOR, Source.AGENCY)]
    assert list(named.parts) == ours  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"subject": ""}, "title"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "oral"}, "signed"),
        ({"channel": "oral", "read_back": True}, "signed"),
        ({"channel": "letter"}, "letter_number"),
        ({"source": Source.SUPERIOR, "letter_from": "行政院"}, "letter_number"),
        ({"category_id": 987654}, "category_id"),
    ],
)
def test_what_cannot_be_a_petition_is_refused_beside_its_field(
    town: SimpleNamespace, wrong: dict, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        receive(town, **wrong)
    assert field in refused.value.fields and not Petition.objects.exists()


def test_an_oral_petition_that_was_read_back_and_signed_is_taken(town: SimpleNamespace) -> None:
    row = receive(town, channel="oral", read_back=True, signed=True).petition
    assert row.source == "service_centre" and row.read_back and row.signed


def test_nothing_of_who_the_citizen_is_stands_anywhere_in_the_open_and_an_opening_is_written_down(
    town: SimpleNamespace,
) -> None:
    row = receive(town, words="路燈壞了，請打 0911222333 給我").petition
    assert set(SealedPart.objects.filter(case=row.case).values_list("name", flat=True)) == {"name", "phone"}
    kept = " ".join(str(each) for each in Entry.objects.values_list("before", "after"))
    assert NAME not in kept and "0911222333" not in kept
    with pytest.raises(NotPermitted):
        cases.read_sealed(town.officer, row.case_id, "name", purpose="想知道")
    assert cases.read_sealed(town.rdec, row.case_id, "name", purpose="回電說明") == NAME
    assert CaseReading.objects.get().purpose == "回電說明"


def test_a_petition_is_answered_by_its_unit_once_the_supervisor_approved(town: SimpleNamespace) -> None:
    row = handled(town)
    with pytest.raises(NotFound):  # another agency does not even see it
        act(town.other, row, "withdraw", reason="x")
    drafted(town, row)
    with pytest.raises(NotPermitted):
        act(town.officer, row, "approve")
    with pytest.raises(CannotDo, match="由單位主管核定就可以"):
        act(town.chief, row, "pass_up")
    act(town.chief, row, "approve", reason="可")
    with pytest.raises(BadInput, match="怎麼通知"):
        act(town.officer, row, "reply")
    with pytest.raises(CannotDo, match="不用追蹤"):
        act(town.officer, row, "reply_promising", fields={"told": "電話"})
    act(town.officer, row, "reply", fields={"told": "電話"})
    row = again(row)
    assert (row.case.state, row.answered_at) == ("closed", at("2025-02-07 10:00"))
    outcome = Outcome.objects.get()
    assert (outcome.ended, outcome.in_time, outcome.unit_id) == ("answered", True, town.works.pk)
    assert queries.public_state(row.case) == "已答復並結案。"


def test_a_report_goes_to_the_head_and_nobody_approves_an_own_draft(town: SimpleNamespace) -> None:
    row = handled(town, petition_class=PetitionClass.REPORT)
    drafted(town, row)
    with pytest.raises(CannotDo, match="要由機關首長核定"):
        act(town.chief, row, "approve")
    act(town.chief, row, "pass_up", reason="如擬")
    act(town.head, row, "refuse", reason="請補稽查日期")
    actions.draft_reply(town.chief, row.case_id, version=None, text="您好：2 月 7 日稽查屬實。")
    act(town.officer, row, "submit")
    with pytest.raises(CannotDo, match="您自己擬的"):
        act(town.chief, row, "pass_up")
    with pytest.raises(NotPermitted):
        act(town.chief, row, "sign")
    said = [(each.level, each.passed) for each in Approval.objects.all()]
    assert said == [("supervisor", True), ("head", False)]
    assert [each.serial for each in row.replies.all()] == [2, 1]


def test_a_reply_that_promises_stays_under_control_until_it_is_released(town: SimpleNamespace) -> None:
    row = handled(town)
    with pytest.raises(BadInput, match="改正"):
        actions.draft_reply(town.officer, row.case_id, version=None, text="會修", promise="換燈桿")
    promised = at("2025-03-07 00:00").date()
    drafted(town, row, promise="換燈桿", promise_on=promised)
    act(town.chief, row, "approve")
    with pytest.raises(CannotDo, match="不能結案"):
        act(town.officer, row, "reply", fields={"told": "電話"})
    act(town.officer, row, "reply_promising", fields={"told": "電話"})
    row = again(row)
    assert (row.case.state, row.case.closed_at, row.promise_due) == ("tracking", None, promised)
    with clock.set_to(at("2025-03-10 09:00")):
        assert list(Petition.objects.filter(queries.promise_late())) == [row]
        with pytest.raises(NotPermitted):
            act(town.officer, row, "release", reason="換好了")
        act(town.control, row, "release", reason="現場看過，燈桿已換")
        assert again(row).case.state == "closed" and not Petition.objects.filter(queries.promise_late())
    assert Outcome.objects.get().in_time


def test_one_need_not_be_dealt_with_on_a_ground_of_the_law_and_is_registered_all_the_same(
    town: SimpleNamespace,
) -> None:
    row = receive(town, petitioner={}).petition
    with pytest.raises(BadInput, match="三種情形"):
        act(town.rdec, row, "decline", reason="x", fields={"ground": "lazy", "told": "公告"})
    act(town.rdec, row, "decline", reason="沒有具名", fields={"ground": "no_name", "told": "無從通知"})
    row = again(row)
    assert (row.case.state, row.ground, row.anonymous) == ("declined", "no_name", True)
    said = case_queries.timeline(row.case)[0].text.splitlines()
    assert said == ["沒有具名", f"不予處理的依據：{GROUND_LABELS[Ground.NO_NAME]}", "怎麼通知民眾：無從通知"]
    other = receive(town).petition
    act(town.rdec, other, "transfer", reason="國道是高公局的", fields={"to": "高速公路局", "told": "電話"})
    assert [each.ended for each in Outcome.objects.order_by("id")] == ["declined", "transferred"]


def test_one_that_is_handed_back_goes_to_who_dispatches_and_after_two_returns_is_ruled_upon(
    town: SimpleNamespace,
) -> None:
    row = receive(town).petition
    act(town.rdec, row, "accept")
    for unit, who in ((town.works, town.officer), (town.parks, town.other)):
        actions.dispatch(town.rdec, row.case_id, version=None, unit_id=unit.pk, reason="請辦理")
        actions.hand_back(who, row.case_id, version=None, reason="不是本局權責")
    case = Case.objects.get(pk=row.case_id)
    assert (case.state, case.returned, case.unit_id) == ("accepted", 2, town.city.pk)
    with pytest.raises(CannotDo, match="裁定權責"):
        actions.dispatch(town.rdec, row.case_id, version=None, unit_id=town.works.pk)
    with pytest.raises(CannotDo):
        act(town.rdec, row, "rule", reason="不能這樣")
    actions.rule_on_responsibility(
        town.rdechead, row.case_id, version=None, unit_id=town.works.pk, reason="路燈屬工務局"
    )
    case.refresh_from_db()
    assert (case.state, case.unit_id) == ("assigned", town.works.pk)
    with pytest.raises(CannotDo, match="已經權責裁定"):
        actions.hand_back(town.officer, row.case_id, version=None, reason="還是不是")
    case.refresh_from_db()
    assert case.state == "assigned"  # the refused return moved nothing


def test_a_second_unit_gives_its_part_and_the_citizen_gets_one_answer(town: SimpleNamespace) -> None:
    row = handled(town)
    with pytest.raises(NotFound):
        actions.give_part(town.other, row.case_id, unit_id=town.parks.pk, text="樹已修剪")
    actions.ask_to_join(town.rdec, row.case_id, version=None, unit_id=town.parks.pk, reason="路樹遮住路燈")
    with pytest.raises(NotPermitted):
        actions.give_part(town.other, row.case_id, unit_id=town.works.pk, text="冒名")
    actions.give_part(town.other, row.case_id, unit_id=town.parks.pk, text="樹已修剪")
    assert [each.unit_id for each in row.parts.all()] == [town.parks.pk]
    assert queries.may_read_words(town.other, row.case)


def test_one_is_reopened_once_within_the_days_of_the_rule(town: SimpleNamespace) -> None:
    row = answered(town)
    with pytest.raises(NotPermitted):
        act(town.officer, row, "reopen", reason="沒修好")
    act(town.control, row, "reopen", reason="民眾說還是不亮")
    assert again(row).answered_at is None
    drafted(town, row)
    act(town.chief, row, "approve")
    act(town.officer, row, "reply", fields={"told": "電話"})
    with pytest.raises(CannotDo, match="最多 1 次"):
        act(town.control, row, "reopen", reason="又壞了")
    assert [each.first for each in Outcome.objects.order_by("id")] == [True, False]
    late = answered(town)
    with clock.set_to(at("2025-02-20 10:00")), pytest.raises(CannotDo, match="超過可以重啟的時限"):
        act(town.control, late, "reopen", reason="沒修好")


def test_a_check_of_quality_is_kept_and_sends_back_what_is_not_good(town: SimpleNamespace) -> None:
    row = answered(town)
    actions.check_quality(town.control, row.case_id, findings="答復清楚")
    act(town.control, row, "quality_back", reason="沒有回答什麼時候修")
    assert again(row).case.state == "handling"
    assert [each.passed for each in QualityCheck.objects.order_by("id")] == [True, False]


def test_two_people_at_once_do_not_both_act(town: SimpleNamespace) -> None:
    row = receive(town).petition
    seen = row.case.version
    actions.act(town.rdec, row.case_id, "accept", version=seen)
    with pytest.raises(Conflict, match="剛才已由別人處理"):
        actions.act(
            town.rdec, row.case_id, "transfer", version=seen, reason="x", fields={"to": "y", "told": "z"}
        )


def test_when_their_time_is_over_personal_data_are_gone_everywhere(town: SimpleNamespace) -> None:
    row = answered(town)
    with pytest.raises(CannotDo, match="保存到"):
        actions.anonymise_petition(town.rdechead, row.case_id, version=None, reason="清除")
    with clock.set_to(at("2030-02-08 10:00")):
        assert actions.anonymise_due(town.rdechead) == 1 and actions.anonymise_due(town.rdechead) == 0
        row = again(row)
        assert row.words == "" and row.case.anonymised_at is not None
        assert set(row.replies.values_list("text", flat=True)) == {""}
        with pytest.raises(CannotDo, match="去識別"):
            cases.read_sealed(town.rdec, row.case_id, "name", purpose="再看一次")


def test_the_table_of_the_month_counts_what_came_and_ended_with_its_denominators(
    town: SimpleNamespace,
) -> None:
    answered(town)
    late = handled(town)
    drafted(town, late)
    act(town.chief, late, "approve")
    with clock.set_to(at("2025-02-20 10:00")):
        act(town.officer, late, "reply", fields={"told": "電話"})
    act(town.rdec, receive(town).petition, "withdraw", reason="民眾來電撤回")
    receive(town, petition_class=PetitionClass.SUGGESTION)
    with clock.set_to(at("2025-03-03 10:00")):
        found = boards.month(town.rdec, parse_period("2025-02"))
        total = found.total
        assert (total.received, total.counted, total.in_time, total.open_after) == (4, 2, 1, 1)
        assert total.on_time_rate == Decimal(50) and total.ended[Ended.WITHDRAWN] == 1
        assert found.target is None and boards.target(at("2011-06-01 10:00").date()) == Decimal(99)
        by_unit = {unit.name: tally for unit, tally in found.agencies}
        assert by_unit["測試市政府工務局"].counted == 2
        assert boards.month(town.other, parse_period("2025-02")).total.received == 0
        assert boards.month(town.rdec, parse_period("2025-03")).total.on_time_rate is None


def test_near_petitions_are_found_and_words_of_two_characters_too(town: SimpleNamespace) -> None:
    row = receive(town).petition
    other = receive(town, subject="中山路 35 號前路燈不亮", place="").petition
    assert [each.petition for each in near_to(town.rdec, other)] == [row]
    assert set(queries.found(town.rdec, "路燈")) == {row, other}
    assert list(queries.found(town.rdec, "35 路燈")) == [other]
    assert not queries.found(town.rdec, "林小美").exists()
    assert not queries.found(town.other, "路燈").exists()


def test_it_is_found_by_what_was_put_right_by_its_category_as_that_is_called_now_and_by_who_handles_it_beside(
    town: SimpleNamespace,
) -> None:
    row = handled(town)
    category = Category.objects.exclude(parent=None)[0]
    changes = {"place": "公園路口", "category_id": category.pk}
    actions.edit_petition(town.officer, row.case_id, version=None, changes=changes, reason="地點寫錯了")
    assert (
        list(queries.found(town.rdec, "園路")) == [row] and not queries.found(town.rdec, "號前路口").exists()
    )
    Category.objects.filter(pk=category.pk).update(name="換了名字的分類")
    assert list(queries.found(town.rdec, "換了名字 路燈")) == [row]
    assert not queries.found(town.other, "路燈").exists()
    actions.ask_to_join(town.rdec, row.case_id, version=None, unit_id=town.parks.pk, reason="也有關係")
    assert list(queries.found(town.other, "路燈")) == [row]
    assert list(queries.found(town.rdec, "\u200b")) == [row]
