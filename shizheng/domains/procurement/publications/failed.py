"""採購流廢標督導: the cases of a year as they stood at the end of a quarter or of the year, with rate and patterns (F01).

What agencies write stays inside: officers write names into it. Causes go out as codes with their words.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.numbers import decimal_or_none, format_decimal, plain, round_half_up
from shizheng.common.roc import FIRST_YEAR
from shizheng.domains.procurement.models import Category
from shizheng.domains.procurement.queries.facts import CODE
from shizheng.domains.procurement.queries.months import Standing, locked_periods, month_of, owed
from shizheng.domains.procurement.queries.patterns import Pattern, causes_of, patterns
from shizheng.domains.procurement.rules.failed import (
    CAUSE_LABELS,
    OUTCOME_LABELS,
    Cause,
    Outcome,
    Settled,
    settled_of,
)
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Paragraph,
    Table,
    cell,
)
from shizheng.kernel.publication.registry import Gathered

SERIES = "procurement.failed:{city}:{period}"
HEADS = {"cause": "流廢標原因", "category": "標的分類", "band": "預算金額", "times": "流廢標次數"}


def gather(unit_id: int, period_code: str) -> Gathered:
    """The year's cases at the end of the period. Raises BadInput for other periods, CannotDo before its months are locked."""
    city = organisations.city()
    if unit_id != city.pk:
        raise NotFound(_("採購流廢標督導以全府公布。請從樣態與決標率進入。"))
    period = period_of(period_code)
    cases, found = patterns(period.last_day, period.year - FIRST_YEAR)
    _complete(period, cases)
    figures = _figures(cases, city.pk, period)
    facts = _facts(cases, found, city.name, period, figures)
    title = f"{city.name} {period.label}採購流廢標督導"
    return Gathered(
        title, city.pk, SERIES.format(city=city.pk, period=period.code), facts, figures, period.code
    )


def period_of(code: str) -> Period:
    """A quarter or a year. Raises BadInput."""
    try:
        found = parse_period(code)
    except PeriodNotUnderstood as failure:
        raise BadInput(str(failure), fields={"period": [str(failure)]}) from failure
    if found.kind not in (PeriodKind.QUARTER, PeriodKind.YEAR):
        message = _("按季或按年公布，沒有「%(period)s」這個期間。請選季或年。") % {"period": found.label}
        raise BadInput(message, fields={"period": [message]})
    return found


def _complete(period: Period, cases: Sequence[Standing]) -> None:
    last = month_of(period.last_day)
    if not cases:
        raise CannotDo(_("%(period)s沒有列管的流廢標案，沒有可以公布的。") % {"period": period.label})
    if period.last_day >= clock.today():
        raise CannotDo(_("%(period)s還沒有結束，不能公布。") % {"period": period.label})
    if owed(last) and last not in locked_periods(period.year):
        raise CannotDo(
            _("%(month)s的督導月報還沒有鎖定，不能公布。請先鎖定這個月的填報。") % {"month": last.label}
        )


def _figures(cases: Sequence[Standing], city_id: int, period: Period) -> dict[str, Figure]:
    ids = measures.ids_by_code([CODE])
    if CODE not in ids:
        return {}
    whole = measures.figures_of_unit([ids[CODE]], city_id, period)
    units = sorted({each.case.agency_id for each in cases})
    keys = {f"settled-{unit}": Key(ids[CODE], unit, period) for unit in units}
    of_units = measures.figures(keys.values())
    return {"settled-city": whole[ids[CODE]]} | {ref: of_units[key] for ref, key in keys.items()}


def _rate(settled: Settled) -> str | None:
    return None if settled.percent is None else str(round_half_up(settled.percent, 2))


def _counts(settled: Settled) -> dict[str, Any]:
    return {
        "listed": settled.listed, "awarded": settled.awarded, "open": settled.open, "dropped": settled.dropped,
        "rate": _rate(settled),
    }  # fmt: skip


def _facts(
    cases: Sequence[Standing],
    found: Sequence[Pattern],
    city: str,
    period: Period,
    figures: Mapping[str, Figure],
) -> dict[str, Any]:
    agencies: dict[int, list[Standing]] = {}
    for each in cases:
        agencies.setdefault(each.case.agency_id, []).append(each)

    def figure(ref: str) -> str | None:
        return figures[f"settled-{ref}"].id if f"settled-{ref}" in figures else None

    return {
        "city": city,
        "period": period.code,
        "period_text": period.label,
        "last_day": period.last_day.isoformat(),
        "total": {
            **_counts(settled_of(each.course.outcome for each in cases)), "ref": "city", "figure": figure("city"),
        },
        "agencies": [
            {
                "agency": some[0].case.agency.name, "ref": str(unit_id), "figure": figure(str(unit_id)),
                **_counts(settled_of(each.course.outcome for each in some)),
            }
            for unit_id, some in agencies.items()
        ],
        "patterns": {
            each.code: [
                {
                    "code": row.code, "label": row.label, **_counts(row.settled), "failures": row.failures,
                    "repeated": row.repeated, "days": None if row.days is None else plain(Decimal(str(row.days))),
                }
                for row in each.rows
            ]
            for each in found
            if each.code != "agency"
        },
        "cases": [_case(each) for each in cases],
    }  # fmt: skip


def _case(each: Standing) -> dict[str, Any]:
    row, course = each.case, each.course
    causes = [cause for cause in causes_of(each) if cause]
    return {
        "tender_no": row.tender_no, "name": row.name, "agency": row.agency.name, "category": row.category,
        "category_text": str(Category(row.category).label), "amount": plain(row.amount),
        "listed_on": row.listed_on.isoformat(), "failed": course.failed, "void": course.void,
        "first_failed_on": course.first_failed_on.isoformat() if course.first_failed_on else None,
        "outcome": course.outcome.value, "outcome_text": OUTCOME_LABELS[course.outcome],
        "settled_on": course.settled_on.isoformat() if course.settled_on else None,
        "award_amount": None if course.amount is None else plain(course.amount), "days": course.days,
        "causes": causes, "causes_text": [CAUSE_LABELS[Cause(cause)] for cause in causes],
    }  # fmt: skip


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """The rate with its parts, agencies, patterns, what is still open, and all cases as data."""
    total = facts["total"]
    still = [each for each in facts["cases"] if each["outcome"] == Outcome.OPEN]
    blocks: list[Block] = [
        Paragraph((facts["city"],), "title"),
        Paragraph((f"{facts['period_text']}採購流廢標督導",), "title"),
        Heading(1, "決標率"),
        Paragraph(
            (
                f"列管{total['listed']}件，決標{total['awarded']}件，不續辦{total['dropped']}件，未決標{total['open']}件；決標率",
                _shown(total, refs),
                f"＝{total['awarded']}÷（{total['listed']}－{total['dropped']}），取整數{_whole(total['rate'])}。",
            )
        ),
        Heading(1, "各機關"),
        Table("各機關", _columns("機關"), tuple(_agency_rows(facts, refs))),
    ]
    for code, head in HEADS.items():
        rows = facts["patterns"].get(code, [])
        if rows:
            blocks += [Heading(1, head), Table(head, _pattern(head), tuple(_pattern_rows(rows)))]
    blocks.append(Paragraph(("一案有兩個原因，兩邊都算；日數是首次流廢標到決標的中位數。",), "note"))
    blocks.append(Heading(1, "未決標案件"))
    blocks.append(
        Table("未決標案件", _OPEN, tuple(_open_rows(still))) if still else Paragraph(("全部決標或不續辦。",))
    )
    return Document(
        title=f"{facts['city']} {facts['period_text']}採購流廢標督導",
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(_agencies(facts), _cases(facts)),
        subject="採購流廢標督導",
    )


def _columns(head: str) -> tuple[Column, ...]:
    return (
        Column(head, 4), Column("列管", 1, "end"), Column("決標", 1, "end"), Column("未決標", 1.2, "end"),
        Column("不續辦", 1.2, "end"), Column("決標率", 1.6, "end"),
    )  # fmt: skip


def _pattern(head: str) -> tuple[Column, ...]:
    return (
        *_columns(head), Column("流廢標次數", 1.6, "end"), Column("同因再流廢標", 1.8, "end"), Column("日數", 1.2, "end"),
    )  # fmt: skip


_OPEN = (
    Column("標案", 5), Column("機關", 3), Column("流標", 1, "end"), Column("廢標", 1, "end"), Column("原因", 4),
)  # fmt: skip


def _shown(row: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> FigureRef | str:
    text = "—" if row["rate"] is None else f"{format_decimal(Decimal(row['rate']), 2)}%"
    ref = refs.get(f"settled-{row['ref']}")
    return FigureRef(ref.id, text, ref.url) if ref else text


def _whole(rate: str | None) -> str:
    """The rate as the plan prints it: whole percent."""
    return "—" if rate is None else f"{round_half_up(Decimal(rate), 0)}%"


def _numbers(row: Mapping[str, Any]) -> list[Cell]:
    return [
        cell(f"{row[name]:,}", value=Decimal(row[name])) for name in ("listed", "awarded", "open", "dropped")
    ]


def _agency_rows(
    facts: Mapping[str, Any], refs: Mapping[str, FigureRef]
) -> Iterable[tuple[Cell | None, ...]]:
    for row in [*facts["agencies"], {**facts["total"], "agency": "合計"}]:
        value = None if row["rate"] is None else Decimal(row["rate"])
        yield (cell(row["agency"], header=True), *_numbers(row), Cell(((_shown(row, refs),),), value=value))


def _pattern_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        rate = "—" if row["rate"] is None else f"{format_decimal(Decimal(row['rate']), 2)}%"
        yield (
            cell(row["label"], header=True),
            *_numbers(row),
            cell(rate, value=None if row["rate"] is None else Decimal(row["rate"])),
            cell(str(row["failures"]), value=Decimal(row["failures"])),
            cell(str(row["repeated"]), value=Decimal(row["repeated"])),
            cell(row["days"] or "—"),
        )


def _open_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        yield (
            cell(f"{row['tender_no']} {row['name']}", header=True),
            cell(row["agency"]),
            cell(str(row["failed"]), value=Decimal(row["failed"])),
            cell(str(row["void"]), value=Decimal(row["void"])),
            cell("、".join(row["causes_text"]) or "—"),
        )


def _agencies(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            facts["period"], row["agency"], row["listed"], row["awarded"], row["open"], row["dropped"],
            decimal_or_none(row["rate"]),
        )
        for row in facts["agencies"]
    ]  # fmt: skip
    fields = (
        Field("period", "期間", "Period", "2025-Q1 是民國 114 年第 1 季，2025 是 114 年"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("listed", "列管", "Listed", "期末以前列管的案件", "integer", "件"),
        Field("awarded", "決標", "Awarded", "期末已決標", "integer", "件"),
        Field("open", "未決標", "Not awarded", "期末還沒有決標", "integer", "件"),
        Field("dropped", "不續辦", "Dropped", "期末已決定不續辦", "integer", "件"),
        Field("rate", "決標率", "Award rate", "決標 ÷（列管－不續辦）", "decimal", "%", "沒有分母"),
    )  # fmt: skip
    return Dataset("agencies", "各機關", "每一列是一個機關", fields, tuple(rows), ("agency",))


def _cases(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            facts["period"], row["tender_no"], row["name"], row["agency"], row["category"], Decimal(row["amount"]),
            row["listed_on"], row["failed"], row["void"], row["first_failed_on"], row["outcome"], row["settled_on"],
            decimal_or_none(row["award_amount"]), row["days"], " ".join(row["causes"]) or None,
        )
        for row in facts["cases"]
    ]  # fmt: skip
    causes = "、".join(f"{code.value} {CAUSE_LABELS[code]}" for code in Cause)
    fields = (
        Field("period", "期間", "Period", "2025-Q1 是民國 114 年第 1 季，2025 是 114 年"),
        Field("tender_no", "採購案號", "Tender number", "採購案號"),
        Field("name", "標案名稱", "Name", "標案名稱"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("category", "標的分類", "Category", "works 工程、goods 財物、services 勞務"),
        Field("amount", "預算金額", "Budget", "預算金額", "decimal", "元"),
        Field("listed_on", "列管日", "Listed on", "列管的日子", "date"),
        Field("failed", "流標次數", "Failed", "開標前投標家數不足", "integer", "次"),
        Field("void", "廢標次數", "Void", "開標後無法決標", "integer", "次"),
        Field("first_failed_on", "首次流廢標日", "First failed on", "第一次流標或廢標", "date", missing="還沒有"),
        Field("outcome", "結果", "Outcome", "open 未決標、awarded 已決標、dropped 不續辦"),
        Field("settled_on", "決標或不續辦日", "Settled on", "決標或決定不續辦的日子", "date", missing="未決標"),
        Field("award_amount", "決標金額", "Award amount", "決標金額", "decimal", "元", "未決標"),
        Field("days", "日數", "Days", "首次流廢標到決標", "integer", "日", "未決標"),
        Field("causes", "原因", "Causes", causes, missing="沒有填"),
    )  # fmt: skip
    return Dataset("cases", "督導案", "每一列是一個流廢標督導案", fields, tuple(rows), ("tender_no",))
