"""On site with a phone and no network: photographs and a note wait on the device, and go once when the network is back."""

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor


def photograph(colour: str) -> bytes:
    """What a camera gives."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


def test_what_is_brought_back_waits_for_a_network_and_is_kept_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit("phone", "control")
    page = visitor.page
    page.context.grant_permissions(["geolocation"], origin=visitor.address)
    page.context.set_geolocation({"longitude": 120.905, "latitude": 24.192, "accuracy": 12})
    visitor.goto("/projects/register/?q=東嵐橋改建")
    visitor.follow("東嵐橋改建工程")
    visitor.follow("到現場")
    site = page.url
    visitor.look("site", "light", "dark")
    page.context.set_offline(True)
    shots = [
        {"name": f"{each}.jpg", "mimeType": "image/jpeg", "buffer": photograph(each)}
        for each in ("red", "blue")
    ]
    page.locator("[data-site-shot]").set_input_files(shots[:1])
    page.locator("[data-site-album]").set_input_files(shots[1:])
    page.locator("[data-site-list] li").nth(1).wait_for()
    visitor.press("目前位置")
    expect(page.locator("[name=longitude]")).to_have_value("120.905000")
    page.get_by_label("相片說明").first.fill("斷網時拍的橋面")
    page.get_by_label("現場情形").fill("橋面版澆置完成")
    visitor.press("送出")
    status = page.locator("[data-site-status]")
    status.filter(has_text="2 張相片、1 則紀錄等著送").wait_for()
    page.close()  # the phone goes into the pocket

    page = visitor.page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(site)
    page.locator("[data-site-status]", has_text="已送出 3 筆").wait_for()
    assert page.locator("[data-site-list] li").count() == 0
    page.goto(re.sub(r"site/$", "", site))
    assert page.locator("#photos img").count() >= 2
    assert page.locator("#photos", has_text="斷網時拍的橋面").count() == 1
    assert visitor.text("#photos").count("橋面版澆置完成") == 1
    page.reload()
    assert visitor.text("#photos").count("斷網時拍的橋面") == 1
