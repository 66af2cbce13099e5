"""Pages that change something: define, revise, choose a reading, file, correct. All through the actions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.common.words import listed
from shizheng.kernel.measures import actions, forms, queries, view
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.rules.render import to_label
from shizheng.kernel.measures.rules.tree import FormulaError, inputs_of
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.refusals import show_refusal


def _units(user: Any, permission: str) -> list[tuple[int, str]]:
    """The units of today in which the reader holds the permission, for a choice."""
    reach = user.units_where(permission)
    return [(node.id, node.name) for node in organisations.tree() if reach is None or node.id in reach]


def _page(request: HttpRequest, form: Any, heading: str, submit: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "back": back, **more}
    return render(request, "measures/form.html", context, status=422 if form.errors else 200)


@requires("measures.define")
def define(request: HttpRequest) -> HttpResponse:
    """A new measure with its first definition."""
    user: Any = request.user
    today = clock.today()
    initial = {"valid_from": today.replace(month=1, day=1), "places": 2, "direction": ">=", "target_period": "year",
               "aggregation_time": "latest", "aggregation_units": "none", "progress": "value_over_target"}  # fmt: skip
    form = forms.NewMeasureForm(request.POST or None, units=_units(user, "measures.define"), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.define_measure(
                user, code=data["code"], name=data["name"], owner_id=data["owner"], content=form.content(),
                reason=data["reason"],
            )  # fmt: skip
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已新增指標「%(name)s」。") % {"name": made.name})
            return HttpResponseRedirect(reverse("measures:detail", args=[made.pk]))
    return _page(request, form, _("新增指標"), _("新增"), reverse("measures:list"), formula=True)


@requires("measures.define")
def revise(request: HttpRequest, measure_id: int) -> HttpResponse:
    """A new version of a definition."""
    user: Any = request.user
    measure = queries.measure(measure_id, user)
    require(user, "measures.define", measure.owner_id)
    latest = queries.current_definition(measure_id)
    before = actions.content_of(latest) if latest else None
    form = forms.DefinitionForm(
        request.POST or None,
        kept_inputs=latest.inputs if latest else (),
        initial=forms.initial_of(measure.name, measure.version, before)
        if before
        else {"version": measure.version},
    )
    back = reverse("measures:detail", args=[measure_id])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.revise_definition(
                user, measure_id, version=data["version"] or 0, content=form.content(before), reason=data["reason"],
                name=data["name"],
            )  # fmt: skip
        except Conflict as failure:
            return _conflict(request, failure, back)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已存為第 %(number)s 版定義。") % {"number": made.number})
            return HttpResponseRedirect(back)
    return _page(
        request, form, _("修訂定義：%(name)s") % {"name": measure.name}, _("存成新的一版"), back, formula=True
    )


@requires("measures.define")
def reading(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Choose which reading of an ambiguous standard is in force."""
    user: Any = request.user
    measure = queries.measure(measure_id, user)
    require(user, "measures.define", measure.owner_id)
    latest = queries.current_definition(measure_id)
    back = reverse("measures:detail", args=[measure_id])
    if latest is None or not latest.readings:
        messages.info(request, _("這個指標只有一種讀法，不用選。"))
        return HttpResponseRedirect(back)
    initial = {"reading": latest.reading_in_force, "version": measure.version}
    form = forms.ReadingForm(request.POST or None, definition=latest, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.choose_reading(
                user, measure_id, version=data["version"], reading=data["reading"], reason=data["reason"]
            )
        except Conflict as failure:
            return _conflict(request, failure, back)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(
                request, _("已採用這個讀法，存為第 %(number)s 版定義。") % {"number": made.number}
            )
            return HttpResponseRedirect(back)
    return _page(
        request, form, _("選定讀法：%(name)s") % {"name": measure.name}, _("採用這個讀法"), back, notes=latest.notes,
        readings=latest.readings, printed=latest.formula_text,
    )  # fmt: skip


@requires("measures.file")
def file(request: HttpRequest, measure_id: int) -> HttpResponse:
    """File the inputs of one period."""
    user: Any = request.user
    measure = queries.measure_to_file(measure_id, user, "measures.file")
    latest = queries.current_definition(measure_id)
    seen = queries.readable_by(user).filter(pk=measure_id).exists()
    back = reverse("measures:detail", args=[measure_id]) if seen else reverse("measures:list")
    if latest is None or not latest.inputs:
        messages.error(request, _("這個指標的公式還沒確認，不知道要填什麼。請主管單位先修訂定義。"))
        return HttpResponseRedirect(back)
    units = _units(user, "measures.file")
    own = measure.owner_id if measure.owner_id in dict(units) or not units else units[0][0]
    initial = {"unit": request.GET.get("unit") or own,
               "period": request.GET.get("period") or forms.period_default(clock.today()).label}  # fmt: skip
    form = forms.FilingForm(request.POST or None, definition=latest, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        filings = [
            actions.Filing(
                measure_id, unit_id=data["unit"], period=data["period"],
                source={"kind": "reported", "text": data["source"]}, **given,
            )
            for given in form.filled()
        ]  # fmt: skip
        try:
            actions.record_facts(user, filings)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已填報 %(count)s 項。") % {"count": len(filings)})
            return HttpResponseRedirect(
                view.trace_url(measure_id, data["unit"], data["period"].code) if seen else back
            )
    return _page(
        request, form, _("填報：%(name)s") % {"name": measure.name}, _("送出填報"), back, draft=f"file-{measure_id}",
        printed=latest.formula_text,
    )  # fmt: skip


@requires("measures.correct")
def correct(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Correct one fact: the old one stays, the new one names it."""
    user: Any = request.user
    fact = queries.fact(fact_id)
    measure = queries.measure_to_file(fact.measure_id, user, "measures.correct", fact.unit_id)
    require(user, "measures.correct", fact.unit_id)
    seen = queries.readable_by(user).filter(pk=measure.pk).exists()
    back = view.trace_url(measure.pk, fact.unit_id, fact.period) if seen else reverse("measures:list")
    if hasattr(fact, "superseded_by"):
        messages.info(request, _("這筆填報已經更正過。要再改，請更正最新的一筆。"))
        return HttpResponseRedirect(back)
    latest = queries.current_definition(fact.measure_id)
    is_list = (
        any(each["name"] == fact.input and each.get("list") for each in latest.inputs) if latest else False
    )
    initial = {"value": fact.value and queries.value_of(fact), "missing": fact.missing or ""}
    form = forms.CorrectionForm(request.POST or None, fact=fact, is_list=is_list, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        source = {"kind": "reported", "text": data["source"]} if data.get("source") else None
        given = (
            {"rows": data["rows"]}
            if is_list
            else {"value": data["value"], "missing": data["missing"] or None}
        )
        try:
            actions.correct_fact(user, fact_id, reason=data["reason"], source=source, **given)
        except Conflict as failure:
            return _conflict(request, failure, back)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已更正。更正前的數留著，兩個數並列在這一頁。"))
            return HttpResponseRedirect(back)
    labels = {each["name"]: each.get("label", "") for each in latest.inputs} if latest else {}
    return _page(
        request, form, _("更正：%(name)s") % {"name": measure.name}, _("更正"), back, fact=fact,
        fact_label=labels.get(fact.input, ""), fact_period=parse_period(fact.period).label,
    )  # fmt: skip


def _conflict(request: HttpRequest, failure: Conflict, back: str) -> HttpResponse:
    messages.error(request, failure.message)
    return HttpResponseRedirect(back)


@requires("measures.define")
@require_POST
def check_formula(request: HttpRequest) -> HttpResponse:
    """What is understood of a formula while it is typed: read back with names, or what is wrong."""
    text = request.POST.get("formula", "")
    names: dict[str, str] = {}
    for line in request.POST.get("labels", "")[:10_000].splitlines():
        name, _sign, label = line.replace("＝", "=").partition("=")
        if name.strip() and label.strip():
            names[name.strip()] = label.strip()
    if not text.strip():
        return HttpResponse(
            format_html('<span class="meta">{}</span>', _("還沒有公式：這一版會標為待確認。"))
        )
    try:
        tree = parse(text)
    except FormulaError as error:
        return HttpResponse(format_html('<span class="t-bad">{}</span>', error.message))
    unnamed = [use.name for use in inputs_of(tree) if use.name not in names]
    note = _("還沒有名稱：%(names)s。") % {"names": listed(unnamed)} if unnamed else ""
    return HttpResponse(
        format_html(
            '<span>{} {}</span> <span class="t-warn">{}</span>', _("讀成："), to_label(tree, names), note
        )
    )
