"""Built into every template: what a variable shows is said in the reader's language (`web.loaders` adds the filters)."""

from django import template

from shizheng.web import marking

register = template.Library()
register.filter("said", marking.said)
register.filter("told", marking.told)
