"""常見問題: found as one types, read by everybody; a search that finds nothing is counted, without who."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shizheng.citizens import actions
from shizheng.citizens.forms import faq_categories
from shizheng.citizens.pages.shared import open_to_all
from shizheng.citizens.queries import faq as queries
from shizheng.common.addresses import client_address

LONGEST = 60


@open_to_all(kept=True)
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """All that are published by category, or those with the words."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    context = {"words": words, **_found(words)}
    if words and not context["rows"]:
        actions.note_gap(words, client_address(request))
    return render(request, "citizens/faq.html", context)


@open_to_all(read="type", kept=True)
@require_safe
def as_typed(request: HttpRequest) -> HttpResponse:
    """The same as a part of the page, while one types: half a word is no search to be counted."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "citizens/_faq_found.html", {"words": words, **_found(words)})


def _found(words: str) -> dict[str, object]:
    if words:
        rows = queries.found(words)
        return {"rows": [(each.pk, *queries.said(each)) for each in rows], "groups": []}
    every = list(queries.published())
    names = dict(faq_categories())
    groups = [
        (name, [(each.pk, *queries.said(each)) for each in every if each.category == code])
        for code, name in [*names.items(), ("", "")]
    ]
    return {"rows": [], "groups": [group for group in groups if group[1]], "known": bool(every)}


@open_to_all(kept=True)
@require_safe
def one(request: HttpRequest, faq_id: int) -> HttpResponse:
    """One question with its answer."""
    row = queries.one(faq_id)
    question, answer, chinese = queries.said(row)
    context = {"row": row, "question": question, "answer": answer, "chinese": chinese}
    return render(request, "citizens/faq_one.html", context)
