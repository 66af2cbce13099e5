"""The rows of a return of one month: every tender that owes it, what is planned for it, what was filed before (B01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, plain
from shizheng.common.roc import format_roc
from shizheng.common.words import written
from shizheng.domains.projects.models import Cause, MonthRecord, Project
from shizheng.domains.projects.queries import matters, months
from shizheng.domains.projects.queries.curves import Curve, curves_by_version, curves_of
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.filing.registry import Field, Row, Supplied
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations

TEXT_OF_YEAR = ("year_budget",)
"""Money that stays the same within a year, so that last month's is taken over."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the two fields of 跨機關協調 say: how many matters of each tender are open, and which agencies there are."""

    open_of: Mapping[int, int]
    agencies: Sequence[str]


@dataclass(frozen=True, slots=True)
class MonthLine(Row):
    """A row for one tender, with the plan version that judges the month. Progress in percent."""

    year: int = 0
    project_id: int = 0
    agency_id: int = 0
    state: State = State.PREPARING
    curve: Curve | None = None
    planned: Decimal | None = None
    planned_works: Decimal | None = None
    standing: MonthRecord | None = None
    """What was locked for it already."""
    own: frozenset[int] = frozenset()
    """Units that it cannot ask for help: those that carry it out."""
    earlier: MonthRecord | None = None
    """What was locked for it last."""


def lines_of(filing: Any) -> Sequence[MonthLine]:
    """The rows of one return."""
    return lines_of_all([filing])[filing.pk]


def lines_of_all(returns: Sequence[Any]) -> dict[int, Sequence[MonthLine]]:
    """The rows of many returns, in a fixed number of queries for each month among them.

    Before the lock those that owe the month now; afterwards those that were locked, by the version that judged them.
    """
    locked = months.of_filings([each.pk for each in returns])
    found: dict[int, Sequence[MonthLine]] = {}
    by_period: dict[str, list[Any]] = {}
    for each in returns:
        by_period.setdefault(each.round.period, []).append(each)
    for code, some in by_period.items():
        found |= _of_period(parse_period(code), some, locked)
    return found


def _of_period(
    period: Period, returns: Sequence[Any], locked: Mapping[int, list[MonthRecord]]
) -> dict[int, Sequence[MonthLine]]:
    open_units = {each.unit_id for each in returns if not locked[each.pk]}
    owing = months.owed(period, open_units) if open_units else {}
    records = [record for each in returns for record in locked[each.pk]]
    ids = {one.project.pk for found in owing.values() for one in found}
    curves = curves_of(ids, period.code) if ids else {}
    versions = {record.plan_id for record in records if record.plan_id is not None}
    kept = curves_by_version(versions) if versions else {}
    earlier = months.before(ids | {record.project_id for record in records}, period)
    asking = Asking(matters.counted_open(ids), _agencies() if ids or records else ())
    found: dict[int, Sequence[MonthLine]] = {}
    for each in returns:
        if locked[each.pk]:
            found[each.pk] = [
                _line(
                    record.project, State(record.state), kept.get(record.plan_id or 0), period,
                    earlier.get(record.project_id), asking, record,
                )
                for record in locked[each.pk]
            ]  # fmt: skip
        else:
            found[each.pk] = [
                _line(
                    one.project, one.state, curves.get(one.project.pk), period, earlier.get(one.project.pk), asking
                )
                for one in owing.get(each.unit_id, ())
            ]  # fmt: skip
    return found


def _agencies() -> tuple[str, ...]:
    return tuple(each.short_name or each.name for each in organisations.first_level())


def _line(
    project: Project, state: State, curve: Curve | None, period: Period, earlier: MonthRecord | None, asking: Asking,
    standing: MonthRecord | None = None,
) -> MonthLine:  # fmt: skip
    day = period.last_day
    planned = rules.kept(curve.planned(day)) if curve else None
    works = rules.kept(curve.works(day)) if curve else None
    if standing is not None:
        planned, works = standing.planned, standing.planned_works
    return MonthLine(
        key=str(project.pk),
        title=f"{project.number} {project.name}",
        fields=[*_fields(curve, works, earlier), *_asking(asking, project.pk)],
        prefill=_prefill(project, curve, period, earlier),
        note=_note(state, planned, works, earlier),
        url=address(project.pk),
        year=period.year,
        project_id=project.pk,
        agency_id=project.agency_id,
        state=state,
        curve=curve,
        planned=planned,
        planned_works=works,
        standing=standing,
        own=frozenset({project.agency_id, project.unit_id or project.agency_id}),
        earlier=earlier,
    )


def address(project_id: int) -> str:
    """The page of a tender; nothing where an installation has none."""
    try:
        return reverse("projects:project", args=[project_id])
    except NoReverseMatch:
        return ""


def _fields(curve: Curve | None, works: Decimal | None, earlier: MonthRecord | None) -> list[Field]:
    names = curve.names if curve else {}
    choices: list[tuple[str, Any]] = [(rules.NONE_YET, gettext_lazy("尚未達成任何檢核點")), *_numbered(names)]
    fields = [
        Field("reached", gettext_lazy("已達檢核點"), "choice", choices=choices),
        Field(
            "reached_on",
            gettext_lazy("達成日"),
            "text",
            required=False,
            help=gettext_lazy("例如 115-03-20。"),
        ),
    ]
    if works is not None:
        shown = _last(earlier, "actual_works", "%")
        fields.append(
            Field(
                "works",
                gettext_lazy("施工進度"),
                "number",
                unit="%",
                help=shown,
                before=_before(earlier, "actual_works", "%"),
            )
        )
    for name in rules.MONEY:
        fields.append(
            Field(
                name, gettext_lazy(rules.MONEY_LABELS[name]), "number", unit="元", help=_last(earlier, name),
                before=_before(earlier, name),
            )
        )  # fmt: skip
    fields.append(Field("text", gettext_lazy("辦理情形"), "long_text"))
    fields.append(
        Field(
            "cause", gettext_lazy("落後因素"), "choice", required=False, choices=Cause.choices,
            help=gettext_lazy("落後時要填。"),
        )
    )  # fmt: skip
    fields.append(
        Field(
            "remedy",
            gettext_lazy("改善對策"),
            "long_text",
            required=False,
            help=gettext_lazy("落後時要填。"),
        )
    )
    fields.append(
        Field(
            "catch_up_on",
            gettext_lazy("預定趕上日"),
            "text",
            required=False,
            help=gettext_lazy("落後時要填，例如 115-06-30。"),
        )
    )
    return fields


def _asking(asking: Asking, project_id: int) -> list[Field]:
    """What another agency has to do, so that the tender can go on; both or neither (B03)."""
    there = asking.open_of.get(project_id, 0)
    return [
        Field(
            "asks_unit", gettext_lazy("請協助的機關"), "text", required=False,
            help=gettext_lazy("要別的機關協助才填，例如水利局。"), suggest=asking.agencies,
        ),
        Field(
            "asks_for", gettext_lazy("請協助的事"), "long_text", required=False,
            help=_("已提出、還沒解決的有 %(n)s 件，不必再寫。") % {"n": there} if there else gettext_lazy("簽核後列入市府會報議程。"),
        ),
    ]  # fmt: skip


def _numbered(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Checkpoints in their order; numbered, because two may be called the same."""
    return [(code, f"{number}. {name}") for number, (code, name) in enumerate(names.items(), 1)]


def _last(earlier: MonthRecord | None, name: str, unit: str = "") -> str:
    shown = _before(earlier, name, unit)
    if not shown or earlier is None:
        return ""
    return _("%(period)s填 %(value)s") % {"period": parse_period(earlier.period).label, "value": shown}


def _before(earlier: MonthRecord | None, name: str, unit: str = "") -> str:
    value = getattr(earlier, name) if earlier is not None else None
    return "" if value is None else format_decimal(Decimal(plain(value))) + unit


def _prefill(
    project: Project, curve: Curve | None, period: Period, earlier: MonthRecord | None
) -> dict[str, Supplied]:
    if earlier is None:
        return {}
    source = written("%(period)s填報", period=parse_period(earlier.period).label)
    found: dict[str, Supplied] = {}
    if not earlier.reached or (curve is not None and earlier.reached in curve.names):
        found["reached"] = Supplied(earlier.reached or rules.NONE_YET, source, address(project.pk))
        if earlier.reached_on is not None:
            day = format_roc(earlier.reached_on, "short").replace(".", "-")
            found["reached_on"] = Supplied(day, source, address(project.pk))
    if parse_period(earlier.period).year == period.year:
        for name in TEXT_OF_YEAR:
            value = getattr(earlier, name)
            if value is not None:
                found[name] = Supplied(plain(value), source, address(project.pk))
    return found


def _note(state: State, planned: Decimal | None, works: Decimal | None, earlier: MonthRecord | None) -> str:
    parts = []
    if state is State.SUSPENDED:
        parts.append(_(STATE_LABELS[state]))
    if planned is not None:
        parts.append(_("預定標案進度 %(n)s%%") % {"n": format_decimal(planned, 2)})
    if works is not None:
        parts.append(_("預定施工進度 %(n)s%%") % {"n": format_decimal(works, 2)})
    if earlier is not None and earlier.actual is not None:
        parts.append(
            _("%(period)s：%(shown)s")
            % {
                "period": parse_period(earlier.period).label,
                "shown": rules.against(earlier.actual, earlier.planned),
            }
        )
    return _("；").join(parts)
