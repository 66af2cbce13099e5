"""`shizheng setup`: from an empty installation to the first sign-in."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.cli import setup
from shizheng.kernel.people.factories import PASSWORD, person
from shizheng.kernel.people.models import User

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(setup, list(words), obj=nullcontext)


def test_an_empty_installation_gets_its_city_and_its_first_administrator(client) -> None:  # type: ignore[no-untyped-def]
    assert run("city", "臺安市", "--since", "99-12-25").exit_code == 0
    assert organisations.city().name == "臺安市政府"
    made = run("administrator", "first.admin", "林○○")
    password = made.output.split("臨時密碼 ")[1].split()[0]
    user = User.objects.get(username="first.admin")
    assert user.may("people.manage")
    assert entries_of(user)[0].reason == "安裝時建立"
    assert client.post("/account/login/", {"login": "first.admin", "password": password}).status_code == 302


def test_the_city_comes_before_the_administrator_and_once_only() -> None:
    assert "還沒有設定城市" in run("administrator", "first.admin", "林○○").output
    assert not User.objects.filter(username="first.admin").exists()
    run("city", "臺安市")
    again = run("city", "臺平市")
    assert (again.exit_code, "已經設定過" in again.output) == (1, True)


def test_taichung_comes_with_its_agencies() -> None:
    assert "59 個機關" in run("taichung").output
    assert "59 個已經有了" in run("taichung").output


def test_a_wrong_name_or_day_is_told_and_nothing_made() -> None:
    assert run("city", "臺安市", "--since", "昨天").exit_code == 1
    assert organisations.installation() is None
    run("city", "臺安市")
    answer = run("administrator", "不行 的", "林○○")
    assert (answer.exit_code, "帳號用英文" in answer.output) == (1, True)


def test_a_locked_out_administrator_is_let_in_from_the_machine(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="administrator", password=PASSWORD, second_factor=True)
    answer = run("reset", user.username, "--reason", "手機遺失", "--second-factor")
    password = answer.output.split("臨時密碼 ")[1].split()[0]
    login = client.post("/account/login/", {"login": user.username, "password": password})
    assert login.status_code == 302
    assert client.get("/people/me/")["Location"] == "/account/password/change/"
    assert run("reset", "nobody", "--reason", "x").exit_code == 1
