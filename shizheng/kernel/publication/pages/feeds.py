"""The newest publications as feeds: Atom (RFC 4287) and JSON Feed 1.1. Withdrawn ones stay in, and say so.

A program that reads feeds has no reader's choice of language: the address that an English page gives says `?language=en`.
"""

from collections.abc import Callable
from functools import wraps
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from shizheng.common import clock, words
from shizheng.common.routes import public
from shizheng.kernel.publication import queries
from shizheng.kernel.publication.models import Publication

LIMIT = 50


def _in_its_language(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The feed wholly in the language that its address names, else in Chinese."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        with override(_language(request)):
            return view(request)

    return wrapped


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else words.CHINESE


def in_language() -> str:
    """What stands behind the address of a feed, so that it stays in the language of the page that gave it."""
    return "?language=en" if words.english() else ""


def _own_address(name: str) -> str:
    return _address(name) + in_language()


def _tag() -> str:
    return "en" if words.english() else "zh-Hant-TW"


def _rows() -> list[Publication]:
    return list(queries.public_rows()[:LIMIT])


def _address(name: str, *args: str) -> str:
    return f"{settings.BASE_URL}{reverse(f'published:{name}', args=args)}"


def _summary(row: Publication, hide: Callable[[str], str]) -> str:
    if row.withdrawn:
        return _("已撤回：%(reason)s") % {"reason": words.read(hide(row.withdrawn.reason))}
    return _("%(unit)s，第 %(n)s 版") % {"unit": words.called(row.unit), "n": row.edition}


def _updated(row: Publication) -> str:
    moment = row.withdrawn.withdrawn_at if row.withdrawn else row.issued_at
    return moment.astimezone(clock.TAIPEI).isoformat()


@public
@require_safe
@_in_its_language
def atom(request: HttpRequest) -> HttpResponse:
    """The Atom feed."""
    rows, hide = _rows(), queries.name_hider()
    updated = max((_updated(row) for row in rows), default="1970-01-01T00:00:00+08:00")
    entries = "".join(
        f"<entry><id>urn:shizheng:{row.code}</id><title>{escape(words.read(row.title))}</title>"
        f'<link rel="alternate" type="text/html" href={quoteattr(_address("publication", row.code))}/>'
        f"<published>{row.issued_at.astimezone(clock.TAIPEI).isoformat()}</published><updated>{_updated(row)}</updated>"
        f"<author><name>{escape(words.called(row.unit))}</name></author><category term={quoteattr(row.kind)}/>"
        f"<summary>{escape(_summary(row, hide))}</summary></entry>"
        for row in rows
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_tag()}">'
        f"<id>{escape(_address('list'))}</id><title>{escape(_('最近公布'))}</title><updated>{updated}</updated>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(_own_address("atom"))}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(_address("list"))}/>{entries}</feed>\n'
    )
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@public
@require_safe
@_in_its_language
def json_feed(request: HttpRequest) -> HttpResponse:
    """The JSON Feed."""
    hide = queries.name_hider()
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("最近公布"),
        "home_page_url": _address("list"),
        "feed_url": _own_address("json_feed"),
        "language": _tag(),
        "items": [
            {
                "id": f"urn:shizheng:{row.code}",
                "url": _address("publication", row.code),
                "title": words.read(row.title),
                "content_text": _summary(row, hide),
                "date_published": row.issued_at.astimezone(clock.TAIPEI).isoformat(),
                "date_modified": _updated(row),
                "authors": [{"name": words.called(row.unit)}],
                "tags": [row.kind],
            }
            for row in _rows()
        ],
    }
    answer = JsonResponse(feed, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/feed+json"
    return answer
