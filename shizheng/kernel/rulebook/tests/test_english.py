"""Every rule has an English title, and readers of English meet it, wherever the rule is named."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from shizheng.common.words import CJK, read
from shizheng.kernel.people.factories import person
from shizheng.kernel.rulebook import queries
from shizheng.kernel.rulebook.models import Rule
from shizheng.kernel.rulebook.rules.choices import CHOICES
from shizheng.kernel.rulebook.words import words_of
from shizheng.web import marking, speech

pytestmark = pytest.mark.django_db


def test_every_rule_is_called_by_its_english_title_on_english_pages() -> None:
    names = speech.names()
    with override("en"):
        for rule in Rule.objects.all():
            assert names.get(rule.name) == rule.name_en, rule.code
            assert marking.said(rule.name) == escape(rule.name_en), rule.code
            assert marking.told(rule.name) == rule.name_en, rule.code
        for held in queries.book().rules.values():
            value = queries.rule_value(held, next(iter(held.versions.values())))
            assert not CJK.search(value.title) and held.name_en in value.title, held.code
    assert Rule.objects.count() > 150


def test_every_choice_that_ships_is_named_in_english_too() -> None:
    shown = {label for rule in Rule.objects.all() for label in rule.shape.get("options", {}).values()}
    assert set(CHOICES) == shown
    with override("en"):
        assert not [label for label in shown if CJK.search(read(label))]
        assert words_of(queries.value_of("tender.matching_counts", date(2018, 6, 1))) == "On plan only"


def test_the_pages_of_the_rulebook_show_no_chinese_title_to_a_reader_of_english() -> None:
    client = Client()
    client.force_login(person(role="rdec_officer", second_factor=True))
    client.cookies["django_language"] = "en"
    compare = {"a": "2017-01-01", "b": date.today().isoformat()}
    for name, args, query in (
        ("list", [], {}),
        ("rule", ["TC-18"], {}),
        ("compare", [], compare),
    ):
        page = client.get(reverse(f"rulebook:{name}", args=args), query).content.decode()
        assert 'lang="en"' in page
        shown = [rule.code for rule in Rule.objects.all() if rule.name in page]
        assert not shown, (name, shown)


def test_a_rule_made_in_the_browser_needs_an_english_title() -> None:
    client = Client()
    client.force_login(person(role="rdec_officer", second_factor=True))
    given = {
        "code": "tender.limit", "name": "新門檻", "name_en": "", "topic": "tender", "kind": "text", "meaning": "乙",
        "reason": "新制",
    }  # fmt: skip
    answer = client.post(reverse("rulebook:new"), given)
    assert answer.status_code == 422 and "name_en" in answer.context["form"].errors
    assert client.post(reverse("rulebook:new"), {**given, "name_en": "New limit"}).status_code == 302
    assert Rule.objects.get(code="tender.limit").name_en == "New limit"
