"""The rulebook in the browser: looked up, proposed in the form of its kind with effects first, decided by another."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shizheng.common import clock
from shizheng.kernel.people.factories import person
from shizheng.kernel.rulebook import actions, effects, queries
from shizheng.kernel.rulebook.forms_values import SINGLE, ValueForm
from shizheng.kernel.rulebook.models import KindOfValue, Rule, RuleVersion
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import Kind, read_value
from shizheng.kernel.rulebook.shipped import shipped_rules

pytestmark = pytest.mark.django_db
WORDS = {"valid_from": "115-01-01", "source": "115 年度施政計畫", "reason": "依新計畫"}


def browser(role: str) -> Client:
    client = Client()
    client.user = person(role=role, second_factor=True)  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    return client


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"rulebook:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def judge() -> Iterator[list[tuple[str, str | None]]]:
    """An app that tells the effects of TC-17, and what it was asked."""
    asked: list[tuple[str, str | None]] = []

    def provider(proposed: RuleValue, current: RuleValue | None) -> Iterable[effects.Effect]:
        asked.append((proposed.raw, current.raw if current else None))
        yield effects.Effect("甲局 標案執行績效", "/x/", "報告", "不報告")

    effects.register("TC-17", provider)
    yield asked
    effects.unregister("TC-17", provider)


def test_the_list_is_filtered_searched_and_exported() -> None:
    client = browser("officer")
    text = page(client, "list", q="退還 補助")
    assert "GR-01" not in text and "TC-17" not in text
    text = page(client, "list", topic="grant", unconfirmed="true")
    assert "GR-08" in text and "GR-01" not in text and "每月 7 日前" in text
    text = page(client, "list", kind="ladder")
    assert "filing.ladder" in text and "TC-17" not in text
    answer = client.get(reverse("rulebook:list"), {"export": "csv", "topic": "tender"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    line = next(each for each in lines if each.startswith("TC-17"))
    assert "90%" in line and "待確認" in line
    assert "建立規則" not in page(client, "list") and "建立規則" in page(browser("rdec_officer"), "list")


def test_the_list_as_of_a_day_shows_what_counted_then() -> None:
    client = browser("officer")
    assert "每 2 個月 1 次" in page(client, "list", q="PS-01")
    client.get(reverse("rulebook:list"), {"as_of": "106-05-01", "q": "PS-01"})
    assert "每月 1 次" in page(client, "list", as_of="106-05-01", q="PS-01")


def test_a_rule_shows_its_versions_on_a_line_of_time() -> None:
    text = page(browser("officer"), "rule", "PS-01")
    assert text.index("每 2 個月 1 次") < text.index("107 年度施政計畫（PS-03）") and "X-18" in text
    assert (
        "民國107年1月1日起" in text
        and "民國100年1月1日起，民國105年1月1日前" in text
        and "提案修改" not in text
    )
    assert "提案修改" in page(browser("rdec_officer"), "rule", "kpi.met")
    assert browser("officer").get(reverse("rulebook:rule", args=["no.such"])).status_code == 404


def test_a_change_is_shown_before_it_is_sent_and_decided_by_another(judge: list[Any]) -> None:
    author, chief = browser("rdec_officer"), browser("rdec_head")
    target = reverse("rulebook:propose", args=["TC-17"])
    form = page(author, "propose", "TC-17")
    assert (
        'value="90"' in form
        and "<textarea" in form
        and "{" not in form.split("<form")[-1].split("</form>")[0]
    )
    data = WORDS | {"value-value": "85", "look": "1"}
    first = author.post(target, data)
    assert first.status_code == 200 and not RuleVersion.objects.filter(decision=None).exists()
    text = first.content.decode()
    assert "甲局 標案執行績效" in text and "不報告" in text and judge == [("85", "90")] and "90%" in text
    seen = first.context["seen"]
    changed = author.post(target, data | {"value-value": "80", "send": "1", "seen": seen})
    assert "還沒有送出" in changed.content.decode() and not RuleVersion.objects.filter(decision=None).exists()
    sent = author.post(target, data | {"send": "1", "seen": seen})
    row = RuleVersion.objects.get(decision=None)
    assert sent.status_code == 302 and row.value == "85" and row.proposed_by == author.user  # type: ignore[attr-defined]
    own = page(author, "proposal", row.pk)
    assert "撤回這件提案" in own and "核准，自起日適用" not in own
    assert "核准規則 TC-17" in chief.get("/work/").content.decode()
    assert "甲局 標案執行績效" in page(chief, "proposal", row.pk)
    decision = {"version": Rule.objects.get(code="TC-17").version, "reason": "同意"}
    done = chief.post(reverse("rulebook:approve", args=[row.pk]), decision)
    assert done.status_code == 302 and queries.value_of("TC-17", date(2026, 2, 1)).raw == "85"
    again = chief.post(reverse("rulebook:approve", args=[row.pk]), decision)
    assert again.status_code == 409 and "不能再決定" in again.content.decode()
    assert "核准規則 TC-17" not in chief.get("/work/").content.decode()


def test_whoever_approves_what_has_changed_since_sees_the_new_effects_and_keeps_the_words() -> None:
    author, chief = browser("rdec_officer"), browser("rdec_head")
    rows = [
        actions.propose_change(
            author.user, "TC-17", value=v, valid_from=date(2026, 1, 1), source="甲", reason="乙"  # type: ignore[attr-defined]
        )
        for v in ("85", "80")
    ]  # fmt: skip
    old = Rule.objects.get(code="TC-17").version
    for row, status in zip(rows, (302, 409), strict=True):
        answer = chief.post(
            reverse("rulebook:approve", args=[row.pk]), {"version": old, "reason": "同意這樣改"}
        )
        assert answer.status_code == status
    text = answer.content.decode()
    assert "同意這樣改" in text and "另一個修改" in text and f'value="{old + 1}"' in text and "85%" in text


def test_a_rejection_and_a_withdrawal_keep_the_reason_on_the_rules_page() -> None:
    author, chief = browser("rdec_officer"), browser("rdec_head")
    for act, client, reason in (("reject", chief, "門檻太低"), ("withdraw", author, "打錯了")):
        row = actions.propose_change(
            author.user, "TC-17", value="5", valid_from=date(2026, 1, 1), source="甲", reason="乙"  # type: ignore[attr-defined]
        )  # fmt: skip
        target = reverse(f"rulebook:{act}", args=[row.pk])
        assert client.get(target).status_code == 302
        assert client.post(target, {"version": 1, "reason": ""}).status_code == 422
        assert client.post(target, {"version": 1, "reason": reason}).status_code == 302
        assert reason in page(author, "rule", "TC-17")
    assert queries.value_of("TC-17", date(2026, 2, 1)).number == 1


def test_what_was_typed_stays_when_it_is_refused() -> None:
    author = browser("rdec_officer")
    answer = author.post(
        reverse("rulebook:propose", args=["GR-04"]),
        {"value-0-at": "06-31", "value-0-value": "55", "value-1-at": "", "value-1-value": ""} | WORDS,
    )
    text = answer.content.decode()
    assert (
        answer.status_code == 422
        and "沒有 6 月 31 日這一天" in text
        and "06-31" in text
        and "依新計畫" in text
    )


@pytest.mark.parametrize("kind", KindOfValue.values)
def test_every_kind_has_a_form_that_gives_back_the_value_that_it_shows(kind: str) -> None:
    assert kind == "choice" or kind in SINGLE
    samples = [(r.shape, v.value) for r in shipped_rules() if r.kind is Kind(kind) for v in r.versions]
    samples = samples or {"quarterly_deadline": [({}, {"day": 7, "month": 2})]}[kind]  # type: ignore[assignment]
    for shape, value in samples:
        shown = ValueForm(kind=kind, shape=shape, value=value)
        sent: dict[str, Any] = {}
        for name in shown.fields:
            given = shown.initial.get(name)
            if given not in (None, "", False):
                sent[f"value-{name}"] = (
                    [str(each) for each in given] if isinstance(given, list) else str(given)
                )
            elif not isinstance(shown.fields[name], type(None)) and name.endswith(
                ("at", "after", "min", "period")
            ):
                sent[f"value-{name}"] = "0" if given == 0 else ""
        typed = ValueForm(_query(sent), kind=kind, shape=shape)
        assert typed.is_valid(), typed.errors
        assert read_value(kind, typed.cleaned_value(), shape) == read_value(kind, value, shape)


def _query(sent: dict[str, Any]) -> Any:
    from django.http import QueryDict

    found = QueryDict(mutable=True)
    for name, value in sent.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def test_two_days_are_compared() -> None:
    text = page(browser("officer"), "compare", a="106-06-30", b="107-06-30")
    assert "維護公共安全督導會報" in text and "每月 1 次" in text and "TC-17" not in text
    assert "完全相同" in page(browser("officer"), "compare", a="106-06-30", b="106-07-30")
    assert browser("officer").get(reverse("rulebook:compare"), {"a": "那天"}).status_code == 422


def test_a_new_rule_gets_its_first_version_by_proposal() -> None:
    author = browser("rdec_officer")
    data = {
        "code": "tender.limit",
        "name": "新門檻",
        "name_en": "New limit",
        "topic": "tender",
        "kind": "choice",
        "meaning": "怎麼算",
        "reason": "新制",
    }
    assert author.post(reverse("rulebook:new"), data).status_code == 422
    assert author.post(reverse("rulebook:new"), data | {"options": "a 甲\nb 乙"}).status_code == 302
    assert "沒有適用的版本" in page(author, "rule", "tender.limit") and "甲" in page(
        author, "propose", "tender.limit"
    )
    assert author.post(reverse("rulebook:new"), data | {"options": "a 甲\nb 乙"}).status_code == 422


def test_rules_are_found_from_the_search_box() -> None:
    text = browser("officer").get("/search/", {"q": "PS-03"}).content.decode()
    assert "維護公共安全督導會報" in text


def test_what_was_decided_later_is_not_seen_as_of_an_earlier_day() -> None:
    from datetime import datetime

    author, chief = browser("rdec_officer"), browser("rdec_head")
    with clock.set_to(datetime(2026, 6, 10, 12, tzinfo=clock.TAIPEI)):
        row = actions.propose_change(
            author.user, "TC-17", value="70", valid_from=date(2026, 1, 1), source="甲", reason="乙"  # type: ignore[attr-defined]
        )  # fmt: skip
        actions.approve_change(chief.user, row.pk, version=row.rule.version, reason="可")  # type: ignore[attr-defined]
    with clock.set_to(datetime(2026, 6, 20, 12, tzinfo=clock.TAIPEI)):
        day = date(2026, 3, 1)
        assert queries.value_of("TC-17", day).raw == "70"
        assert queries.value_of("TC-17", day, queries.as_of_day(date(2026, 6, 9))).raw == "90"
        assert queries.value_of("TC-17", day, queries.as_of_day(date(2026, 6, 10))).raw == "70"
