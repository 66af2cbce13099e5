"""A refusal of an action stands where the person can mend it."""

import pytest
from django import forms
from django.template.loader import render_to_string

from shizheng.common.checks import compare
from shizheng.common.errors import BadInput, Conflict
from shizheng.web.refusals import show_refusal


class Form(forms.Form):
    name = forms.CharField()
    pick_inflow = forms.CharField()


def refused(failure: Conflict | BadInput, prefix: str = "") -> dict[str, list[str]]:
    form = Form({"name": "甲", "pick_inflow": "1"})
    assert form.is_valid()
    show_refusal(form, failure, prefix=prefix)
    return {name: list(texts) for name, texts in form.errors.items()}


def test_a_message_stands_beside_the_field_that_it_names() -> None:
    assert refused(BadInput("沒有存。", fields={"name": ["太長。", "有控制字元。"]})) == {
        "name": ["太長。", "有控制字元。"]
    }


def test_an_input_may_stand_under_another_name_in_the_form() -> None:
    failure = BadInput("沒有存。", fields={"inflow": ["請選一個數字。"]})
    assert refused(failure, "pick_") == {"pick_inflow": ["請選一個數字。"]}


def test_what_names_no_field_of_the_form_stands_above_it() -> None:
    assert refused(BadInput("沒有存。", fields={"other": ["讀不懂。"]})) == {"__all__": ["讀不懂。"]}
    for failure in (Conflict("已由別人改過。"), BadInput("不行。"), BadInput("不行。", fields={"name": []})):
        assert refused(failure) == {"__all__": [failure.message]}


def test_a_conflict_is_not_blamed_on_others_where_it_may_be_ones_own_other_tab() -> None:
    """Nobody knows here who saved in between: what is said holds for both."""
    with pytest.raises(Conflict) as failure:
        compare(3, 2)
    shown = render_to_string("web/components/conflict.html", {"other": [("名稱", "甲", "乙")]})
    for said in (failure.value.message, shown):
        assert "您自己在另一個分頁" in said and "對方" not in said
