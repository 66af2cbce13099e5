"""`{% load parts %}`: what other apps add to a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from shizheng.web.parts import parts_of

register = template.Library()


@register.simple_tag(takes_context=True)
def parts(context: Any, place: str, thing: Any) -> SafeString:
    """Everything registered for a place, rendered for the reader."""
    request = context["request"]
    found = parts_of(place, request.user, thing)
    return format_html_join(
        "", "{}", ((render_to_string(each.template, dict(each.context), request=request),) for each in found)
    )
