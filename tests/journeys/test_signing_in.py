"""Signing in with password and authenticator, what is refused, signing out, and the lock."""

from tests.journeys.visitor import BOTH

# Somebody for each width: a code opens the door once, and changes every thirty seconds.
WHO = {"desktop": ("leader", "蔡宗翰"), "phone": ("auditor", "劉雅雯")}


def test_an_officer_signs_in_with_password_and_code_and_out_again(visit, width) -> None:  # type: ignore[no-untyped-def]
    somebody = visit(width)
    account = somebody.accounts[WHO[width][0]]
    assert account.totp_secret, "the role asks for the second factor"
    somebody.goto("/planning/")
    assert "/account/login/?next=" in somebody.page.url  # nothing to see before one is known
    somebody.look("sign-in", *BOTH)

    somebody.page.get_by_label("帳號").fill(account.username)
    somebody.page.get_by_label("密碼").first.fill("not-the-password")
    somebody.press("登入")
    assert "帳號或密碼不對" in somebody.text()
    somebody.look("sign-in-refused")

    somebody.page.get_by_label("帳號").fill(account.username)
    somebody.page.get_by_label("密碼").first.fill(account.password)
    somebody.press("登入")
    somebody.page.wait_for_url("**/account/2fa/authenticate/**")
    somebody.look("sign-in-code", *BOTH)

    right = account.totp_now()
    somebody.page.locator("input[name=code]").fill(f"{(int(right) + 500_000) % 1_000_000:06d}")
    somebody.press("登入")
    assert "動態密碼不對" in somebody.text()
    somebody.look("sign-in-code-refused")

    somebody.give_code(account.username)
    somebody.page.wait_for_url("**/planning/")  # where they wanted to go
    name = somebody.page.locator(".user-text b")
    assert name.text_content() == WHO[width][1]

    somebody.page.locator("summary.user-button").click()
    somebody.press("登出")
    somebody.page.wait_for_url("**/account/login/**")
    somebody.goto("/planning/")
    assert "/account/login/" in somebody.page.url


def test_too_many_failures_lock_the_account_until_the_administrator_lifts_it(visit, width) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    guessing = visit(width)
    account = guessing.accounts["head2"]
    guessing.goto("/account/login/")
    for _attempt in range(settings.LOCKOUT_FAILURES):
        guessing.page.get_by_label("帳號").fill(account.username)
        guessing.page.get_by_label("密碼").first.fill("guessed")
        with guessing.page.expect_navigation():
            guessing.press("登入")
    guessing.give_password(account.username)  # the right one
    assert "暫停登入" in guessing.text()
    assert "/account/login/" in guessing.page.url
    guessing.look("sign-in-locked", *BOTH)

    administrator = visit(width, by="admin")
    administrator.goto("/people/locks/")
    row = administrator.row(account.username)
    assert "鎖定" in row.inner_text()
    administrator.look("locks", *BOTH)
    row.locator("input[name=reason]").fill("本人來電，已確認身分")
    row.get_by_role("button", name="解除").click()
    administrator.settle()

    guessing.sign_in(account.username)
    assert guessing.page.locator(".user-text b").text_content() == "吳淑芬"
