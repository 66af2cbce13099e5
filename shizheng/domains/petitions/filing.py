"""改善方案 (J07, CP-09): each quarter every agency answers for its weak points; deadline, chasing and sign-off are filing's."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal
from shizheng.common.words import written
from shizheng.domains.petitions.queries.weak_points import WeakPoints, weak_points
from shizheng.domains.petitions.rules.analysis import Change
from shizheng.kernel.filing.registry import Field, FilingKind, Row, Schedule, Subject, Supplied, register
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations

KIND, RULE, SUBJECT = "petitions.improvement", "filing.petition_improvement", "organisations.unit"
LONG = 3000


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=KIND,
            name=gettext_lazy("陳情改善方案"),
            schedules=(Schedule(RULE, PeriodKind.QUARTER),),
            subjects=subjects,
            rows=lambda each: rows_of([each])[each.pk],
            rows_of=rows_of,
            subject_url=lambda _each: reverse("petitions:analysis"),
            icon="message",
        )
    )


def subjects(found: Any) -> Iterable[Subject]:
    """Each agency to which petitions came in the quarter, or of which some ended."""
    period = parse_period(found.period)
    tree = organisations.tree()
    for unit_id in weak_points(period):
        unit = tree.by_id.get(unit_id)
        if unit is None:
            continue
        name = unit.short_name or unit.name
        yield Subject(
            unit_id,
            SUBJECT,
            unit_id,
            written("%(agency)s %(period)s陳情改善方案", agency=name, period=period.label),
        )


def rows_of(returns: Sequence[Any]) -> dict[int, Sequence[Row]]:
    """Three lines a return: in time, what came most, what rose; each with the figure that the system has."""
    points = {code: weak_points(parse_period(code)) for code in {each.round.period for each in returns}}
    return {
        each.pk: _rows(points[each.round.period].get(each.unit_id), parse_period(each.round.period))
        for each in returns
    }


def _rows(found: WeakPoints | None, period: Period) -> Sequence[Row]:
    late = found is not None and found.late
    risen = found is not None and bool(found.risen)
    return [
        _row("on_time", _("依限辦結"), _on_time(found), late, period),
        _row("most", _("件數最多的分類"), _named(found.most if found else ()), True, period),
        _row("risen", _("增加最多的分類"), _named(found.risen if found else ()), risen, period),
    ]


def _row(key: str, title: str, figure: str, weak: bool, period: Period) -> Row:
    """One weak point; what is none needs no answer."""
    return Row(
        key,
        title,
        (
            Field("figure", gettext_lazy("這一季的數字"), required=False),
            Field("cause", gettext_lazy("原因分析"), "long_text", required=weak),
            Field("measures", gettext_lazy("改善作法"), "long_text", required=weak),
            Field("by_when", gettext_lazy("什麼時候完成"), required=weak, help=gettext_lazy("例如 115 年 6 月底以前")),
        ),
        prefill={"figure": Supplied(figure, written("陳情案件 %(period)s", period=period.label), reverse("petitions:month"), period.last_day)},
        note="" if weak else _("這一項不是弱點，可以不寫。"),
    )  # fmt: skip


def _on_time(found: WeakPoints | None) -> str:
    if found is None or found.tally.on_time_rate is None:
        return written("沒有辦結的案件")
    text = f"{format_decimal(found.tally.on_time_rate, 2)}%（{found.tally.in_time} ÷ {found.tally.counted}）"
    return text if found.target is None else written("%(rate)s，目標 %(target)s%%", rate=text, target=format_decimal(found.target))  # fmt: skip


def _named(rows: Sequence[Change[str]]) -> str:
    if not rows:
        return written("沒有")
    return "；".join(f"{each.key} {each.before} → {each.now}" for each in rows)
