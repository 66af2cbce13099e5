"""Standing in for somebody (代理): for a time, with the same permissions, recorded in both names."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotPermitted
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import actions
from shizheng.kernel.people.factories import person
from shizheng.kernel.people.holders import holders_by_unit
from shizheng.kernel.people.models import Delegation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> SimpleNamespace:
    """A supervisor who will be away and a colleague of the same agency; an administrator; somebody elsewhere."""
    works, parks = organisations.agency(code="DW"), organisations.agency(code="DP")
    section = organisations.unit(parent=works, code="DW1")
    return SimpleNamespace(
        works=works,
        parks=parks,
        boss=person("control_officer", works, username="boss", display_name="甲主管"),
        mate=person("officer", section, username="mate", display_name="乙同仁"),
        far=person("officer", parks, username="far"),
        admin=person("administrator", username="admin", second_factor=True),
    )


def away(two: SimpleNamespace, days: int = 3, by: Any = None) -> Delegation:
    today = clock.today()
    return actions.delegate(
        by or two.boss, from_user_id=two.boss.pk, to_user_id=two.mate.pk, start_date=today,
        end_date=today + timedelta(days=days), reason="公假",
    )  # fmt: skip


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_while_it_lasts_the_other_may_what_the_absent_person_may_and_no_day_longer(
    two: SimpleNamespace,
) -> None:
    assert not two.mate.may("measures.correct", two.works.pk)
    made = away(two)
    assert fresh(two.mate).may("measures.correct", two.works.pk)
    assert not fresh(two.mate).may("measures.correct", two.parks.pk)
    from datetime import datetime, time

    with clock.set_to(datetime.combine(made.end_date, time(9), clock.TAIPEI)):
        assert not fresh(two.mate).may("measures.correct", two.works.pk)
    with clock.set_to(datetime.combine(made.end_date - timedelta(days=1), time(23), clock.TAIPEI)):
        assert fresh(two.mate).may("measures.correct", two.works.pk)


def test_an_act_with_the_other_persons_permission_is_recorded_in_both_names_an_own_act_in_one(
    two: SimpleNamespace,
) -> None:
    from shizheng.common.permissions import require
    from shizheng.kernel.history.actions import recorded

    away(two)
    mate = fresh(two.mate)

    def act(code: str, unit: int) -> str:
        with recorded(by=mate, action="tests.act"):
            require(mate, code, unit)
            two.far.job_title += "x"
            two.far.save()
        entry = entries_of(two.far).first()
        assert entry is not None and entry.actor_id == mate.pk
        return entry.actor_name

    assert act("measures.correct", two.works.pk) == "乙同仁（代理 甲主管）"
    assert act("measures.file", mate.assignments.get().unit_id) == "乙同仁"
    require(mate, "measures.correct", two.works.pk)  # before the record is opened, as pages and the API do
    with recorded(by=mate, action="tests.act"):
        two.far.job_title += "y"
        two.far.save()
    entry = entries_of(two.far).first()
    assert entry is not None and entry.actor_name == "乙同仁（代理 甲主管）"


def test_it_is_not_handed_on_and_never_the_power_over_accounts(two: SimpleNamespace) -> None:
    away(two)
    today = clock.today()
    third = person("officer", two.works, username="third")
    actions.delegate(
        two.mate, from_user_id=two.mate.pk, to_user_id=third.pk, start_date=today,
        end_date=today + timedelta(days=2), reason="也請假",
    )  # fmt: skip
    assert not fresh(third).may("measures.correct", two.works.pk)
    actions.delegate(
        two.admin, from_user_id=two.admin.pk, to_user_id=person("administrator", username="adm2").pk,
        start_date=today, end_date=today + timedelta(days=2), reason="出差",
    )  # fmt: skip
    helper = person("officer", organisations.city(), username="helper")
    actions.delegate(
        two.admin, from_user_id=two.admin.pk, to_user_id=helper.pk, start_date=today,
        end_date=today + timedelta(days=2), reason="出差",
    )  # fmt: skip
    assert fresh(helper).may("jobs.manage") and not fresh(helper).may("people.manage")
    assert fresh(helper).authority.requires_second_factor


def test_a_token_stands_in_for_nobody(two: SimpleNamespace) -> None:
    from shizheng.kernel.people.authority import TokenActor

    away(two)
    token = TokenActor(fresh(two.mate), frozenset({"measures.correct", "measures.file"}), 1, "t")
    assert not token.may("measures.correct") and token.units_where("measures.correct") == frozenset()
    assert token.may("measures.file")


def test_who_may_set_it_and_what_is_refused(two: SimpleNamespace) -> None:
    today = clock.today()
    given = {"start_date": today, "end_date": today + timedelta(days=2), "reason": "公假"}
    with pytest.raises(NotPermitted):
        actions.delegate(two.mate, from_user_id=two.boss.pk, to_user_id=two.mate.pk, **given)
    with pytest.raises(BadInput) as told:
        actions.delegate(two.boss, from_user_id=two.boss.pk, to_user_id=two.far.pk, **given)
    assert "同一個機關" in told.value.fields["to_user"][0]
    actions.delegate(two.admin, from_user_id=two.boss.pk, to_user_id=two.far.pk, **given)
    for wrong, field in (
        ({"end_date": today}, "end_date"),
        ({"end_date": today + timedelta(days=400)}, "end_date"),
        ({"start_date": today - timedelta(days=1)}, "start_date"),
    ):
        with pytest.raises(BadInput) as told:
            actions.delegate(two.boss, from_user_id=two.boss.pk, to_user_id=two.mate.pk, **{**given, **wrong})
        assert field in told.value.fields
    away(two)
    with pytest.raises(BadInput, match="代理沒有設定"):
        away(two)


def test_it_ends_before_its_day_when_somebody_comes_back(two: SimpleNamespace) -> None:
    made = away(two)
    with pytest.raises(NotPermitted):
        actions.end_delegation(two.far, made.pk, reason="別人")
    actions.end_delegation(two.boss, made.pk, version=made.version, reason="提早銷假")
    assert not fresh(two.mate).may("measures.correct", two.works.pk)
    assert Delegation.objects.get().end_date == date.fromordinal(clock.today().toordinal())


def test_what_waits_for_the_absent_person_reaches_who_stands_in(two: SimpleNamespace) -> None:
    away(two)
    assert holders_by_unit("measures.correct")[two.works.pk] == {two.boss.pk, two.mate.pk}


def test_the_page_sets_ends_and_lists_it(two: SimpleNamespace) -> None:
    browser = Client()
    browser.force_login(two.boss)
    today = clock.today()
    form = {
        "from_user": two.boss.pk, "to_user": two.mate.pk, "start_date": today.isoformat(),
        "end_date": (today + timedelta(days=5)).isoformat(), "reason": "公假",
    }  # fmt: skip
    refused = browser.post("/people/delegations/new/", {**form, "end_date": today.isoformat()})
    assert refused.status_code == 422 and "要晚於開始日" in refused.content.decode()
    answer = browser.post("/people/delegations/new/", form)
    if answer.status_code != 302 or "delegations" not in answer["Location"]:
        pytest.fail(f"{answer.status_code} {answer.content.decode()[:500]}")
    assert "乙同仁" in browser.get("/people/delegations/").content.decode()
    stranger = Client()
    stranger.force_login(two.far)
    assert "乙同仁" not in stranger.get("/people/delegations/").content.decode()
    made = Delegation.objects.get()
    browser.post(
        f"/people/delegations/{made.pk}/end/",
        {"version": made.version, "on": (today + timedelta(days=1)).isoformat(), "reason": "提早"},
    )
    made.refresh_from_db()
    assert made.end_date == today + timedelta(days=1)
