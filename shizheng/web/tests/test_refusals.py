"""A refusal of an action stands where the person can mend it."""

from django import forms

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
