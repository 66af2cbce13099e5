"""Pages of filing know today alone, and say so where another day was asked for."""

from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return, Round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["106-01-31", "300-01-01"])
def test_every_page_of_filing_says_that_it_shows_today_where_another_day_was_asked_for(
    town: SimpleNamespace, locked: Return, open_round: Round, day: str
) -> None:
    asked = actions.request_correction(
        town.officer, locked.pk, version=None, changes={("1", "a"): "166"}, reason="上月底的件數多算一件"
    )
    client = Client()
    client.force_login(town.officer)
    for address in (
        "/filing/", "/filing/returns/", f"/filing/rounds/{open_round.pk}/", f"/filing/rounds/{open_round.pk}/grid/",
        f"/filing/returns/{locked.pk}/", f"/filing/returns/{locked.pk}/correct/",
        "/filing/corrections/", f"/filing/corrections/{asked.pk}/",
    ):  # fmt: skip
        page = client.get(address, {"as_of": day}).content.decode()
        assert "這一頁只有今天的樣子" in page and "當天的樣子：" not in page, address
        assert "還沒到，所以顯示今天的" not in page, address
        assert "這一頁只有今天的樣子" not in client.get(address).content.decode(), address
    english = client.get("/filing/", {"as_of": day}, headers={"accept-language": "en"}).content.decode()
    assert "only shows today" in english


def test_a_page_that_can_look_back_does_not_say_so(town: SimpleNamespace, july: None) -> None:
    client = Client()
    client.force_login(town.officer)
    page = client.get("/organisations/", {"as_of": "106-01-31"}).content.decode()
    assert "當天的樣子：" in page and "這一頁只有今天的樣子" not in page
