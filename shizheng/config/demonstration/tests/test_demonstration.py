"""The demonstration city: built once, everybody can sign in, every kind of missing occurs, and the past is the past."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.config.demo import load_if_empty, load_seeds, sign_ins
from shizheng.config.demonstration.people import totp_now
from shizheng.domains.planning import queries
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.queries import user_by_username


@pytest.fixture
def city(own_demonstration: str) -> None:
    pass


def test_it_is_built_once_and_says_that_it_is_fictitious(city: None) -> None:
    assert organisations.is_demonstration()
    assert load_if_empty(lambda text: None) is False
    assert [unit.name for unit in organisations.first_level()] == [
        "嵐川市政府研究發展考核委員會",
        "嵐川市政府工務局",
        "嵐川市政府環境保護局",
    ]


def test_every_role_has_an_account_that_can_sign_in(city: None) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    accounts = sign_ins()
    assert len({account.role for account in accounts}) == 9
    request = RequestFactory().post("/account/login/")
    for account in accounts:
        user = user_by_username(account.username)
        assert user is not None and not user.must_change_password
        assert authenticate(request, username=account.username, password=account.password) == user
        assert bool(account.totp_secret) == user.authority.requires_second_factor
        if account.totp_secret:
            stored = TOTP(Authenticator.objects.get(user=user))
            assert stored.validate_code(account.totp_now())


def test_the_code_is_that_of_rfc_6238() -> None:
    from datetime import datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's 12345678901234567890
    with clock.set_to(datetime.fromtimestamp(59, clock.TAIPEI)):
        assert totp_now(secret) == "287082"


def test_every_kind_of_missing_occurs_and_ratios_roll_up(city: None) -> None:
    board = queries.city_board(SYSTEM, 114)
    statuses = {kpi.status.value for kpi in board.kpis}
    statuses |= {kpi.status.value for kpi in queries.city_board(SYSTEM, 113).kpis}
    assert {"met", "not_met", "not_filed", "to_confirm", "not_yet_measurable", "not_applicable"} <= statuses
    (recycling,) = [kpi for kpi in board.kpis if kpi.name == "資源回收率"]
    assert recycling.figure is not None and recycling.figure.made_from == "units"
    assert str(recycling.figure.value) == "54.64"  # 33,336.75 ÷ 61,013.75


def test_before_and_after_the_correction(city: None) -> None:
    def shown(day: date) -> str:
        board = queries.city_board(SYSTEM, None, parse_period("2025-Q2"), as_of_day(day))
        (kpi,) = [each for each in board.kpis if each.name == "重大工程進度相符率"]
        assert kpi.figure is not None
        return str(kpi.figure.value)

    assert shown(date(2025, 8, 1)) == "77.42"  # 24 ÷ 31
    assert shown(date(2025, 10, 1)) == "74.19"  # 23 ÷ 31


def test_a_round_is_open_with_returns_in_every_hand_and_what_was_published_shows_its_correction(
    city: None,
) -> None:
    from shizheng.kernel.filing.models import Round
    from shizheng.kernel.filing.queries import is_late, rate
    from shizheng.kernel.publication import queries as published

    half, year = Round.objects.filter(kind="planning.results").order_by("opens_on")
    assert half.state == "locked" and rate(half).text == "2 ÷ 3（66.67%）"
    assert year.state == "open" and year.closes_on > clock.today()
    returns = {each.unit.code: each for each in year.returns.select_related("unit", "round")}
    assert {code: each.state for code, each in returns.items()} == {
        "PWB": "submitted", "EPB": "returned", "RDEC": "draft"
    }  # fmt: skip
    assert is_late(returns["RDEC"]) and not is_late(returns["PWB"])
    works = published.public_rows().get(kind="planning.results")
    (different,) = published.differences(works)
    assert (different.issued, different.now, different.since) == ("77.05%", "75.41%", date(2025, 9, 12))


def test_real_plans_can_be_added(city: None) -> None:
    from django.conf import settings

    folder: Path = settings.ENVIRONMENT.test_seeds
    if len(list(folder.glob("*.txt"))) < 3:
        pytest.skip(f"真實計畫不在 {folder}；用 SHIZHENG_TEST_SEEDS 指出它們在哪裡")
    assert load_seeds(folder, lambda text: None) == 3
    assert load_seeds(folder, lambda text: None) == 0
    values = {
        kpi.name: str(kpi.figure.value)
        for kpi in queries.city_board(SYSTEM, 106).kpis
        if kpi.figure is not None and kpi.figure.value is not None
    }
    assert values["話務服務滿意度指標"] == "89.79" and values["本府重大工程進度相符之比率"] == "77.31"


def test_what_is_done_of_the_works_stays_done(city: None) -> None:
    """Cumulative progress of works never falls, also where the plan was put off."""
    from shizheng.domains.projects.models import MonthRecord

    before: dict[int, object] = {}
    rows = MonthRecord.objects.filter(superseded_by=None, actual_works__isnull=False).select_related(
        "project"
    )
    for each in rows.order_by("project", "period"):
        assert each.actual_works >= before.get(each.project_id, 0), (each.project.name, each.period)  # type: ignore[operator]
        before[each.project_id] = each.actual_works
    assert len(before) >= 5
