"""Keys for programs."""

from datetime import timedelta

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM, in_words
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations.factories import agency
from shizheng.kernel.people import actions, queries
from shizheng.kernel.people.factories import PASSWORD, person, role, set_up_second_factor
from shizheng.kernel.people.models import ApiToken, User

pytestmark = pytest.mark.django_db


def soon(days: int = 30):  # type: ignore[no-untyped-def]
    return clock.now() + timedelta(days=days)


def test_a_token_acts_for_its_owner_within_its_scopes() -> None:
    user = person(role="leader", second_factor=True)
    token, text = actions.create_token(user, name="匯出", scopes=["planning.view"], expires_at=soon())
    actor = queries.actor_of_token(text)
    assert actor is not None
    assert actor.pk == user.pk
    assert "匯出" in actor.display_name
    assert actor.may("planning.view")
    assert actor.units_where("planning.view") is None
    assert not actor.may("measures.view")
    assert actor.units_where("measures.view") == frozenset()
    token.refresh_from_db()
    assert token.last_used_at is not None
    (said,) = token.scopes_in_words
    assert (
        said in in_words(["planning.view"])
        and said != "planning.view"
        and in_words(["gone.away"]) == ["gone.away"]
    )


def test_only_a_hash_of_the_token_is_kept_and_none_in_history() -> None:
    token, text = actions.create_token(
        person(role="leader", second_factor=True), name="匯出", scopes=["planning.view"], expires_at=soon()
    )
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text not in str(row)
    assert all("digest" not in (entry.after or {}) for entry in entries_of(token))


def test_a_token_cannot_do_more_than_its_owner_now_or_later() -> None:
    user = person(role="leader", second_factor=True)
    with pytest.raises(BadInput) as refused:
        actions.create_token(user, name="x", scopes=["people.manage"], expires_at=soon())
    assert "people.manage" in refused.value.fields["scopes"][0]
    _token, text = actions.create_token(user, name="x", scopes=["planning.view"], expires_at=soon())
    actions.end_assignment(SYSTEM, user.assignments.get().pk, reason="調職")
    actor = queries.actor_of_token(text)
    assert actor is not None
    assert not actor.may("planning.view")


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_token_ends_within_a_year(days) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match="權杖沒有建立"):
        actions.create_token(
            person(role="leader", second_factor=True),
            name="x",
            scopes=["planning.view"],
            expires_at=soon(days),
        )


def test_an_expired_revoked_or_invented_token_is_nobody() -> None:
    user = person(role="leader", second_factor=True)
    token, text = actions.create_token(user, name="x", scopes=["planning.view"], expires_at=soon(1))
    with clock.set_to(soon(1)):
        assert queries.actor_of_token(text) is None
    assert queries.actor_of_token(text) is not None
    actions.revoke_token(user, token.pk)
    assert queries.actor_of_token(text) is None
    for invented in ("", "szt_", "x" * 10_000, text[:-1]):
        assert queries.actor_of_token(invented) is None


def test_closing_an_account_ends_its_tokens() -> None:
    person(role="administrator")
    user = person(role="leader", second_factor=True)
    _token, text = actions.create_token(user, name="x", scopes=["planning.view"], expires_at=soon())
    actions.change_person(SYSTEM, user.pk, version=None, changes={"is_active": False}, reason="離職")
    assert queries.actor_of_token(text) is None
    actions.change_person(SYSTEM, user.pk, version=None, changes={"is_active": True}, reason="復職")
    assert queries.actor_of_token(text) is None


def test_nobody_revokes_the_token_of_another_or_makes_one_with_a_token() -> None:
    user, stranger = person(role="leader", second_factor=True), person(role="leader", second_factor=True)
    token, text = actions.create_token(user, name="x", scopes=["planning.view"], expires_at=soon())
    with pytest.raises(NotFound):
        actions.revoke_token(stranger, token.pk)
    actor = queries.actor_of_token(text)
    assert actor is not None
    with pytest.raises(NotPermitted):
        actions.create_token(actor, name="y", scopes=["planning.view"], expires_at=soon())


def test_the_page_shows_a_new_token_once(client) -> None:  # type: ignore[no-untyped-def]
    user = person(role="officer", password=PASSWORD)
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    answer = client.post(
        "/people/me/tokens/new/",
        {
            "name": "匯出",
            "scopes": ["organisations.view"],
            "expires": (clock.today() + timedelta(days=9)).isoformat(),
        },
    )
    page = answer.content.decode()
    text = page.split('id="token">')[1].split("<")[0]
    assert answer["Cache-Control"] == "no-store"
    assert queries.actor_of_token(text) is not None
    assert text not in client.get("/people/me/").content.decode()


def test_an_open_browser_alone_makes_no_token(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="officer", password=PASSWORD))
    for answer in (client.get("/people/me/tokens/new/"), client.post("/people/me/tokens/new/", {})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/reauthenticate/")


def test_the_api_takes_a_token_for_its_scope_only() -> None:
    user = person(role="leader", second_factor=True)
    _token, text = actions.create_token(user, name="x", scopes=["organisations.view"], expires_at=soon())
    program = Client(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert program.get("/api/v1/organisations/units").status_code == 200
    assert program.get("/api/v1/people/people").status_code == 403
    assert (
        Client(HTTP_AUTHORIZATION="Bearer szt_nonsense").get("/api/v1/organisations/units").status_code == 401
    )


@pytest.mark.django_db
def test_a_password_that_was_reset_takes_the_tokens_with_it() -> None:
    administrator, owner = person(role="administrator"), person(role="officer")
    _, text = actions.create_token(
        owner, name="甲", scopes=["planning.view"], expires_at=clock.now() + timedelta(days=1)
    )
    assert queries.actor_of_token(text) is not None
    actions.reset_password(administrator, owner.pk, reason="帳號疑似外洩")
    assert queries.actor_of_token(text) is None


def bearer(text: str) -> Client:
    return Client(HTTP_AUTHORIZATION=f"Bearer {text}")


def test_a_token_rests_while_its_owner_has_a_temporary_password() -> None:
    user = person(role="officer")
    _token, text = actions.create_token(user, name="x", scopes=["organisations.view"], expires_at=soon())
    with recorded(by=SYSTEM, action="people.test"):
        User.objects.filter(pk=user.pk).update(must_change_password=True)
    refused = bearer(text).get("/api/v1/organisations/units")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in_unfinished")
    assert "臨時密碼" in refused.json()["message"]
    actions.change_password_done(user)
    assert bearer(text).get("/api/v1/organisations/units").status_code == 200


def test_a_token_rests_while_its_owner_lacks_the_second_factor_that_is_asked_by_now() -> None:
    user = person(role="officer")
    _token, text = actions.create_token(user, name="x", scopes=["organisations.view"], expires_at=soon())
    assert bearer(text).get("/api/v1/organisations/units").status_code == 200
    asked = role("officer")
    actions.change_role(
        SYSTEM, asked.pk, version=asked.version, changes={"requires_second_factor": True}, reason="加強"
    )
    refused = bearer(text).get("/api/v1/organisations/units")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in_unfinished")
    assert "動態密碼" in refused.json()["message"]
    set_up_second_factor(user)
    assert bearer(text).get("/api/v1/organisations/units").status_code == 200


def test_an_administrator_revokes_the_token_of_another_on_a_page_with_a_reason(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="administrator", second_factor=True))
    owner = person(role="officer")
    token, text = actions.create_token(owner, name="月報", scopes=["planning.view"], expires_at=soon())
    address = f"/people/tokens/{token.pk}/revoke/"
    assert address in client.get(f"/people/{owner.pk}/").content.decode()
    assert "月報" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert queries.actor_of_token(text) is not None
    done = client.post(address, {"reason": "權杖外流"})
    assert done["Location"] == f"/people/{owner.pk}/"
    assert queries.actor_of_token(text) is None
    assert entries_of(token)[0].reason == "權杖外流"
    assert address not in client.get(f"/people/{owner.pk}/").content.decode()


def test_who_manages_another_agency_does_not_find_the_token(client) -> None:  # type: ignore[no-untyped-def]
    local = role("local_admin", permissions=["people.view", "people.manage"])
    client.force_login(person(role=local, unit=agency()))
    token, _text = actions.create_token(
        person(role="officer", unit=agency()), name="x", scopes=["planning.view"], expires_at=soon()
    )
    assert client.get(f"/people/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/people/tokens/{token.pk}/revoke/", {"reason": "不行"}).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
