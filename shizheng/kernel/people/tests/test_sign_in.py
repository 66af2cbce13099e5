"""Signing in: password, authenticator, lock-out, sessions, and what has to be done first."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.errors import BadInput
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.people import actions
from shizheng.kernel.people.factories import PASSWORD, code_now, person
from shizheng.kernel.people.models import SignInEvent, SignInGuard, User

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def sign_in(client: Client, user: User, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": user.username, "password": password})


def forget_used_codes(user: User) -> None:
    """A code is good once; tests sign in several times within its thirty seconds."""
    from allauth.mfa.models import Authenticator

    cache.clear()
    row = Authenticator.objects.get(user_id=user.pk, type="totp")
    row.data.pop("last_step", None)
    row.save()


def enter(client: Client, user: User) -> None:
    """Sign in all the way."""
    assert sign_in(client, user).status_code == 302
    if hasattr(user, "totp_secret"):
        forget_used_codes(user)
        assert (
            client.post("/account/2fa/authenticate/", {"code": code_now(user.totp_secret)}).status_code == 302
        )


def test_the_password_alone_opens_the_door_for_a_role_that_asks_no_more(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="officer", password=PASSWORD)
    before = client.session.session_key
    enter(client, user)
    assert client.get("/people/me/").status_code == 200
    assert client.session.session_key != before
    assert SignInEvent.objects.filter(user=user, outcome="signed_in").count() == 1


def test_the_authenticators_code_is_asked_for_after_the_password(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="administrator", password=PASSWORD, second_factor=True)
    answer = sign_in(client, user)
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert client.get("/people/me/").status_code == 302
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "動態密碼不對" in wrong.content.decode()
    key = client.session.session_key
    assert client.post("/account/2fa/authenticate/", {"code": code_now(user.totp_secret)}).status_code == 302
    assert client.session.session_key != key
    assert client.get("/people/").status_code == 200


def test_a_role_that_asks_for_the_second_factor_leads_to_setting_it_up(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="auditor", password=PASSWORD)
    enter(client, user)
    answer = client.get("/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/totp/activate/")
    assert client.get("/api/v1/organisations/units").status_code == 403
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    secret = client.session["mfa.totp.secret"]
    done = client.post(answer["Location"], {"code": code_now(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done["Location"]).content.decode()
    assert codes.count("\n") > 10
    assert client.get("/people/").status_code == 200


def test_the_secret_of_an_authenticator_lies_encrypted_in_the_database() -> None:
    from allauth.mfa.models import Authenticator

    user = person(second_factor=True)
    stored = Authenticator.objects.get(user_id=user.pk, type="totp").data["secret"]
    assert user.totp_secret not in stored
    assert len(stored) > 80


def test_a_recovery_code_opens_the_door_once(client) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = person(role="administrator", password=PASSWORD, second_factor=True)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    sign_in(client, user)
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    again = Client()
    sign_in(again, user)
    assert again.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert again.get("/people/me/").status_code == 302


def test_who_must_use_the_second_factor_cannot_switch_it_off(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="administrator", password=PASSWORD, second_factor=True)
    enter(client, user)
    page = client.get("/account/2fa/totp/deactivate/")
    assert "不能停用" in page.content.decode()
    client.post("/account/2fa/totp/deactivate/")
    from shizheng.kernel.people.queries import has_second_factor

    assert has_second_factor(user.pk)


def test_too_many_failures_lock_the_account_even_for_the_right_password(client) -> None:  # type: ignore[no-untyped-def]
    user = person(password=PASSWORD)
    for _number in range(settings.LOCKOUT_FAILURES):
        assert "帳號或密碼不對" in sign_in(client, user, "wrong-password").content.decode()
    cache.clear()  # the lock is in the database, not in the memory of one process
    assert "暫停登入" in sign_in(client, user).content.decode()
    assert client.get("/people/me/").status_code == 302
    with clock.set_to(clock.now() + timedelta(minutes=settings.LOCKOUT_MINUTES, seconds=1)):
        assert sign_in(client, user).status_code == 302


def test_an_account_that_does_not_exist_answers_and_locks_in_the_same_words(client) -> None:  # type: ignore[no-untyped-def]
    user = person(password=PASSWORD)

    def words(name: str) -> list[str]:
        said = []
        for _number in range(settings.LOCKOUT_FAILURES + 1):
            text = client.post(LOGIN, {"login": name, "password": "wrong-password"}).content.decode()
            said.append("locked" if "暫停登入" in text else "wrong" if "帳號或密碼不對" in text else text)
        return said

    assert words(user.username) == words("nobody-here") == ["wrong"] * settings.LOCKOUT_FAILURES + ["locked"]


def test_a_closed_account_is_told_what_a_wrong_password_is_told(client) -> None:  # type: ignore[no-untyped-def]
    user = person(password=PASSWORD, is_active=False)
    assert "帳號或密碼不對" in sign_in(client, user).content.decode()


def test_what_was_typed_as_the_name_of_nobody_is_not_kept_in_clear(client) -> None:  # type: ignore[no-untyped-def]
    client.post(LOGIN, {"login": "my-secret-password", "password": "x"})
    subjects = list(SignInGuard.objects.values_list("subject", flat=True))
    assert any(subject.startswith("?") for subject in subjects)
    assert not any("secret" in subject for subject in subjects)


def test_wrong_codes_count_towards_the_lock_too(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="administrator", password=PASSWORD, second_factor=True)
    sign_in(client, user)
    for _number in range(settings.LOCKOUT_FAILURES):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/account/2fa/authenticate/", {"code": code_now(user.totp_secret)})
    assert "暫停登入" in answer.content.decode()
    assert client.get("/people/me/").status_code == 302


def test_one_address_is_locked_after_failures_against_many_accounts(client) -> None:  # type: ignore[no-untyped-def]
    for number in range(settings.LOCKOUT_FAILURES * 10):
        actions.note_failure(f"guess{number}", "203.0.113.9")
    user = person(password=PASSWORD)
    answer = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    assert "暫停登入" in answer.content.decode()
    assert (
        client.post(
            LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.10"
        ).status_code
        == 302
    )


def test_behind_our_proxy_a_stranger_locks_his_own_address_alone(client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TRUSTED_PROXIES = 1
    stranger, colleague = ({"HTTP_X_FORWARDED_FOR": f"192.0.2.1, 203.0.113.{n}"} for n in (9, 10))
    for number in range(settings.LOCKOUT_FAILURES * 10):
        client.post(LOGIN, {"login": f"guess{number}", "password": "wrong"}, **stranger)
    user = person(password=PASSWORD)
    given = {"login": user.username, "password": PASSWORD}
    assert "暫停登入" in client.post(LOGIN, given, **stranger).content.decode()
    assert client.post(LOGIN, given, **colleague).status_code == 302
    assert user.sign_ins.first().address == "203.0.113.10"


def test_success_starts_the_count_anew(client) -> None:  # type: ignore[no-untyped-def]
    user = person(password=PASSWORD)
    for _round in range(2):
        for _number in range(settings.LOCKOUT_FAILURES - 1):
            sign_in(client, user, "wrong-password")
        assert sign_in(Client(), user).status_code == 302


def test_an_administrator_sees_the_lock_and_lifts_it_with_a_reason(client) -> None:  # type: ignore[no-untyped-def]
    user, administrator = person(password=PASSWORD), person(role="administrator", second_factor=True)
    for _number in range(settings.LOCKOUT_FAILURES):
        actions.note_failure(user.username, "198.51.100.7")
    client.force_login(administrator)
    assert user.username in client.get("/people/locks/").content.decode()
    guard = SignInGuard.objects.get(subject=user.username)
    with pytest.raises(BadInput):
        actions.unlock(administrator, guard.pk, reason=" ")
    client.post("/people/locks/", {"guard": guard.pk, "reason": "本人來電，查過分機"})
    assert entries_of(guard)[0].reason == "本人來電，查過分機"
    assert sign_in(Client(), user).status_code == 302


def test_sessions_are_listed_and_one_can_be_ended(client) -> None:  # type: ignore[no-untyped-def]
    from allauth.usersessions.models import UserSession

    user = person(password=PASSWORD)
    other = Client(HTTP_USER_AGENT="Tablet of the night shift")
    enter(other, user)
    enter(client, user)
    page = client.get("/account/sessions/").content.decode()
    assert (
        "Tablet of the night shift" in page and "沒有說是什麼裝置" in page
    )  # that of this test tells nothing
    session = UserSession.objects.get(user=user, user_agent__startswith="Tablet")
    client.post(f"/people/me/sessions/{session.pk}/end/")
    assert other.get("/people/me/").status_code == 302
    assert client.get("/people/me/").status_code == 200


def test_nobody_ends_the_session_of_another(client) -> None:  # type: ignore[no-untyped-def]
    from allauth.usersessions.models import UserSession

    victim, stranger = person(password=PASSWORD), person(password=PASSWORD)
    theirs = Client()
    enter(theirs, victim)
    enter(client, stranger)
    session = UserSession.objects.get(user=victim)
    client.post(f"/people/me/sessions/{session.pk}/end/")
    assert theirs.get("/people/me/").status_code == 200


def test_a_new_password_ends_all_other_sessions_and_changes_the_key_of_this_one(client) -> None:  # type: ignore[no-untyped-def]
    user = person(password=PASSWORD)
    other = Client()
    enter(other, user)
    enter(client, user)
    key = client.session.session_key
    new = "A-quite-different-phrase-7"
    answer = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert client.session.session_key != key
    assert other.get("/people/me/").status_code == 302
    assert client.get("/people/me/").status_code == 200
    assert sign_in(Client(), user, new).status_code == 302


def test_a_temporary_password_has_to_be_replaced_before_anything_else(client) -> None:  # type: ignore[no-untyped-def]
    administrator = person(role="administrator")
    user, temporary = actions.create_person(administrator, username="newcomer", display_name="新同事")
    assert sign_in(client, user, temporary).status_code == 302
    assert client.get("/people/me/")["Location"] == "/account/password/change/"
    new = "A-quite-different-phrase-7"
    client.post("/account/password/change/", {"oldpassword": temporary, "password1": new, "password2": new})
    assert client.get("/people/me/").status_code == 200


def test_nobody_signs_up(client) -> None:  # type: ignore[no-untyped-def]
    page = client.get("/account/signup/")
    assert "系統管理者" in page.content.decode()
    assert client.post("/account/signup/", {"username": "me", "password1": PASSWORD}).status_code == 405
    assert not User.objects.filter(username="me").exists()


@pytest.mark.parametrize("address", ["login/", "signup/", "password/reset/", "inactive/"])
def test_the_pages_at_the_door_are_ours(client, address) -> None:  # type: ignore[no-untyped-def]
    page = client.get(f"/account/{address}")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'class="auth"' in text
    assert "style=" not in text


def test_passwords_and_addresses_never_enter_history() -> None:
    administrator = person(role="administrator")
    user, _password = actions.create_person(
        administrator, username="quiet", display_name="安靜", email="quiet@example.org", password=PASSWORD
    )
    actions.reset_password(administrator, user.pk, reason="忘記")
    for entry in entries_of(user):
        for state in (entry.before or {}), (entry.after or {}):
            assert not {"password", "email", "last_login"} & set(state)
            assert "quiet@example.org" not in str(state)


def test_a_code_that_was_used_opens_nothing_again_also_when_the_cache_has_forgotten_it(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="administrator", password=PASSWORD, second_factor=True)
    code = code_now(user.totp_secret)
    sign_in(client, user)
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    cache.clear()  # what happens after thirty seconds, while the code is still taken for thirty more
    again = Client()
    sign_in(again, user)
    answer = again.post("/account/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 200 and "動態密碼不對" in answer.content.decode()
    assert again.get("/people/me/").status_code == 302
    assert SignInEvent.objects.filter(user=user, outcome="wrong_code").count() == 1


def test_pages_for_those_signed_in_are_kept_in_no_cache(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person())
    assert client.get("/people/me/")["Cache-Control"] == "private, no-store"
    assert "no-store" not in client.get("/public/").get("Cache-Control", "")
