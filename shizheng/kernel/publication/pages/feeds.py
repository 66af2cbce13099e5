"""The newest publications as feeds: Atom (RFC 4287) and JSON Feed 1.1. Withdrawn ones stay in, and say so."""

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import public
from shizheng.kernel.publication import queries
from shizheng.kernel.publication.models import Publication

LIMIT = 50


def _rows() -> list[Publication]:
    return list(queries.public_rows()[:LIMIT])


def _address(name: str, *args: str) -> str:
    return f"{settings.BASE_URL}{reverse(f'published:{name}', args=args)}"


def _summary(row: Publication, hide: Callable[[str], str]) -> str:
    if row.withdrawn:
        return _("已撤回：%(reason)s") % {"reason": hide(row.withdrawn.reason)}
    return _("%(unit)s，第 %(n)s 版") % {"unit": row.unit.name, "n": row.edition}


def _updated(row: Publication) -> str:
    moment = row.withdrawn.withdrawn_at if row.withdrawn else row.issued_at
    return moment.astimezone(clock.TAIPEI).isoformat()


@public
@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """The Atom feed."""
    rows, hide = _rows(), queries.name_hider()
    updated = max((_updated(row) for row in rows), default="1970-01-01T00:00:00+08:00")
    entries = "".join(
        f"<entry><id>urn:shizheng:{row.code}</id><title>{escape(row.title)}</title>"
        f'<link rel="alternate" type="text/html" href={quoteattr(_address("publication", row.code))}/>'
        f"<published>{row.issued_at.astimezone(clock.TAIPEI).isoformat()}</published><updated>{_updated(row)}</updated>"
        f"<author><name>{escape(row.unit.name)}</name></author><category term={quoteattr(row.kind)}/>"
        f"<summary>{escape(_summary(row, hide))}</summary></entry>"
        for row in rows
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hant-TW">'
        f"<id>{escape(_address('list'))}</id><title>{escape(_('最近公布'))}</title><updated>{updated}</updated>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(_address("atom"))}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(_address("list"))}/>{entries}</feed>\n'
    )
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@public
@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """The JSON Feed."""
    hide = queries.name_hider()
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("最近公布"),
        "home_page_url": _address("list"),
        "feed_url": _address("json_feed"),
        "language": "zh-Hant-TW",
        "items": [
            {
                "id": f"urn:shizheng:{row.code}",
                "url": _address("publication", row.code),
                "title": row.title,
                "content_text": _summary(row, hide),
                "date_published": row.issued_at.astimezone(clock.TAIPEI).isoformat(),
                "date_modified": _updated(row),
                "authors": [{"name": row.unit.name}],
                "tags": [row.kind],
            }
            for row in _rows()
        ],
    }
    answer = JsonResponse(feed, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/feed+json"
    return answer
