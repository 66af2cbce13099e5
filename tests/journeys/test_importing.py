"""A plan goes in: read, checked beside its source, mended, accepted by the head, and its figures are there."""

from pathlib import Path

from tests.journeys.visitor import BOTH

TEXT = (Path(__file__).parent / "plan.txt").read_text(encoding="utf-8")
# A year for each width: both plans stand in the same city.
YEARS = {"desktop": 116, "phone": 117}


def test_a_plan_is_uploaded_checked_mended_and_accepted(visit, width) -> None:  # type: ignore[no-untyped-def]
    year = YEARS[width]
    document = TEXT.replace("{year}", str(year)).replace("{before}", str(year - 1)).encode()

    control = visit(width, by="control")
    control.goto("/planning/plans/")
    control.follow("匯入計畫")
    control.look("import", *BOTH)
    control.press("讀取並存成草稿")
    assert "請選一個檔案，或貼上全文" in control.text()
    control.look("import-refused")
    control.page.set_input_files(
        "input[type=file]", {"name": "plan.txt", "mimeType": "text/plain", "buffer": document}
    )
    control.press("讀取並存成草稿")
    control.page.wait_for_url("**/review/")
    read = control.text()
    assert "2 ／ 3" in read  # goals and KPIs
    assert "「明顯節省」不是單一數值" in read and "第 25 行" in read  # said, and where
    pair = control.page.locator(".review-pair", has_text="橋梁檢測完成率").nth(1)
    assert pair.inner_text().count("(完成檢測座數/列管座數)*100%") == 2  # what was read, and its source
    control.look("review", *BOTH)

    control.page.locator(".review-pair", has_text="路燈用電節省程度").last.get_by_role(
        "link", name="修改"
    ).click()
    control.look("edit-kpi", *BOTH)
    control.page.get_by_label("衡量標準（照印出的寫）").fill("(節省度數/前一年度用電度數)*100%")
    control.page.get_by_label("年度目標值（照印出的寫）").fill("10%")
    control.page.get_by_label("目標值（數字）").fill("10")
    control.page.get_by_label("單位").fill("%")
    control.press("儲存")
    control.settle()
    assert "/edit/" not in control.page.url
    plan = control.page.url.split("/plans/")[1].split("/")[0]
    control.goto(f"/planning/plans/{plan}/")
    assert "10%" in control.row("路燈用電節省程度").inner_text()
    locked = control.page.locator(".act-locked")
    assert "由機關首長或研考會採認" in locked.first.inner_text()  # may not, and why

    head = visit(width, by="head")
    head.goto(f"/planning/plans/{plan}/")
    head.look("plan-draft")
    head.press("採認這份計畫")
    head.settle()
    assert "已採認" in head.text()
    head.look("plan-accepted", *BOTH)
    head.follow("路燈用電節省程度")
    head.settle()
    assert "10%" in head.text() and "權重" in head.text()
    head.look("kpi-without-figures", *BOTH)
    head.follow("看公式、讀法與各版")
    assert "節省度數" in head.text()
    head.look("measure", *BOTH)

    control.goto(f"/planning/plans/{plan}/history/")
    assert "張志明" in control.text()  # who accepted it
    control.look("plan-history", *BOTH)
