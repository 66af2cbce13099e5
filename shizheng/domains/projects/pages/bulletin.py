"""重大列管案件進度月報 (B08): its months with their editions, and one of them: foreword, preview, publishing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import NotFound
from shizheng.common.routes import requires
from shizheng.common.together import reading, side_by_side
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.tenders import version_field
from shizheng.domains.projects.pages.shared import FORMS, changed, tried
from shizheng.domains.projects.publications import BULLETIN
from shizheng.domains.projects.queries import bulletins as queries
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.publication import registry
from shizheng.kernel.publication.pages.showing import shown_document


class ForewordForm(forms.Form):
    """What stands before the figures."""

    version = version_field()
    text = forms.CharField(
        label=gettext_lazy("前言"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("印在數字前面；空著就沒有前言。"),
    )


class PublishForm(forms.Form):
    """Publishing, with a reason from the second edition on."""

    reason = forms.CharField(
        label=gettext_lazy("理由或依據"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires("projects.view")
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """The months that are locked, with the editions of each."""
    user: Any = request.user
    context = {"rows": queries.months(user), "may_compile": user.may("projects.compile")}
    return render(request, "projects/bulletins.html", context)


@requires("projects.compile")
@require_http_methods(FORMS)
def bulletin(request: HttpRequest, period: str) -> HttpResponse:
    """One month: the foreword, what would go out now, its editions."""
    user: Any = request.user
    month = _month(period)
    form, done, other = changed(
        request,
        ForewordForm,
        lambda: queries.foreword_values(month),
        lambda form: actions.write_foreword(
            user, month.code, version=form.cleaned_data["version"] or 0, text=form.cleaned_data["text"]
        ),
    )
    if done is not None:
        messages.success(request, _("前言已存；公布時印在數字前面。"))
        return redirect(reverse("projects:bulletin", args=[month.code]))
    return _page(request, month, form, PublishForm(), 409 if other else 422 if form.errors else 200, other)


@requires("projects.compile")
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, period: str) -> HttpResponse:
    """Publish the next edition, and tell the heads."""
    month = _month(period)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("projects:bulletin", args=[month.code]))
    user: Any = request.user
    form = PublishForm(request.POST)
    if form.is_valid():
        made = tried(
            form, lambda: actions.publish_bulletin(user, month.code, reason=form.cleaned_data["reason"])
        )
        if made is not None:
            messages.success(request, _("已公布第 %(n)s 版，並通知各機關首長。") % {"n": made.edition})
            return redirect(reverse("publication:publication", args=[made.code]))
    foreword = ForewordForm(initial=queries.foreword_values(month))
    return _page(request, month, foreword, form, 422, [])


def _month(code: str) -> Period:
    try:
        found = parse_period(code)
    except PeriodNotUnderstood as failure:
        raise NotFound(_("沒有這個月份。請從重大列管案件進度月報進入。")) from failure
    if found.kind is not PeriodKind.MONTH:
        raise NotFound(_("沒有這個月份。請從重大列管案件進度月報進入。"))
    return found


def _page(
    request: HttpRequest, month: Period, foreword: Any, publish_form: Any, status: int, other: Any
) -> HttpResponse:
    made = registry.kind(BULLETIN)
    editions = queries.editions_of(month)
    city, _read = side_by_side([organisations.city_steps(), reading(editions)])
    gathered = made.gathered(city.pk, month.code)
    context = {
        "month": month,
        "form": foreword,
        "publish_form": publish_form,
        "other": other,
        "shown": shown_document(publications.draft(made, gathered)),
        "editions": editions,
    }
    return render(request, "projects/bulletin.html", context, status=status)
