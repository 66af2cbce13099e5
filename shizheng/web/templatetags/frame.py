"""What the base templates need, and they alone: ``{% load frame %}``. Built files, navigation, the as-of day, the CSRF token."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from shizheng.web import assets, frame, nav

register = template.Library()


@register.simple_tag
def asset(entry: str) -> SafeString:
    """Style sheets and module scripts of one entry (``main``, ``theme``); nothing before the first build."""
    files = assets.files_of(entry)
    styles = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((u,) for u in files["css"]))
    # The theme must be known before the first paint: a plain blocking script, all others are modules.
    plain = "" if entry == "theme" else mark_safe(' type="module"')
    scripts = format_html_join("\n", '<script{} src="{}"></script>', ((plain, u) for u in files["js"]))
    return format_html("{}\n{}", styles, scripts)


@register.simple_tag
def asset_url(name: str) -> str:
    """Address of one built file by its source name (``districts.geojson``, ``logo.svg``)."""
    found = assets.manifest().get("files", {}).get(name, "")
    return static(f"web/{found}") if found else ""


@register.simple_tag(takes_context=True)
def frame_facts(context: Context) -> dict[str, Any]:
    """What the base templates need: navigation, as-of day, language, whether this is the demonstration."""
    request = context.get("request")
    user = getattr(request, "user", None)
    path = getattr(request, "path", "")
    links = nav.links_for(user, path)
    areas: dict[str, list[nav.Link]] = {}
    for link in links:
        areas.setdefault(link.area, []).append(link)
    return {
        "top": areas.get("top", []),
        "domain": areas.get("domain", []),
        "system": areas.get("system", []),
        "account": areas.get("account", []),
        "public": areas.get("public", []),
        "user": user if getattr(user, "is_authenticated", False) else None,
        "as_of": getattr(request, "as_of", None),
        "ahead": getattr(request, "ahead", None),
        "only_today": getattr(request, "only_today", None),
        "tools": frame.tools(),
        "demonstration": frame.is_demonstration(),
        "english": translation.get_language().startswith("en") if translation.get_language() else False,
        "kept": _kept_parameters(request),
        "ready": bool(assets.manifest()),
    }


def _kept_parameters(request: Any) -> Iterable[tuple[str, str]]:
    """Parameters of this page other than the as-of day, so that changing the day keeps the rest."""
    if request is None:
        return []
    return [(k, v) for k, values in request.GET.lists() if k not in ("as_of", "page") for v in values]


@register.simple_tag(takes_context=True)
def csrf_value(context: Context) -> str:
    """The CSRF token, for requests that scripts send."""
    request = context.get("request")
    return get_token(request) if request is not None else ""
