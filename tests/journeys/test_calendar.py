"""The work calendar is revised: a new version, its comparison, the deadline that moved, and two officers at one day."""

from tests.journeys.visitor import BOTH

# Two Wednesdays of 115 (9 and 16 December 2026), one for each width, and the day after each.
DAYS = {"desktop": ("2026-12-09", "115-12-08", "12-10"), "phone": ("2026-12-16", "115-12-15", "12-17")}
# Two Thursdays (3 and 10 June 2027) at which two officers meet.
MEETINGS = {"desktop": "2027-06-03", "phone": "2027-06-10"}


def test_an_officer_makes_a_day_a_holiday_and_sees_what_it_moves(visit, width) -> None:  # type: ignore[no-untyped-def]
    day, before, _after = DAYS[width]
    officer = visit(width, by="rdec")
    officer.goto("/calendar/deadline/")
    deadline = ask_for_deadline(officer, before)
    officer.look("deadline", *BOTH)
    officer.goto("/calendar/2026/")
    officer.look("calendar", *BOTH)
    officer.page.locator(f"a[href='/calendar/days/{day}/']").first.click()
    assert "這一天上班" in officer.text()
    officer.look("day", *BOTH)
    officer.follow("修訂這一天")
    officer.press("修訂，成為新的一版")
    assert officer.page.locator(".field-error").count() > 0  # which paper, and why
    officer.look("revise-refused")
    revise(officer, "嵐川建城紀念日")
    officer.page.wait_for_url(f"**/calendar/days/{day}/")
    assert "這一天不上班" in officer.text() and "嵐川建城紀念日" in officer.text()
    assert "王怡君" in officer.text(".page-aside")
    officer.look("day-revised", *BOTH)

    officer.goto("/calendar/versions/")
    assert "嵐川建城紀念日" in officer.row("會變").inner_text()
    officer.look("versions", *BOTH)

    officer.goto("/calendar/deadline/")
    moved = ask_for_deadline(officer, before)
    assert moved != deadline
    assert "嵐川建城紀念日" in officer.text()


def ask_for_deadline(officer, start: str) -> str:  # type: ignore[no-untyped-def]
    """One working day from a start; gives the deadline as it is printed."""
    form = officer.page.locator("main form").first
    form.locator("input[name=start]").fill(start)
    form.locator("input[name=amount]").fill("1")
    form.get_by_role("button").first.click()
    officer.page.wait_for_selector(".due")
    return str(officer.text(".due"))


def revise(officer, name: str) -> None:  # type: ignore[no-untyped-def]
    """Fill in and send the form of a revision."""
    officer.page.get_by_label("放假：國定假日、紀念日").check()
    officer.page.locator("input[name=name]").fill(name)
    officer.page.get_by_label("依據").fill("嵐川市政府115年11月2日府研字第1150000001號函")
    officer.page.get_by_label("修訂理由").fill("市議會決議放假一日")
    officer.press("修訂，成為新的一版")


def test_two_officers_at_one_day_see_each_other(visit, width) -> None:  # type: ignore[no-untyped-def]
    day = MEETINGS[width]
    one, other = visit(width, by="rdec"), visit(width, by="rdechead")
    for each in (one, other):
        each.goto(f"/calendar/days/{day}/revise/")
    revise(one, "端午觀光日")
    one.page.wait_for_url(f"**/calendar/days/{day}/")
    revise(other, "員工運動日")
    conflict = other.page.locator("#conflict")
    conflict.wait_for()
    said = conflict.inner_text()
    assert "這一天又改過了" in said and "端午觀光日" in said and "員工運動日" in said
    assert other.page.locator("input[name=name]").input_value() == "員工運動日"  # nothing typed is lost
    other.look("revise-conflict", *BOTH)
    one.page.reload()
    assert "端午觀光日" in one.text()  # nothing was overwritten
    other.press("修訂，成為新的一版")  # and now knowingly
    other.page.wait_for_url(f"**/calendar/days/{day}/")
    assert "員工運動日" in other.text()
