"""Without a mouse: sign in, find a row, open it, send a form."""

from collections.abc import Callable

from tests.journeys.visitor import Visitor


def tab_to(somebody: Visitor, what: str, most: int = 60) -> None:
    """Press Tab until the element is reached; what has the focus is always to be seen."""
    for _step in range(most):
        if somebody.page.evaluate("what => document.activeElement.matches(what)", what):
            seen = somebody.page.evaluate(
                "() => { const at = document.activeElement; const style = getComputedStyle(at);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
            )
            assert seen, f"{what} has the focus and does not show it"
            return
        somebody.page.keyboard.press("Tab")
    raise AssertionError(f"{what} is not reached with {most} times Tab on {somebody.page.url}")


def focused(somebody: Visitor) -> str:
    return str(somebody.page.evaluate("document.activeElement.innerText"))


def test_the_work_is_done_with_the_keyboard_alone(visit: Callable[..., Visitor], width: str) -> None:
    officer = visit(width)
    account, keys = officer.accounts["control"], officer.page.keyboard
    officer.goto("/account/login/")
    tab_to(officer, "input[name=login]")
    keys.type(account.username)
    tab_to(officer, "input[name=password]")
    keys.type(account.password)
    keys.press("Enter")
    officer.page.wait_for_url(lambda url: "/account/" not in url)

    keys.press("Tab")
    assert focused(officer) == "跳到內容"
    keys.press("Enter")
    assert officer.page.evaluate("document.activeElement.id") == "content"

    officer.goto("/planning/kpis/?year=114")
    keys.press("/")
    assert officer.page.evaluate("document.activeElement.id") == "list-search"
    keys.type("率")
    officer.page.wait_for_url("**q=*")
    officer.page.wait_for_function("document.querySelectorAll('[data-key-row]').length < 10")
    keys.press("Escape")
    keys.press("j")
    first = focused(officer)
    keys.press("j")
    second = focused(officer)
    assert first and second and first != second
    keys.press("k")
    assert focused(officer) == first
    keys.press("Enter")
    officer.page.wait_for_url("**/planning/kpis/*/**")
    assert officer.text("h1") == first

    officer.goto("/calendar/deadline/")
    tab_to(officer, "input[name=start]")
    keys.press("Control+A")
    keys.type("114-02-07")
    tab_to(officer, "input[name=amount]")
    keys.press("Control+A")
    keys.type("6")
    keys.press("Enter")
    officer.page.wait_for_selector(".due")
    # Friday 7 February 2025; Saturday the 8th was a make-up day.
    assert "114" in officer.text(".due") and "14" in officer.text(".due")
    officer.look()
