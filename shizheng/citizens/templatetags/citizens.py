"""`{% load citizens %}`: names in the reader's language, links of surveys."""

from typing import Any

from django import template
from django.urls import reverse

from shizheng.common.words import called as called_words

register = template.Library()


@register.filter
def called(thing: Any) -> str:
    """What a unit or a category is called in the reader's language."""
    return called_words(thing)


@register.filter
def survey_address(token: str) -> str:
    """The address of a survey."""
    return reverse("petition:survey", args=[token])
