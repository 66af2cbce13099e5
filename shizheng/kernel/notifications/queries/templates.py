"""Templates and their words."""

from django.db.models import QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.words import tell
from shizheng.kernel.notifications.models import Template, TemplateVersion


def templates() -> QuerySet[Template]:
    """Every template, by code."""
    return Template.objects.order_by("code")


def template(code: str) -> Template:
    """One template by its code. Raises NotFound."""
    found = Template.objects.filter(code=code).first()
    if found is None:
        raise NotFound(tell("沒有代碼是「%(code)s」的通知範本。", code=code[:60]))
    return found


def versions_of(template: Template) -> QuerySet[TemplateVersion]:
    """The words of a template, newest first."""
    return TemplateVersion.objects.filter(template=template).select_related("written_by").order_by("-number")


def current_version(template: Template) -> TemplateVersion:
    """The words in use."""
    return TemplateVersion.objects.select_related("written_by").get(
        template=template, number=template.version
    )
