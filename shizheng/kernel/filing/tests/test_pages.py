"""The pages of filing: one return on one screen, who has filed, corrections, my work for every role."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import CorrectionRequest, Return, Round
from shizheng.kernel.filing.tests.conftest import again, browser, on, send, sign
from shizheng.kernel.filing.tests.kind import CODE, Domain, supply
from shizheng.web import work

pytestmark = pytest.mark.django_db


def posted(filing: Return, act: str = "submit", **texts: str) -> dict[str, str]:
    """The form as a browser sends it; `r1_a="5"` types into row 1, field a."""
    values = {f"f.{row}.{name}": "" for row in "12" for name in ("a", "b", "missing", "text")}
    values |= {f"v.{key[2:]}": "0" for key in list(values)}
    values |= {f"f.{key[1]}.{key[3:]}": text for key, text in texts.items()}
    return {**values, "act": act, "version": str(again(filing).version)}


def test_a_return_is_one_page_with_what_is_supplied_and_its_link(
    town: SimpleNamespace, filing: Return, domain: Domain
) -> None:
    domain.supplied = {("1", "a"): supply("167"), ("1", "b"): supply("216")}
    page = browser(town.officer).get(f"/filing/returns/{filing.pk}/").content.decode()
    assert 'value="167"' in page and 'href="/cases/"' in page and "列管案件，截至 106-06-30" in page
    assert "77.31%（167 ÷ 216）" in page


def test_the_form_is_sent_and_the_return_waits_for_its_signature(
    town: SimpleNamespace, filing: Return
) -> None:
    page = browser(town.officer)
    answer = page.post(
        f"/filing/returns/{filing.pk}/",
        posted(filing, r1_a="167", r1_b="216", r2_missing="not_yet_measurable"),
    )
    assert answer.status_code == 302 and again(filing).state == "submitted"
    shown = browser(town.chief).get(f"/filing/returns/{filing.pk}/").content.decode()
    assert "以單位主管簽核" in shown and "尚未可衡量" in shown
    browser(town.chief).post(
        f"/filing/returns/{filing.pk}/sign/", {"version": again(filing).version, "reason": ""}
    )
    assert again(filing).signed_levels == 1


def test_a_return_of_four_hundred_items_is_one_form_and_is_sent(
    town: SimpleNamespace, filing: Return, domain: Domain
) -> None:
    domain.rows = 400
    fields = [f"{row}.{name}" for row in range(1, 401) for name in ("a", "b", "missing", "text")]
    values = {f"f.{each}": "100" if each[-2:] in (".a", ".b") else "" for each in fields}
    values |= {f"v.{each}": "0" for each in fields}
    sent = {**values, "act": "submit", "version": str(again(filing).version)}
    answer = browser(town.officer).post(f"/filing/returns/{filing.pk}/", sent)
    assert answer.status_code == 302 and again(filing).state == "submitted"


def test_errors_stand_beside_the_fields_and_everything_typed_is_still_there(
    town: SimpleNamespace, filing: Return
) -> None:
    answer = browser(town.officer).post(
        f"/filing/returns/{filing.pk}/", posted(filing, r1_a="許多", r1_text="說明兩句", r2_a="5", r2_b="9")
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "不是數字" in page and "還沒有填" in page
    assert 'value="許多"' in page and "說明兩句" in page
    assert queries.entries_of(filing.pk)["2", "a"].text == "5"


def test_a_conflict_in_the_form_shows_both_and_keeps_what_was_typed(
    town: SimpleNamespace, filing: Return
) -> None:
    form = posted(filing, act="save", r1_a="170")
    actions.save_entry(town.officer2, filing.pk, row="1", field="a", text="167", version=0)
    answer = browser(town.officer).post(f"/filing/returns/{filing.pk}/", form)
    page = answer.content.decode()
    assert answer.status_code == 409 and 'value="170"' in page and "林承辦 改成了「167」" in page
    form |= {"v.1.a": "1"}
    assert browser(town.officer).post(f"/filing/returns/{filing.pk}/", form).status_code == 302
    assert queries.entries_of(filing.pk)["1", "a"].text == "170"


def test_a_field_is_saved_as_typed_and_answers_the_sentence_with_the_figure(
    town: SimpleNamespace, filing: Return
) -> None:
    page = browser(town.officer)

    def save(field: str, text: str, version: int = 0) -> Any:
        body = {"row": "1", "field": field, "text": text, "version": version}
        return page.post(f"/filing/returns/{filing.pk}/save/", json.dumps(body), "application/json")

    assert save("a", "167").json() == {"version": 1, "narrative": "", "problem": ""}
    assert save("b", "216").json()["narrative"] == "77.31%（167 ÷ 216）"
    assert "不是數字" in save("b", "兩百", 1).json()["problem"]
    actions.save_entry(town.officer2, filing.pk, row="1", field="a", text="166", version=1)
    told = save("a", "168", 1)
    assert told.status_code == 409
    assert told.json()["clash"] == {"text": "166", "shown": "166", "by": "林承辦", "version": 2}
    assert page.post(f"/filing/returns/{filing.pk}/save/", "[]", "application/json").status_code == 422


def test_two_people_in_one_return_are_told_of_each_other(town: SimpleNamespace, filing: Return) -> None:
    browser(town.officer).post(f"/filing/returns/{filing.pk}/presence/", {"field": "1.a"})
    actions.save_entry(town.officer, filing.pk, row="1", field="a", text="167", version=0)
    told = (
        browser(town.officer2).post(f"/filing/returns/{filing.pk}/presence/", {"field": ""}).content.decode()
    )
    assert "王承辦" in told and 'data-live="1.a"' in told and 'data-text="167"' in told
    with on("2017-07-05", 12):
        assert (
            "王承辦"
            not in browser(town.officer2).post(f"/filing/returns/{filing.pk}/presence/").content.decode()
        )


def test_the_round_page_says_who_has_filed_with_its_denominator(
    town: SimpleNamespace, filing: Return, open_round: Round
) -> None:
    send(town.officer, filing)
    page = browser(town.rdec).get(f"/filing/rounds/{open_round.pk}/").content.decode()
    assert "1 ÷ 2（50.00%）" in page and "工務局" in page and "公園局" in page
    missing = browser(town.rdec).get(f"/filing/rounds/{open_round.pk}/?filed=no").content.decode()
    assert "成果：測試市政府公園局" in missing and "成果：測試市政府工務局" not in missing
    assert [each.unit_id for each in queries.not_filed(open_round)] == [town.parks.pk]
    own = browser(town.other).get(f"/filing/rounds/{open_round.pk}/").content.decode()
    assert "成果：測試市政府工務局" not in own


def test_rdec_plans_opens_moves_and_locks_a_round_in_the_browser(town: SimpleNamespace, july: None) -> None:
    page = browser(town.rdec)
    page.post("/filing/rounds/new/", {"kind": CODE, "period": "106年上半年", "title": ""})
    made = Round.objects.get()
    assert made.state == "planned"
    page.post(f"/filing/rounds/{made.pk}/open/", {"version": made.version, "reason": ""})
    made.refresh_from_db()
    days = {"opens_on": "106-07-01", "due_on": "106-07-20", "closes_on": "106-07-31", "reason": "颱風停班"}
    assert page.post(f"/filing/rounds/{made.pk}/days/", {**days, "version": made.version}).status_code == 302
    made.refresh_from_db()
    assert str(made.due_on) == "2017-07-20"
    refused = page.post(f"/filing/rounds/{made.pk}/lock/", {"version": made.version, "reason": ""})
    assert refused.status_code == 422 and "還有 2 份沒有簽核" in refused.content.decode()
    for each in made.returns.all():  # whose they are, not only how many
        assert each.title in refused.content.decode()
    page.post(f"/filing/rounds/{made.pk}/lock/", {"version": made.version, "reason": "都停班"})
    made.refresh_from_db()
    assert made.state == "locked"


def test_a_correction_is_asked_for_and_decided_in_the_browser(town: SimpleNamespace, locked: Return) -> None:
    form = {f"f.{row}.{name}": text for row in "12" for name, text in (("a", "167"), ("b", "216"))}
    ask = browser(town.officer)
    refused = ask.post(
        f"/filing/returns/{locked.pk}/correct/",
        {**form, "f.1.a": "166", "version": locked.version, "reason": ""},
    )
    assert refused.status_code == 422 and 'value="166"' in refused.content.decode()
    ask.post(
        f"/filing/returns/{locked.pk}/correct/",
        {**form, "f.1.a": "166", "version": locked.version, "reason": "一案漏計"},
    )
    made = CorrectionRequest.objects.get()
    assert [(c["row"], c["field"], c["before"], c["after"]) for c in made.changes] == [
        ("1", "a", "167", "166")
    ]
    mine = ask.get(f"/filing/corrections/{made.pk}/").content.decode()
    assert "待誰核可" in mine and town.control.display_name in mine and "核可更正" not in mine
    shown = browser(town.control).get(f"/filing/corrections/{made.pk}/").content.decode()
    assert "<del>167</del>" in shown and "核可更正" in shown
    browser(town.control).post(
        f"/filing/corrections/{made.pk}/", {"act": "approve", "version": made.version, "reason": "已核對"}
    )
    assert queries.entries_of(locked.pk)["1", "a"].text == "166"
    after = browser(town.officer).get(f"/filing/returns/{locked.pk}/").content.decode()
    assert "已更正" in after and "一案漏計" in after


def titles(user: Any, day: str = "2017-07-05") -> list[str]:
    from datetime import date

    user.forget_authority()
    return [str(item.title) for item in work.items_for(user, date.fromisoformat(day))]


def test_my_work_has_for_every_role_what_waits_for_it(town: SimpleNamespace, filing: Return) -> None:
    assert "成果：測試市政府工務局" in titles(town.officer) and "成果：測試市政府公園局" in titles(town.other)
    send(town.officer, filing)
    assert "成果：測試市政府工務局" not in titles(town.officer)
    assert "簽核 成果：測試市政府工務局" in titles(town.chief) and not titles(town.head)
    actions.sign_return(town.chief, filing.pk, version=None)
    assert "簽核 成果：測試市政府工務局" in titles(town.head)
    actions.send_back(town.head, filing.pk, version=None, reason="再看")
    items = work.items_for(town.officer, filing.round.due_on)
    assert [(i.returned, str(i.button), str(i.why)) for i in items] == [
        (True, "修改", f"{filing.round.title}，被退回：再看")
    ]
    page = browser(town.officer).get(f"/filing/returns/{filing.pk}/").content.decode()
    assert page.index("退回，請改好再送出") < page.index("再看") < page.index("data-filing")
    with on("2017-07-20"):
        assert "測試市政府工務局有 1 份逾期未報" in titles(town.control, "2017-07-20")
        assert "測試市政府工務局有 1 份逾期未報" in titles(town.head, "2017-07-20")
    with on("2017-08-01"):
        assert "截止 106 年上半年測試成果" in titles(town.rdec, "2017-08-01")


def test_a_reader_sees_what_was_said_and_not_the_hints_and_empty_boxes_of_the_form(
    town: SimpleNamespace, filing: Return
) -> None:
    send(town.officer, filing)
    page = browser(town.chief).get(f"/filing/returns/{filing.pk}/").content.decode()
    assert "進度相符案件" in page and "167" in page and "缺值" not in page


def counted(page: Client, address: str) -> int:
    page.get(address)
    with CaptureQueriesContext(connection) as found:
        assert page.get(address).status_code == 200
    return len(found)


def test_pages_ask_the_database_little_however_much_there_is(
    town: SimpleNamespace, filing: Return, open_round: Round, domain: Domain
) -> None:
    from shizheng.kernel.organisations import factories as organisations

    send(town.officer, filing)
    page = browser(town.rdec)
    addresses = [
        "/filing/",
        f"/filing/rounds/{open_round.pk}/",
        f"/filing/returns/{filing.pk}/",
        f"/filing/rounds/{open_round.pk}/grid/",
        "/filing/returns/",
        "/filing/corrections/",
    ]
    before = {address: counted(page, address) for address in addresses}
    assert max(before.values()) <= 15, before
    domain.units += [organisations.agency() for _n in range(12)]
    actions.add_missing_returns(town.rdec, open_round.pk)
    assert {address: counted(page, address) for address in addresses} == before
    assert sign(town, filing).state == "signed"


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [("number", "12000000", "12,000,000"), ("number", "−5000.5", "−5,000.5"), ("number", "無", "無"), ("text", "12000000", "12000000")],
)  # fmt: skip
def test_numbers_beside_a_field_are_read_with_their_thousands(kind: Any, text: str, read: str) -> None:
    from shizheng.kernel.filing.pages.returns import as_read
    from shizheng.kernel.filing.registry import Field

    assert as_read(Field("paid", "執行數", kind), text) == read
