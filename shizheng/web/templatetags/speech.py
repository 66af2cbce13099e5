"""Built into every template: what a variable shows is said in the reader's language (`web.loaders` adds the filters).

And `{% url %}` by `web.addresses`, for lists have a row's address in every row.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from shizheng.web import marking
from shizheng.web.addresses import address

register = template.Library()
register.filter("said", marking.said)
register.filter("told", marking.told)


class _Address(URLNode):
    """`{% url %}` as Django reads it; the address itself comes from `address`."""

    def render(self, context: Context) -> str:
        there = ""
        try:
            there = address(
                self.view_name.resolve(context),
                [each.resolve(context) for each in self.args],
                {name: each.resolve(context) for name, each in self.kwargs.items()},
            )
        except NoReverseMatch:
            if self.asvar is None:
                raise
        if self.asvar:
            context[self.asvar] = there
            return ""
        return str(conditional_escape(there)) if context.autoescape else there


@register.tag
def url(parser: Parser, token: Token) -> Any:
    """The address of a route."""
    made = django_url(parser, token)
    return _Address(made.view_name, made.args, made.kwargs, made.asvar)
