"""Looking at models: the list, one model with its active version's card, one version, a text tried out."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.routes import requires
from shizheng.common.words import read
from shizheng.kernel.history import queries as history
from shizheng.kernel.routing import queries
from shizheng.kernel.routing.actions.answering import before_active
from shizheng.kernel.routing.forms import TryForm
from shizheng.kernel.routing.models import ModelVersion, RoutingModel
from shizheng.kernel.routing.pages import showing
from shizheng.web.changing import FORMS, posted, tried
from shizheng.web.columns import MomentColumn
from shizheng.web.lists import ListPage

FIRST_LABELS = 60


class ModelTable(tables.Table):
    """One row a model."""

    name = tables.Column(verbose_name=gettext_lazy("名稱"), linkify=("routing:model", [tables.A("name")]))
    purpose = tables.Column(verbose_name=gettext_lazy("用途"))
    number = tables.Column(verbose_name=gettext_lazy("使用中的版本"), accessor="active__number")
    accuracy = tables.Column(verbose_name=gettext_lazy("正確率"), accessor="active__accuracy")
    macro_f1 = tables.Column(verbose_name="macro-F1", accessor="active__macro_f1")
    ece = tables.Column(verbose_name=gettext_lazy("校準誤差"), accessor="active__ece")
    threshold = tables.Column(verbose_name=gettext_lazy("自動分派的門檻"))
    changed_at = MomentColumn(verbose_name=gettext_lazy("修改時間"))

    def render_accuracy(self, value: float) -> str:
        return showing.percent(value)

    def render_macro_f1(self, value: float) -> str:
        return f"{value:.3f}"

    def render_ece(self, value: float) -> str:
        return f"{value:.3f}"


class ModelList(ListPage):
    """分案模型."""

    permission = "routing.view"
    shows_today = True
    title = gettext_lazy("分案模型")
    subtitle = gettext_lazy("從文字判斷單位、類別或急迫程度：哪一版在用、有多準、多有把握才不必由人分派")
    table_class = ModelTable
    search_fields: ClassVar[Sequence[str]] = ("name", "purpose")
    default_sort = ("name",)
    export_name = "routing-models"
    empty_title = gettext_lazy("還沒有分案模型")
    empty_text = gettext_lazy("用過去的案件與最後的分派訓練一個；啟用之前，看得到它在沒看過的案件上有多準。")
    main_action = True

    def get_queryset(self) -> Any:
        return queries.visible_to(self.request.user)  # type: ignore[arg-type]

    def get_actions(self) -> list[tuple[Any, str, str]]:
        user: Any = self.request.user
        return (
            [(gettext_lazy("訓練"), reverse("routing:train"), "plus")] if user.may("routing.manage") else []
        )


@requires("routing.view")
@require_safe
def model(request: HttpRequest, name: str) -> HttpResponse:
    """One model: its active version's report card, all versions, trainings, and what may be done."""
    user: Any = request.user
    row = queries.model(user, name)
    context = {
        "model": row, "active": row.active, "versions": list(queries.versions_of(row)),
        "trainings": list(queries.trainings_of(row)[:5]), "activations": list(queries.activations_of(row)[:10]),
        "may": user.may("routing.manage"), "before": before_active(row) if row.active_id else None,
        "entries": history.entries_of(row)[:20],
    }  # fmt: skip
    if row.active:
        context |= _card(row, row.active)
    return render(request, "routing/model.html", context)


@requires("routing.view")
@require_safe
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One version with its report card."""
    user: Any = request.user
    row = queries.model(user, name)
    found = queries.version(row, number)
    context = {"model": row, "found": found, "may": user.may("routing.manage"), **_card(row, found)}
    return render(request, "routing/version.html", context)


def _card(row: RoutingModel, found: ModelVersion) -> dict[str, Any]:
    card = found.card
    return {
        "card": card, "strip": showing.strip(found), "chart": showing.calibration_chart(card),
        "thresholds": showing.thresholds(row, card), "labels": showing.labels(card)[:FIRST_LABELS],
        "more_labels": max(len(card["by_label"]) - FIRST_LABELS, 0), "confusions": card["confusions"][:10],
        "drift": showing.drift(card), "defs": showing.defs(found), "notes": [read(each) for each in card.get("notes", [])],
    }  # fmt: skip


@requires("routing.view")
@require_http_methods(FORMS)
def attempt(request: HttpRequest, name: str) -> HttpResponse:
    """試判一段文字: the answer, its confidence, the words that decided. Nothing is kept."""
    user: Any = request.user
    row = queries.model(user, name)
    form = TryForm(posted(request))
    found = None
    if request.method == "POST" and form.is_valid():
        found = tried(form, lambda: queries.tried(user, row.name, form.cleaned_data["text"]))
    shown = found and {
        "label": found.prediction.label, "confidence": showing.percent(found.prediction.confidence),
        "by_itself": found.by_itself, "version": found.version,
        "alternatives": [(each.label, showing.percent(each.confidence)) for each in found.prediction.alternatives],
        "words": [(each.text, showing.percent(each.part)) for each in found.prediction.words],
    }  # fmt: skip
    context = {"model": row, "form": form, "found": shown}
    return render(request, "routing/try.html", context, status=422 if form.errors else 200)
