"""Every act of the two tables leads where the table says, and from nowhere else."""

from types import SimpleNamespace

import pytest

from shizheng.common.errors import CannotDo, Conflict
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import CorrectionRequest, Return, Round
from shizheng.kernel.filing.tests.conftest import again, fill, on, send, sign
from shizheng.kernel.filing.tests.kind import CODE, Domain

pytestmark = pytest.mark.django_db


def test_a_round_opens_with_a_return_for_each_that_owes_one(open_round: Round, town: SimpleNamespace) -> None:
    assert (open_round.state, open_round.title) == ("open", "106 年上半年測試成果")
    assert {each.unit_id for each in open_round.returns.all()} == {town.works.pk, town.parks.pk}
    assert all(each.state == "draft" and each.row_count == 2 for each in open_round.returns.all())
    assert queries.rate(open_round).text == "0 ÷ 2（0.00%）"


def test_its_days_levels_and_ladder_are_the_rulebooks_and_their_versions_stay_with_it(
    open_round: Round,
) -> None:
    # 15 July 2017 is a Saturday; the rule in force moves the due day to Monday
    assert str(open_round.nominal_due) == "2017-07-15" and str(open_round.due_on) == "2017-07-17"
    assert str(open_round.opens_on) == "2017-07-01" and str(open_round.closes_on) == "2017-07-31"
    assert open_round.levels == ["supervisor", "head"]
    assert set(open_round.rule_versions) == {"filing.half_year", "filing.due_on_holiday", "filing.ladder"}
    assert all(open_round.rule_versions.values()) and open_round.ladder


def test_from_draft_to_locked_and_corrected(town: SimpleNamespace, filing: Return, domain: Domain) -> None:
    sent = send(town.officer, filing)
    assert (sent.state, sent.signed_levels) == ("submitted", 0)
    assert actions.withdraw_return(town.officer, filing.pk, version=None).state == "draft"
    actions.submit_return(town.officer, filing.pk, version=None)
    first = actions.sign_return(town.chief, filing.pk, version=None)
    assert (first.state, first.signed_levels) == ("submitted", 1)
    assert actions.send_back(town.head, filing.pk, version=None, reason="第 1 項請補說明").state == "returned"
    fill(town.officer, filing, a="166")
    actions.submit_return(town.officer, filing.pk, version=None)
    assert sign(town, filing).state == "signed"
    assert domain.signed == [filing.pk]
    actions.lock_round(town.rdec, filing.round_id, reason="公園局另案")
    assert again(filing).state == "locked" and domain.locked[0][0] == filing.pk
    assert domain.unfiled == [town.parks.pk]  # told once, of those that nobody signed
    asked = actions.request_correction(
        town.officer, filing.pk, version=None, changes={("1", "a"): "165"}, reason="一案漏計"
    )
    actions.approve_correction(town.control, asked.pk, version=asked.version, reason="已核對清冊")
    assert queries.entries_of(filing.pk)["1", "a"].text == "165"
    assert again(filing).state == "locked" and domain.corrected == [asked.pk]


def test_of_a_round_planned_opened_closed_opened_again_and_locked(town: SimpleNamespace, july: None) -> None:
    planned = actions.plan_round(town.rdec, CODE, "2017-H1")
    assert planned.state == "planned"
    opened = actions.open_round(town.rdec, CODE, "2017-H1", version=planned.version)
    closed = actions.close_round(town.rdec, opened.pk, version=opened.version)
    assert closed.state == "closed"
    again_open = actions.reopen_round(town.rdec, opened.pk, version=closed.version, reason="系統停機半日")
    assert again_open.state == "open"
    assert actions.lock_round(town.rdec, opened.pk, reason="都沒有報").state == "locked"


def test_a_planned_round_can_be_taken_away_an_open_one_cannot(town: SimpleNamespace, july: None) -> None:
    planned = actions.plan_round(town.rdec, CODE, "2017-H1")
    actions.cancel_round(town.rdec, planned.pk, version=planned.version, reason="排錯")
    opened = actions.open_round(town.rdec, CODE, "2017-H1")
    with pytest.raises(Conflict, match="不能取消"):
        actions.cancel_round(town.rdec, opened.pk, version=opened.version, reason="排錯")


ACTS = {
    "submit_return": lambda town, pk: actions.submit_return(town.officer, pk, version=None),
    "withdraw_return": lambda town, pk: actions.withdraw_return(town.officer, pk, version=None),
    "sign_return": lambda town, pk: actions.sign_return(town.chief, pk, version=None),
    "send_back": lambda town, pk: actions.send_back(town.chief, pk, version=None, reason="再看"),
}
REACHED = ("draft", "submitted", "returned", "signed", "locked")


def bring(town: SimpleNamespace, filing: Return, state: str) -> None:
    """Bring a return into a state by acts alone."""
    fill(town.officer, filing)
    if state != "draft":
        actions.submit_return(town.officer, filing.pk, version=None)
    if state == "returned":
        actions.send_back(town.chief, filing.pk, version=None, reason="再看")
    if state in ("signed", "locked"):
        sign(town, filing)
    if state == "locked":
        actions.lock_round(town.rdec, filing.round_id, reason="另案")
    assert again(filing).state == state


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_taken_from_the_states_of_the_table_and_refused_from_all_others(
    act: str, state: str, town: SimpleNamespace, filing: Return
) -> None:
    from shizheng.kernel.filing.rules.workflow import RETURN

    bring(town, filing, state)
    if state in RETURN[act].sources:
        ACTS[act](town, filing.pk)
        assert again(filing).state in RETURN[act].targets
    else:
        with pytest.raises(Conflict, match="沒有執行"):
            ACTS[act](town, filing.pk)
        assert again(filing).state == state


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "signed"])
def test_what_is_not_locked_is_not_corrected_but_changed(
    state: str, town: SimpleNamespace, filing: Return
) -> None:
    bring(town, filing, state)
    with pytest.raises(Conflict, match="還沒有鎖定"):
        actions.request_correction(
            town.officer, filing.pk, version=None, changes={("1", "a"): "1"}, reason="改"
        )
    assert not CorrectionRequest.objects.exists()


def test_a_round_in_which_nothing_is_owed_is_not_opened(
    town: SimpleNamespace, july: None, domain: Domain
) -> None:
    domain.units = []
    with pytest.raises(CannotDo, match="沒有任何應填報"):
        actions.open_round(town.rdec, CODE, "2017-H1")
    assert not Round.objects.exists()


def test_a_period_that_the_kind_does_not_file_is_refused(town: SimpleNamespace, july: None) -> None:
    with pytest.raises(CannotDo, match="下半年"):
        actions.open_round(town.rdec, CODE, "2017-H2")


def test_a_closed_round_takes_nothing_but_from_whom_was_given_more_time(
    town: SimpleNamespace, filing: Return
) -> None:
    actions.close_round(town.rdec, filing.round_id)
    with on("2017-08-02"):
        with pytest.raises(CannotDo, match="不再收填報"):
            fill(town.officer, filing)
        actions.extend_due(
            town.rdec,
            filing.pk,
            version=None,
            until=again(filing).round.closes_on.replace(month=8, day=10),
            reason="颱風",
        )
        assert send(town.officer, filing).state == "submitted"
    with on("2017-08-11"), pytest.raises(CannotDo, match="不再收填報"):
        actions.withdraw_return(town.officer, filing.pk, version=None)


def test_a_late_return_of_a_locked_round_is_locked_by_its_last_signature(
    town: SimpleNamespace, filing: Return, domain: Domain
) -> None:
    actions.lock_round(town.rdec, filing.round_id, reason="先鎖")
    actions.extend_due(town.rdec, filing.pk, version=None, until=filing.round.closes_on, reason="補報")
    send(town.officer, filing)
    assert sign(town, filing).state == "locked"
    assert [pk for pk, _content in domain.locked] == [filing.pk]
