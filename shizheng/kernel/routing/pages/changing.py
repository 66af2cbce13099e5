"""Changing models: a training asked for, a version let answer or taken back, the threshold."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.routing import actions, queries
from shizheng.kernel.routing.forms import ReasonForm, ThresholdForm, TrainForm
from shizheng.kernel.routing.pages import showing
from shizheng.web.changing import FORMS, asked, revised

HOME = "routing:list"


def _crumbs(name: str = "") -> list[tuple[str, str]]:
    first = [(_("分案模型"), reverse(HOME))]
    return [*first, (name, reverse("routing:model", args=[name]))] if name else first


@requires("routing.manage")
@require_http_methods(FORMS)
def train(request: HttpRequest) -> HttpResponse:
    """訓練: from a registered source or an uploaded table; a job does it."""
    user: Any = request.user
    sent = request.method == "POST"
    initial = {"name": request.GET.get("model", "")[:60]}
    form = TrainForm(request.POST if sent else None, request.FILES if sent else None, initial=initial)

    def act() -> Any:
        given = form.cleaned_data
        file = given.get("file")
        source = given.get("source", "")
        return actions.ask_training(
            user, name=given["name"], purpose=given["purpose"], reason=given["reason"], source=source,
            data=b"" if source or not file else file.read(), filename="" if source or not file else file.name,
            columns={} if source else form.columns(),
        )  # fmt: skip

    return asked(
        request, form, act, _("訓練分案模型"), _("開始訓練"), reverse(HOME),
        said=_("已排入訓練；完成後在這一頁看成績單，再決定要不要啟用。"),
        then=lambda done: reverse("routing:model", args=[done.model.name]), crumbs=_crumbs(), multipart=True,
    )  # fmt: skip


@requires("routing.manage")
@require_http_methods(FORMS)
def activate(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """啟用一版, with a reason."""
    user: Any = request.user
    found = queries.version(queries.model(user, name), number)
    measured = found.card["measured"]
    return revised(
        request, ReasonForm, lambda: {"version": queries.model(user, name).version},
        lambda form: actions.activate(
            user, name, number, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("啟用 %(name)s 第 %(n)s 版") % {"name": name, "n": number}, _("啟用"), reverse("routing:model", args=[name]),
        said=_("已啟用；門檻已清除，請依新的成績單再定。"), crumbs=_crumbs(name),
        subtitle=_("正確率 %(accuracy)s，校準誤差 %(ece)s；啟用後門檻清除，先由人分派")
        % {"accuracy": showing.percent(measured["accuracy"]), "ece": f"{measured['ece']:.3f}"},
    )  # fmt: skip


@requires("routing.manage")
@require_http_methods(FORMS)
def roll_back(request: HttpRequest, name: str) -> HttpResponse:
    """退回前一版, with a reason."""
    user: Any = request.user
    queries.model(user, name)
    return revised(
        request, ReasonForm, lambda: {"version": queries.model(user, name).version},
        lambda form: actions.roll_back(
            user, name, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("退回 %(name)s 的前一版") % {"name": name}, _("退回"), reverse("routing:model", args=[name]),
        said=lambda row: _("已退回第 %(n)s 版；門檻已清除。") % {"n": row.active.number}, crumbs=_crumbs(name),
    )  # fmt: skip


@requires("routing.manage")
@require_http_methods(FORMS)
def threshold(request: HttpRequest, name: str) -> HttpResponse:
    """定門檻: chosen from the table of what each would have given, or typed."""
    user: Any = request.user
    row = queries.model(user, name)

    def now() -> dict[str, Any]:
        held = queries.model(user, name)
        wanted = request.GET.get("to", "") if request.method != "POST" else ""
        return {"version": held.version, "threshold": _share(wanted, held.threshold)}

    return revised(
        request, ThresholdForm, now,
        lambda form: actions.set_threshold(
            user, name, form.cleaned_data["threshold"], version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        _("%(name)s：自動分派的門檻") % {"name": name}, _("儲存"), reverse("routing:model", args=[name]),
        said=_("已存。"), crumbs=_crumbs(name), template="routing/threshold.html", model=row,
        thresholds=showing.thresholds(row, row.active.card) if row.active else [],
    )  # fmt: skip


def _share(text: str, otherwise: Any) -> Any:
    try:
        found = Decimal(text)
    except ArithmeticError:
        return otherwise
    return found if found.is_finite() and 0 < found <= 1 else otherwise


@requires("routing.manage")
@require_http_methods(FORMS)
def take(request: HttpRequest, name: str) -> HttpResponse:
    """納入指令訓練的模型 of the same name."""
    user: Any = request.user
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("routing:model", args=[name]) if _there(user, name) else reverse(HOME)
    return asked(
        request, form, lambda: actions.take_from_shelf(user, name, reason=form.cleaned_data["reason"]),
        _("納入指令訓練的模型 %(name)s") % {"name": name}, _("納入"), back,
        said=lambda made: _("已納入，是第 %(n)s 版；看過成績單再決定要不要啟用。") % {"n": made.number},
        then=lambda made: reverse("routing:model", args=[name]), crumbs=_crumbs(),
    )  # fmt: skip


def _there(user: Any, name: str) -> bool:
    try:
        queries.model(user, name)
    except CannotDo:
        return False
    return True
