"""陳情案件質量分析報告: its months with their editions, and one of them: words, preview, publishing (CP-08)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.queries import reports as queries
from shizheng.domains.petitions.rules.report_words import draft_findings
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.publication import registry
from shizheng.kernel.publication.pages.showing import shown_document
from shizheng.web.changing import FORMS, changed, tried
from shizheng.web.forms import version_field


def _words(label: Any, rows: int, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )  # fmt: skip


class ReportForm(forms.Form):
    """What an officer writes into the report."""

    version = version_field()
    foreword = _words(gettext_lazy("前言"), 4, gettext_lazy("印在最前面；空著就沒有前言。"))
    findings = _words(
        gettext_lazy("分析"), 10, gettext_lazy("先放的是依數字寫的初稿，可以改；清空就用初稿。")
    )
    advice = _words(gettext_lazy("建議"), 4, gettext_lazy("印在最後；空著就沒有建議。"))

    def values(self) -> dict[str, Any]:
        """The words."""
        return {name: self.cleaned_data[name] for name in ("foreword", "findings", "advice")}


class PublishForm(forms.Form):
    """Publishing, with a reason from the second edition on."""

    reason = forms.CharField(
        label=gettext_lazy("理由或依據"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires("petitions.view")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The months that are over, with the editions of each."""
    user: Any = request.user
    context = {"rows": queries.months(user), "may_compile": user.may("petitions.compile")}
    return render(request, "petitions/reports.html", context)


@requires("petitions.compile")
@require_http_methods(FORMS)
def report(request: HttpRequest, period: str) -> HttpResponse:
    """One month: the words, what would go out now, its editions."""
    user: Any = request.user
    month = queries.ended_month(period)
    gathered = _gathered(month)
    draft = draft_findings(gathered.facts)
    form, done, other = changed(
        request,
        ReportForm,
        lambda: _now(month, draft),
        lambda form: actions.write_report(
            user, month.code, version=form.cleaned_data["version"] or 0, values=_kept(form.values(), draft)
        ),
    )
    if done is not None:
        messages.success(request, _("報告的文字已存；公布時照這樣印。"))
        return redirect(reverse("petitions:report", args=[month.code]))
    return _page(request, month, gathered, form, PublishForm(), 409 if other else 422 if form.errors else 200, other)  # fmt: skip


@requires("petitions.compile")
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, period: str) -> HttpResponse:
    """Publish the next edition."""
    month = queries.ended_month(period)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("petitions:report", args=[month.code]))
    user: Any = request.user
    form = PublishForm(request.POST)
    if form.is_valid():
        made = tried(
            form, lambda: actions.publish_report(user, month.code, reason=form.cleaned_data["reason"])
        )
        if made is not None:
            messages.success(request, _("已公布第 %(n)s 版。") % {"n": made.edition})
            return redirect(reverse("publication:publication", args=[made.code]))
    gathered = _gathered(month)
    words = ReportForm(initial=_now(month, draft_findings(gathered.facts)))
    return _page(request, month, gathered, words, form, 422, [])


def _gathered(month: Period) -> Any:
    return registry.kind(queries.KIND).gathered(organisations.city().pk, month.code)


def _now(month: Period, draft: str) -> dict[str, Any]:
    """The words as they stand; the draft where nobody wrote findings."""
    found = queries.words_of(month)
    return {**found, "findings": found["findings"] or draft}


def _kept(values: dict[str, Any], draft: str) -> dict[str, Any]:
    """A draft that nobody changed is not kept: it follows the figures until it goes out."""
    same = values["findings"].replace("\r\n", "\n").strip() == draft.strip()
    return {**values, "findings": ""} if same else values


def _page(
    request: HttpRequest, month: Period, gathered: Any, form: Any, publish_form: Any, status: int, other: Any
) -> HttpResponse:
    context = {
        "month": month,
        "form": form,
        "publish_form": publish_form,
        "other": other,
        "shown": shown_document(publications.draft(registry.kind(queries.KIND), gathered)),
        "editions": queries.editions_of(month),
    }
    return render(request, "petitions/report.html", context, status=status)
