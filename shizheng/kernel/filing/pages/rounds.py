"""Pages of rounds: which there are, who has filed in one, and what moves it on."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.roc import in_words
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.filing import actions, forms, queries
from shizheng.kernel.filing.models import Return, ReturnState, Round, RoundState
from shizheng.kernel.filing.pages.common import (
    RETURN_ICONS,
    RETURN_TONES,
    ROUND_ICONS,
    ROUND_TONES,
    form_page,
    reader,
)
from shizheng.kernel.filing.registry import name_of
from shizheng.kernel.filing.rules.rates import rate
from shizheng.kernel.filing.rules.workflow import FILED, ROUND
from shizheng.web.columns import DayColumn, MomentColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class RoundTable(tables.Table):
    title = tables.Column(verbose_name=_("填報期別"), linkify=("filing:round", {"pk": tables.A("pk")}))
    kind = tables.Column(verbose_name=_("填報種類"))
    state = tables.Column(verbose_name=_("狀態"))
    opens_on = DayColumn(verbose_name=_("開放日"))
    due_on = DayColumn(verbose_name=_("到期日"))
    closes_on = DayColumn(verbose_name=_("截止日"))
    rate = tables.Column(verbose_name=_("填報率"), accessor="expected", orderable=False, empty_values=())

    def render_kind(self, value: str) -> str:
        return name_of(value)

    def render_state(self, record: Round) -> str:
        return ui.state(
            ROUND_TONES[RoundState(record.state)],
            record.get_state_display(),
            icon=ROUND_ICONS[RoundState(record.state)],
        )

    def value_state(self, record: Round) -> str:
        return str(record.get_state_display())

    def render_rate(self, record: Any) -> str:
        return rate(record.filed, record.expected).text


class RoundFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("狀態"), choices=RoundState.choices)
    roc_year = django_filters.NumberFilter(label=_("年度"), min_value=1, max_value=999)

    class Meta:
        model = Round
        fields = ("state", "roc_year")


class RoundList(ListPage):
    permission = "filing.view"
    shows_today = True
    title = _("填報")
    subtitle = _("每一期填什麼、何時到期、報了多少")
    table_class = RoundTable
    filterset_class = RoundFilter
    search_fields = ("title",)
    default_sort = ("-opens_on",)
    export_name = "filing-rounds"
    main_action = True
    empty_title = _("還沒有任何填報期別")
    empty_text = _("到了規則書的開放日會自動開放；研考會也可以先排定。")

    def get_queryset(self) -> Any:
        return queries.rounds_with_counts(reader(self.request))

    def get_actions(self) -> Any:
        found: list[tuple[Any, str, str]] = []
        if reader(self.request).may("filing.open"):
            found.append((_("排定或開放"), reverse("filing:new_round"), "plus"))
        found.append((_("全部填報表"), reverse("filing:returns"), "list"))
        found.append((_("更正"), reverse("filing:corrections"), "edit"))
        return found


class ReturnTable(tables.Table):
    title = tables.Column(verbose_name=_("填報表"), linkify=("filing:return", {"pk": tables.A("pk")}))
    unit = tables.Column(verbose_name=_("機關"), accessor="unit__name")
    round = tables.Column(verbose_name=_("填報期別"), accessor="round__title")
    state = tables.Column(verbose_name=_("狀態"))
    due = DayColumn(verbose_name=_("到期日"))
    row_count = tables.Column(verbose_name=_("項目數"))
    holder = tables.Column(verbose_name=_("承辦人"), accessor="holder__display_name", default="")
    submitted_at = MomentColumn(verbose_name=_("送出時間"), default="")
    submitted_by = tables.Column(verbose_name=_("送出者"), accessor="submitted_by__display_name", default="")
    corrected_at = MomentColumn(verbose_name=_("更正時間"), default="")

    def render_state(self, record: Any) -> str:
        code = ReturnState(record.state)
        words = ui.state(RETURN_TONES[code], record.get_state_display(), icon=RETURN_ICONS[code])
        if queries.is_late(record):
            words += ui.state("bad", gettext("逾期"), icon="clock-exclamation")
        return words

    def value_state(self, record: Any) -> str:
        return str(record.get_state_display()) + (gettext("（逾期）") if queries.is_late(record) else "")


class ReturnFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("狀態"), choices=ReturnState.choices)
    filed = django_filters.ChoiceFilter(
        label=_("填報"),
        choices=[("yes", _("已報")), ("no", _("未報")), ("late", _("逾期未報"))],
        method="by_filed",
    )

    class Meta:
        model = Return
        fields = ("state",)

    def by_filed(self, rows: Any, name: str, value: str) -> Any:
        if value == "yes":
            return rows.filter(state__in=sorted(FILED))
        return queries.late(rows) if value == "late" else rows.exclude(state__in=sorted(FILED))


class ReturnList(ListPage):
    permission = "filing.view"
    shows_today = True
    title = _("填報表")
    table_class = ReturnTable
    filterset_class = ReturnFilter
    search_fields = ("title", "unit__name", "round__title")
    default_sort = ("due", "unit__order")
    hidden_columns: ClassVar[Sequence[str]] = ("row_count", "submitted_by", "corrected_at")
    export_name = "filing-returns"
    empty_title = _("沒有填報表")

    def get_queryset(self) -> Any:
        return queries.listed(queries.returns_visible_to(reader(self.request)))

    def get_breadcrumb(self) -> Any:
        return [(_("填報"), reverse("filing:rounds"))]

    def get_chips(self) -> Any:
        rows = queries.counts_of(self.get_queryset())
        return [
            Chip(_("全部"), {}, rows["all"]),
            Chip(_("未報"), {"filed": "no"}, rows["open"]),
            Chip(_("逾期未報"), {"filed": "late"}, rows["late"], "clock-exclamation"),
            Chip(_("待簽核"), {"state": "submitted"}, rows["submitted"]),
            Chip(_("被退回"), {"state": "returned"}, rows["returned"], "arrow-back-up"),
        ]


class RoundReturns(ReturnList):
    """One round: how much is filed, by whom, and by whom not."""

    found: Any = None
    hidden_columns = ("round", "row_count", "submitted_by", "corrected_at")
    template_name = "filing/round.html"

    def get_queryset(self) -> Any:
        return queries.listed(queries.returns_of(reader(self.request), self.found.pk))

    def get_actions(self) -> Any:
        user = reader(self.request)
        base = [(_("整表填報"), reverse("filing:grid", args=[self.found.pk]), "table")]
        for name in ACTS:
            if user.may(ACTS[name][1]) and self.found.state in ACTS[name][3]:
                base.append(
                    (ACTS[name][0], reverse("filing:round_act", args=[self.found.pk, name]), ACTS[name][2])
                )
        return base

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.rate(self.found)
        kwargs |= {
            "round": self.found,
            "rate": found,
            "share": found.percent,
            "rules": queries.rules_of(self.found),
        }
        kwargs["tone"] = ROUND_TONES[RoundState(self.found.state)]
        kwargs["state_icon"] = ROUND_ICONS[RoundState(self.found.state)]
        return super().get_context_data(**kwargs)


@shows_today
@requires("filing.view")
@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has filed in a round, and who has not."""
    found = queries.round_of(reader(request), pk)
    answer: HttpResponse = RoundReturns.as_view(found=found, title=found.title)(request, pk=pk)
    return answer


ACTS: dict[str, tuple[Any, str, str, tuple[str, ...]]] = {
    "open": (_("開放"), "filing.open", "lock-open", ("planned",)),
    "close": (_("截止"), "filing.open", "clock-off", ROUND["close_round"].sources),
    "reopen": (_("重新開放"), "filing.open", "lock-open", ROUND["reopen_round"].sources),
    "days": (_("改日期"), "filing.open", "calendar", ("planned", "open", "closed")),
    "complete": (_("補建填報表"), "filing.open", "plus", ("open",)),
    "lock": (_("鎖定"), "filing.lock", "lock", ROUND["lock_round"].sources),
    "cancel": (_("取消"), "filing.open", "trash", ROUND["cancel_round"].sources),
}
"""Act → label, permission, icon, states of the round."""


@requires("filing.open")
@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Plan a round, or open it at once; its days come from the rulebook."""
    form = forms.RoundForm(request.POST if request.method == "POST" else None)
    back = reverse("filing:rounds")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = actions.open_round if data["at_once"] else actions.plan_round
        try:
            made = act(reader(request), data["kind"], data["period"], title=data["title"])
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(
                request,
                gettext("「%(round)s」%(state)s。") % {"round": made, "state": made.get_state_display()},
            )
            return HttpResponseRedirect(reverse("filing:round", args=[made.pk]))
    return form_page(request, form, _("排定或開放填報"), back, [(gettext("填報"), back)])


@requires("filing.view")
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_round(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a round; a refusal keeps what was typed."""
    user = reader(request)
    found = queries.round_of(user, pk)
    if act not in ACTS or not user.may(ACTS[act][1]):
        raise Http404
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"version": found.version}
    form: Any
    if act == "days":
        form = forms.DaysForm(
            data, initial={**initial, **{n: getattr(found, n) for n in ("opens_on", "due_on", "closes_on")}}
        )
    elif act == "open" and queries.is_missed(found):
        due, last = actions.new_days(found, clock.today())
        form = forms.MissedForm(data, initial={**initial, "due_on": due, "closes_on": last})
    elif act in ("reopen", "cancel") or (act == "lock" and _unsigned(found)):
        form = forms.ReasonForm(data, initial=initial)
    else:
        form = forms.SureForm(data, initial=initial)
    back = reverse("filing:round", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            said = _do(user, act, found, form.cleaned_data)
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("filing:rounds") if act == "cancel" else back)
    crumbs = [(gettext("填報"), reverse("filing:rounds")), (found.title, back)]
    waiting = _waiting(found) if act == "lock" else ()
    return form_page(request, form, ACTS[act][0], back, crumbs, note=_note(act, found), waiting=waiting)


def _unsigned(found: Round) -> int:
    """How many returns are not signed; a lock that leaves them needs a reason."""
    return found.returns.exclude(state__in=[ReturnState.SIGNED, ReturnState.LOCKED]).count()


def _waiting(found: Round) -> list[dict[str, Any]]:
    """The returns that a lock would leave: whose they are and how far they got."""
    rows = found.returns.exclude(state__in=[ReturnState.SIGNED, ReturnState.LOCKED]).select_related("unit")
    return [
        {
            "return": each,
            "tone": RETURN_TONES[ReturnState(each.state)],
            "icon": RETURN_ICONS[ReturnState(each.state)],
        }
        for each in rows.order_by("state", "unit__code", "pk")
    ]


def _note(act: str, found: Round) -> str:
    if act == "lock":
        rates = queries.rate(found)
        waiting = _unsigned(found)
        note = gettext("填報率 %(rate)s；已簽核的會鎖定，之後只能申請更正。") % {"rate": rates.text}
        if waiting:
            note += gettext("還有 %(n)s 份沒有簽核，照樣鎖定就算未填報，要寫理由。") % {"n": waiting}
        return note
    if act == "open" and queries.is_missed(found):
        return gettext(
            "%(round)s依規則在 %(day)s 截止，那時系統沒有運作，沒有開放。訂新的日子，機關就能補填。"
        ) % {
            "round": found.title,
            "day": in_words(found.closes_on),
        }
    return found.title


def _do(user: Any, act: str, found: Round, data: dict[str, Any]) -> str:
    version = data["version"]
    if act == "open":
        days = {name: data[name] for name in ("due_on", "closes_on", "reason")} if "due_on" in data else {}
        actions.open_round(user, found.kind, found.period, version=version, **days)
    elif act == "close":
        actions.close_round(user, found.pk, version=version, reason=data["reason"])
    elif act == "reopen":
        actions.reopen_round(user, found.pk, version=version, reason=data["reason"])
    elif act == "cancel":
        actions.cancel_round(user, found.pk, version=version, reason=data["reason"])
    elif act == "complete":
        made = actions.add_missing_returns(user, found.pk)
        return gettext("補建了 %(n)s 份填報表。") % {"n": len(made)}
    elif act == "days":
        actions.change_round(
            user, found.pk, version=version, opens_on=data["opens_on"], due_on=data["due_on"],
            closes_on=data["closes_on"], reason=data["reason"],
        )  # fmt: skip
    else:
        actions.lock_round(user, found.pk, version=version, reason=data["reason"])
    return gettext("「%(round)s」已%(act)s。") % {"round": found.title, "act": ACTS[act][0]}
