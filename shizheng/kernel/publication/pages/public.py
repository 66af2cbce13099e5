"""What everybody may read: the list, a publication with its open data, a figure as it was issued."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.errors import NotFound
from shizheng.common.numbers import whole_number
from shizheng.common.routes import public
from shizheng.kernel.publication import queries, registry
from shizheng.kernel.publication.models import Artefact, Publication
from shizheng.kernel.publication.pages.feeds import in_language
from shizheng.kernel.publication.pages.officers import state_of
from shizheng.kernel.publication.pages.serving import served
from shizheng.kernel.publication.pages.showing import documents_of

PAGE = 50


@public
@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """Publications, the newest first."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    rows = queries.public_rows()
    for word in words.split()[:6]:
        rows = rows.filter(title__icontains=word)
    kinds = {each.code: each for each in registry.kinds()}
    chosen = request.GET.get("kind", "")
    if chosen in kinds:
        rows = rows.filter(kind=chosen)
    page = min(whole_number(request.GET.get("page", "")) or 1, 10_000)
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "rows": [(each, kinds.get(each.kind), state_of(each)) for each in found[:PAGE]],
        "more": page + 1 if len(found) > PAGE else None,
        "before": page - 1 if page > 1 else None,
        "words": words,
        "kinds": list(kinds.values()),
        "chosen": chosen,
        "in_language": in_language(),
    }
    return render(request, "publication/public_list.html", context)


@public
@require_safe
def publication(request: HttpRequest, code: str) -> HttpResponse:
    """One publication: what it says, its files, its figures as issued and today."""
    found = queries.public_publication(code)
    figures = queries.issued_figures_of(found.pk)
    artefacts = [] if found.withdrawn else list(Artefact.objects.filter(publication=found))
    different = {each.figure.pk: each for each in queries.public_differences(found, figures)}
    checked = [] if found.withdrawn else queries.checks(found, figures, artefacts)
    context = {
        "publication": found, "kind": registry.kind(found.kind), "state": state_of(found), "artefacts": artefacts,
        "figures": [(each, different.get(each.pk)) for each in figures], "good": all(each.good for each in checked),
        "checks": checked, "documents": [] if found.withdrawn else documents_of(found, figures),
        "newer": queries.standing().filter(series=found.series, edition__gt=found.edition).first(),
    }  # fmt: skip
    return render(request, "publication/public_publication.html", context)


@public
@require_safe
def figure(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """A figure as it was issued: formula with values, inputs, versions; and what it is today."""
    found = queries.public_publication(code)
    issued = queries.figure(found.pk, ref)
    again = queries.recomputed(found, [issued])[0]
    different = queries.public_differences(found, [issued])
    context = {
        "publication": found, "figure": issued, "again": again, "different": different[0] if different else None,
        "trace": issued.trace, "state": state_of(found),
    }  # fmt: skip
    return render(request, "publication/public_figure.html", context)


@public
@require_safe
def figure_json(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The same for programs."""
    found = queries.public_publication(code)
    issued = queries.figure(found.pk, ref)
    return JsonResponse(figure_answer(found, issued), json_dumps_params={"ensure_ascii": False, "indent": 1})


def figure_answer(found: Publication, issued: object) -> dict[str, object]:
    """A figure as issued, whether it evaluates to the same again, and what it is today."""
    from shizheng.kernel.publication.models import IssuedFigure

    assert isinstance(issued, IssuedFigure)
    again = queries.recomputed(found, [issued])[0]
    different = queries.public_differences(found, [issued])
    now = different[0] if different else None
    return {
        "publication": {
            "code": found.code,
            "title": found.title,
            "edition": found.edition,
            "state": found.state,
        },
        "issued_at": found.issued_at.isoformat(),
        "figure": issued.as_json(),
        "recomputed": again.same,
        "today": None
        if now is None
        else {
            "text": now.now,
            "since": now.since.isoformat() if now.since else None,
            "reason": now.reason,
            "of_verdict": now.of_verdict,
        },
    }


@public
@require_safe
def download(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A file as issued. Raises NotFound for those of a withdrawn publication."""
    found = queries.public_publication(code)
    if found.withdrawn:
        raise NotFound(_("這個公布已經撤回，檔案不再提供。撤回的理由在公布頁。"))
    return served(request, queries.artefact(found.pk, name), shared=True)
