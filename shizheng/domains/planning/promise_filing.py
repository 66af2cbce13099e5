"""The quarterly filing of promises (A07, PR-04): one return per main agency, one row per action plan that is followed."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, plain, round_half_up, unit_after
from shizheng.domains.planning import promise_supply
from shizheng.domains.planning.actions import promise_progress
from shizheng.domains.planning.models.promises import Programme, Promise, PromiseKind
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.rules.promises import State, progress_of, state_of
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.registry import (
    Entries,
    Field,
    FilingKind,
    Problem,
    Row,
    Schedule,
    Subject,
    Supplied,
    register,
)
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.rulebook import queries as rulebook

CODE = "planning.promise"
SUBJECT = "planning.programme"
NOT_YET = "not_yet_measurable"


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=CODE,
            name=gettext_lazy("政見"),
            schedules=(Schedule("filing.quarter", PeriodKind.QUARTER),),
            subjects=subjects,
            rows=lambda each: rows_of([each])[each.pk],
            rows_of=rows_of,
            check=check,
            on_lock_all=promise_progress.record_progress,
            on_correct=promise_progress.correct_progress,
            narrative=sentence,
            subject_url=lambda each: reverse("planning:programme", args=[each.subject_pk]),
            icon="flag",
        )
    )


def subjects(found: Any) -> Iterable[Subject]:
    """What is owed in a round: each main agency of an action plan whose days have begun and that is not done, once."""
    period = parse_period(found.period)
    for programme in Programme.objects.filter(term_from__lt=period.end, term_to__gte=period.start).order_by(
        "pk"
    ):
        agencies: dict[int, str] = {}
        for each in _followed(programme.pk, period):
            agencies.setdefault(each.main_agency_id or 0, each.main_agency.name if each.main_agency else "")
        for unit_id, name in agencies.items():
            yield Subject(unit_id, SUBJECT, programme.pk, f"{name}：{programme.title}")


def _followed(programme_id: int, period: Period) -> list[Promise]:
    """Action plans about which something is to be filed for a period."""
    done = _done_before(programme_id, period)
    return [
        each
        for each in queries.promises_of(programme_id)
        if each.kind == PromiseKind.ACTION
        and each.starts_on is not None
        and each.starts_on <= period.last_day
        and (each.retired_on is None or each.retired_on > period.last_day)
        and each.pk not in done
    ]


def _done_before(programme_id: int, period: Period) -> set[int]:
    """Action plans that an earlier quarter filed as done."""
    rows = queries.PromiseProgress.objects.filter(promise__programme_id=programme_id, period__lt=period.code)
    last = {
        each.promise_id: each
        for each in queries.known_progress(rows.select_related("promise"), None)
        if each.stands  # type: ignore[attr-defined]
    }
    return {
        pk
        for pk, row in last.items()
        if (reached := queries.progress_at(row.promise, row)) is not None and reached >= 100
    }


def rows_of(returns: Sequence[Any]) -> dict[int, Sequence[Row]]:
    """The rows of many returns: by agency those to be filed about, and those that already stand in the return."""
    entered = filing.entries_of_all([each.pk for each in returns])
    wanted: list[tuple[int, Period, list[Promise]]] = []
    followed: dict[tuple[int, str], list[Promise]] = {}
    everything: dict[int, list[Promise]] = {}
    for each in returns:
        key = (each.subject_pk, each.round.period)
        if key not in followed:
            followed[key] = _followed(each.subject_pk, parse_period(each.round.period))
        if each.subject_pk not in everything:
            everything[each.subject_pk] = list(queries.promises_of(each.subject_pk))
        there = {row for row, _field in entered[each.pk]}
        ids = {one.pk for one in followed[key] if one.main_agency_id == each.unit_id}
        rows = [
            one
            for one in everything[each.subject_pk]
            if one.kind == PromiseKind.ACTION and (one.pk in ids or str(one.pk) in there)
        ]
        wanted.append((each.pk, parse_period(each.round.period), rows))
    supplied: dict[Period, dict[int, Supplied]] = {}
    for period in {period for _pk, period, _rows in wanted}:
        rows = [one for _pk, other, rows in wanted if other == period for one in rows]
        supplied[period] = promise_supply.supplied(rows, period)
    return {
        pk: [row_of(one, period, supplied[period].get(one.pk)) for one in rows] for pk, period, rows in wanted
    }


def row_of(each: Promise, period: Period, given: Supplied | None = None) -> Row:
    """The fields of one action plan: a quantity against its target, else a percent, else nothing but words (a KPI counts).

    `given`: what is known already, so that nobody types it.
    """
    fields: list[Field] = []
    if each.measure_id is None:
        fields.append(_amount(each))
        fields.append(
            Field(
                "missing", gettext_lazy("沒有數字的原因"), "choice", required=False,
                choices=((NOT_YET, gettext_lazy("尚未可衡量")),),
            )
        )  # fmt: skip
    fields.append(Field("text", gettext_lazy("辦理情形"), "long_text"))
    fields.append(
        Field(
            "obstacles", gettext_lazy("落後原因與改善措施"), "long_text", required=False,
            help=gettext_lazy("落後時要填。"),
        )
    )  # fmt: skip
    return Row(
        key=str(each.pk),
        title=f"{each.code} {each.title}",
        fields=fields,
        note=_note(each, period),
        prefill={fields[0].name: given} if given is not None and each.measure_id is None else {},
        url=reverse("planning:promise", args=[each.pk]),
    )


def _amount(each: Promise) -> Field:
    if each.target_quantity is None:
        return Field(
            "percent", gettext_lazy("累計進度"), "number", unit="%", required_unless="missing",
            help=gettext_lazy("從開始到這一季末，0 到 100。"),
        )  # fmt: skip
    return Field(
        "quantity", gettext_lazy("累計數量"), "number", unit=each.unit, required_unless="missing",
        help=_("從開始到這一季末；目標 %(target)s%(unit)s。")
        % {"target": format_decimal(Decimal(plain(each.target_quantity))), "unit": unit_after(each.unit)},
    )  # fmt: skip


def _note(each: Promise, period: Period) -> str:
    if each.measure_id is None or each.measure is None:
        return ""
    figure = queries.figure_of(each, period)
    shown = _("還沒有數字")
    if figure is not None and figure.value is not None:
        shown = f"{format_decimal(figure.value)}{unit_after(figure.unit)}"
    return _("進度取自指標「%(kpi)s」：%(value)s，不用再填。") % {"kpi": each.measure.name, "value": shown}


def check(found: Any, entries: Entries) -> Iterable[Problem]:
    """Percents from 0 to 100, no negative amounts, and who is behind says why and what is done about it."""
    period = parse_period(found.round.period)
    rule = rulebook.value_or_none(queries.BEHIND, period.last_day)
    share = rule.value if rule is not None and isinstance(rule.value, Decimal) else Decimal(100)
    ids = {int(row) for row, _name in entries if row.isdigit()}
    for each in Promise.objects.filter(pk__in=ids).order_by("order"):
        key = str(each.pk)
        texts = {name: entry.text.strip() for (row, name), entry in entries.items() if row == key}
        quantity, percent = number_of(texts.get("quantity", "")), number_of(texts.get("percent", ""))
        if percent is not None and not 0 <= percent <= 100:
            yield Problem(_("進度要在 0 到 100 之間。"), key, "percent")
        elif quantity is not None and quantity < 0:
            yield Problem(_("累計數量不會是負數。"), key, "quantity")
        elif not texts.get("obstacles") and _is_behind(each, quantity, percent, period, share):
            yield Problem(_("進度低於按天數應達的進度，請寫落後原因與改善措施。"), key, "obstacles")


def _is_behind(
    each: Promise, quantity: Decimal | None, percent: Decimal | None, period: Period, share: Decimal
) -> bool:
    if each.starts_on is None or each.ends_on is None or each.measure_id is not None:
        return False
    reached = progress_of(quantity, each.target_quantity, percent)
    if reached is None:
        return False
    return state_of(reached, each.starts_on, each.ends_on, period.last_day, share) is State.BEHIND


def sentence(row: Row, values: Mapping[str, str]) -> str:
    """The figure as the system writes it into 辦理情形: `累計 45 公里，達目標 60.00%`."""
    try:
        quantity, percent = number_of(values.get("quantity", "")), number_of(values.get("percent", ""))
    except NotANumber:
        return ""
    if percent is not None:
        return f"{format_decimal(percent)}%"
    if quantity is None:
        return ""
    target = Promise.objects.filter(pk=int(row.key)).values_list("target_quantity", "unit").first()
    if target is None or target[0] is None:
        return format_decimal(quantity)
    reached = progress_of(quantity, target[0], None)
    assert reached is not None
    whole = format_decimal(Decimal(plain(target[0])))
    return f"{format_decimal(round_half_up(reached, 2))}%（{format_decimal(quantity)} ÷ {whole}{unit_after(target[1])}）"
