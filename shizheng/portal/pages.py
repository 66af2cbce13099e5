"""Home, 我的工作, search, the public home, and what is shown without a connection."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import public, signed_in
from shizheng.web import assets, picking, published, work
from shizheng.web import search as finder
from shizheng.web.templatetags.ui import day_text

GROUPS: tuple[tuple[work.Group, Any], ...] = (
    ("overdue", gettext_lazy("逾期")),
    ("today", gettext_lazy("今天到期")),
    ("week", gettext_lazy("本週")),
    ("later", gettext_lazy("之後")),
)
SHOWN = 50
"""Rows of one group shown at once; the rest is said and reached by its chip."""


@dataclass(frozen=True, slots=True)
class Row:
    """A work item with the words of its due day."""

    item: work.WorkItem
    due_text: str
    clock_text: str
    tone: str

    @property
    def far(self) -> bool:
        """Whether the day is written with its year, which takes more room."""
        return self.item.due is not None and self.item.due.year != clock.today().year


def row_of(item: work.WorkItem, today: date) -> Row:
    """Due day and what remains, in words. Days are calendar days unless the item says otherwise."""
    if item.due is None:
        return Row(item, _("沒有期限"), str(item.clock), "")
    days = (item.due - today).days
    text = day_text(item.due, "week")
    if days < 0:
        return Row(
            item,
            text,
            str(item.clock) or ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", -days) % {"n": -days},
            "bad",
        )
    if days == 0:
        return Row(item, _("今天"), str(item.clock) or text, "warn")
    return Row(item, text, str(item.clock) or ngettext("剩 %(n)s 天", "剩 %(n)s 天", days) % {"n": days}, "")


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Officers go to their work, everybody else to the public site."""
    return redirect("portal:work" if request.user.is_authenticated else "portal:public")


@signed_in
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What is due from the reader, earliest first. The first row alone has the filled button."""
    today = clock.today()
    items = work.items_for(request.user, today)
    by_group: dict[str, list[work.WorkItem]] = {code: [] for code, _label in GROUPS}
    for item in items:
        by_group[work.group_of(item, today)].append(item)
    returned = [item for item in items if item.returned]
    chosen = request.GET.get("group", "")
    if chosen not in by_group and chosen != "returned":
        chosen = ""
    chips = [{"label": _("全部"), "count": len(items), "url": "?", "active": not chosen, "icon": ""}]
    for code, label in GROUPS:
        if by_group[code]:
            chips.append(
                {"label": label, "count": len(by_group[code]), "url": f"?group={code}", "active": chosen == code,
                 "icon": "alert-circle" if code == "overdue" else ""}
            )  # fmt: skip
    if returned:
        chips.insert(2, {"label": _("被退回"), "count": len(returned), "url": "?group=returned",
                         "active": chosen == "returned", "icon": "arrow-back-up"})  # fmt: skip
    groups = []
    for code, label in GROUPS:
        rows = by_group[code]
        if chosen == "returned":
            rows = [item for item in rows if item.returned]
        elif chosen and chosen != code:
            continue
        if rows:
            shown = rows if chosen else rows[:SHOWN]
            groups.append(
                {"code": code, "label": label, "total": len(rows), "rows": [row_of(i, today) for i in shown]}
            )
    return render(
        request,
        "portal/work.html",
        {
            "today": today,
            "groups": groups,
            "chips": chips,
            "total": len(items),
            "known": work.has_providers(),
        },
    )


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see and that has these words."""
    words = request.GET.get("q", "").strip()[:200]
    kind = request.GET.get("kind", "")
    limit = 100 if kind else 8
    results = finder.find(request.user, words, limit, getattr(request, "as_of", None))
    if kind:
        results = [result for result in results if result[0].code == kind]
    return render(
        request,
        "portal/search.html",
        {"words": words, "results": results, "kind": kind, "kinds": finder.providers(),
         "total": sum(len(hits) for _provider, hits, _more in results)},
    )  # fmt: skip


@signed_in
@require_safe
def pick(request: HttpRequest, source: str) -> HttpResponse:
    """What a box offers while one types, out of a registered list that the reader may see."""
    choices = picking.found(request.user, source, request.GET.get("q", ""))  # type: ignore[arg-type]
    answer = JsonResponse(
        {
            "choices": [
                {"value": each.value, "label": str(each.label), "meta": str(each.meta)} for each in choices
            ]
        }
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@public
@require_safe
def public_home(request: HttpRequest) -> HttpResponse:
    """What the city has published, for everybody."""
    sections = [(section, list(section.items())) for section in published.sections()]
    return render(request, "portal/public_home.html", {"sections": [s for s in sections if s[1]]})


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps for the time without a connection. The same for everybody."""
    return render(request, "web/offline.html")


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the offline page when a page cannot be reached; it keeps nothing else."""
    styles = [url for entry in ("theme", "main") for urls in assets.files_of(entry).values() for url in urls]
    answer = render(
        request,
        "portal/sw.js",
        {"kept": [url for url in (*styles, assets.sprite()) if url]},
        content_type="text/javascript; charset=utf-8",
    )
    answer["Cache-Control"] = "no-cache"
    return answer
