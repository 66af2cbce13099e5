"""What everybody may read of tenders: the list and one tender as published, with the photographs that are public."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shizheng.common.routes import public
from shizheng.domains.projects.publications import standing
from shizheng.domains.projects.queries import public_photos as photos
from shizheng.domains.projects.rules.openings import told_openings
from shizheng.web.serving import contained, tagged

PAGE = 50


@public
@require_safe
def tenders(request: HttpRequest) -> HttpResponse:
    """Tenders of the edition that stands, by number; `q` looks in number, name and agency."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    code = standing.standing_code()
    rows = [
        each
        for each in (standing.listed(code) if code else ())
        if all(word in f"{each.number} {each.name} {each.agency}" for word in words.split()[:6])
    ]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = photos.counted([each.number for each in page.object_list])
    shown = [(each, counts.get(each.number, 0)) for each in page.object_list]
    context = {"rows": shown, "page": page, "words": words, "code": code}
    return render(request, "projects/public_tenders.html", context)


@public
@require_safe
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """One tender as the edition that stands says, and its photographs that are public now."""
    told = standing.tender(number)
    said = told.tender
    pictures, rule = photos.public_photos(number)
    openings = told_openings(said["happenings"])
    months = said["months"]
    context = {
        "edition": told,
        "tender": said,
        "until": told.until,
        "last": dict(
            zip(("period", "planned", "actual", "planned_works", "actual_works"), months[-1], strict=True)
        )
        if months
        else None,
        "opening": openings[-1] if openings else None,
        "checkpoints": _checkpoints(said),
        "photos": pictures,
        "rule": rule,
    }
    return render(request, "projects/public_tender.html", context)


def _checkpoints(said: Any) -> list[dict[str, Any]]:
    """Of the newest plan: name, planned day, day reached."""
    if not said["plans"]:
        return []
    reached = said["reached"]
    return [
        {
            "name": each["name"],
            "planned_on": date.fromisoformat(each["planned_on"]),
            "reached_on": date.fromisoformat(reached[each["code"]]) if reached.get(each["code"]) else None,
        }
        for each in said["plans"][-1]["checkpoints"]
    ]


@public
@require_safe
def picture(request: HttpRequest, number: str, photo_id: int, small: bool) -> HttpResponse:
    """The bytes of a public photograph, asked for anew each time, so that one that is withdrawn is gone at once."""
    if not standing.has(number):
        standing.tender(number)  # says that there is no such tender
    data, media_type, sha256 = photos.public_picture(number, photo_id, small=small)
    return contained(
        tagged(request, sha256, "public, no-cache", lambda: HttpResponse(data, content_type=media_type))
    )
