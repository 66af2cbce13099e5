"""基本設計審議: the reviews of a quarter or a year as they stood at its end, and agencies' own reviews of it (E04, WQ-05, WQ-06).

Names of experts and what they wrote stay inside; how many opinions there were and how they were answered goes out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.numbers import decimal_or_none, format_decimal, plain
from shizheng.common.permissions import SYSTEM
from shizheng.domains.procurement.models import ReviewAct, ReviewCase, Stage
from shizheng.domains.procurement.publications.failed import period_of
from shizheng.domains.procurement.queries import own_reviews as own
from shizheng.domains.procurement.queries.reviews import opinions_of_all, threshold
from shizheng.domains.procurement.rules.reviews import VERDICT_LABELS, Verdict
from shizheng.domains.procurement.rules.workflow import ENDS, STATES
from shizheng.kernel.filing.queries import rounds_visible_to
from shizheng.kernel.measures.rules.periods import Period, parse_period
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

SERIES = "procurement.review:{city}:{period}"


def gather(unit_id: int, period_code: str) -> Gathered:
    """The period as it stands. Raises BadInput for other periods, CannotDo before its last quarter is locked."""
    city = organisations.city()
    if unit_id != city.pk:
        raise NotFound(_("基本設計審議以全府公布。請從基本設計審議進入。"))
    period = period_of(period_code)
    quarters = [
        f"{period.year}-Q{n}" for n in range(1, 5) if period.start <= date(period.year, 3 * n, 1) < period.end
    ]
    if period.last_day >= clock.today():
        raise CannotDo(_("%(period)s還沒有結束，不能公布。") % {"period": period.label})
    locked = rounds_visible_to(SYSTEM).filter(kind=own.KIND, period__in=quarters, state="locked")
    if not locked.filter(period=quarters[-1]).exists():
        raise CannotDo(
            _("%(period)s的機關自辦審議還沒有鎖定，不能公布。請先鎖定這一季的填報。")
            % {"period": period.label}
        )
    facts = _facts(city.name, period, quarters)
    series = SERIES.format(city=city.pk, period=period.code)
    title = f"{city.name} {period.label}基本設計審議"
    return Gathered(title, city.pk, series, facts, {}, period.code)


def _facts(city: str, period: Period, quarters: Sequence[str]) -> dict[str, Any]:
    cases = _cases(period)
    rule = threshold(period.last_day)
    rows = own.quarters(quarters)
    filed = [each for each in rows if each.filed]
    done = [each for each in cases if each["amount_after"] is not None and each["state"] == "approved"]
    return {
        "city": city,
        "period": period.code,
        "period_text": period.label,
        "threshold": plain(rule.value) if isinstance(rule.value, Decimal) else "",
        "cases": cases,
        "states": dict(Counter(each["state"] for each in cases)),
        "saved": plain(
            sum((Decimal(each["amount"]) - Decimal(each["amount_after"]) for each in done), Decimal(0))
        ),
        "verdicts": {
            code: sum(each["verdicts"].get(code, 0) for each in cases)
            for code in (each.value for each in Verdict)
        },
        "opinions": sum(each["opinions"] for each in cases),
        "own": [
            {
                "agency": each.agency.name, "quarter": each.period,
                "quarter_text": parse_period(each.period).label, "filed": each.filed, "cases": each.cases,
                "before": None if each.before is None else plain(each.before),
                "after": None if each.after is None else plain(each.after),
            }
            for each in rows
        ],
        "own_total": {
            "cases": sum(each.cases or 0 for each in filed),
            "before": plain(sum((each.before or Decimal(0) for each in filed), Decimal(0))),
            "after": plain(sum((each.after or Decimal(0) for each in filed), Decimal(0))),
            "filed": len(filed),
            "returns": len(rows),
        },
    }  # fmt: skip


def _cases(period: Period) -> list[dict[str, Any]]:
    """Reviews that were going on in the period, each as it stood at its end."""
    acts: dict[int, list[ReviewAct]] = {}
    for each in ReviewAct.objects.filter(on__lte=period.last_day, struck=False, superseded_by=None).order_by(
        "case_id", "id"
    ):
        acts.setdefault(each.case_id, []).append(each)
    wanted = {
        pk: told for pk, told in acts.items() if told[-1].target not in ENDS or told[-1].on >= period.start
    }
    rows = ReviewCase.objects.filter(pk__in=wanted).select_related("agency").order_by("number")
    opinions = opinions_of_all(list(wanted))
    return [_case(row, wanted[row.pk], opinions.get(row.pk, []), period.last_day) for row in rows]


def _case(row: ReviewCase, acts: Sequence[ReviewAct], opinions: Sequence[Any], day: date) -> dict[str, Any]:
    last = acts[-1]
    amounts = [each.amount for each in acts if each.amount is not None and each.act != "submit_review"]
    told = [each for each in opinions if each.opinion.recorded_at.astimezone(clock.TAIPEI).date() <= day]
    verdicts = Counter(each.answer.verdict for each in told if each.answer is not None)
    return {
        "number": row.number, "name": row.name, "agency": row.agency.name, "stage": row.stage,
        "stage_text": str(Stage(row.stage).label), "control_number": row.control_number, "amount": plain(row.amount),
        "submitted_on": acts[0].on.isoformat(), "state": last.target, "state_text": STATES[last.target],
        "state_on": last.on.isoformat(), "amount_after": plain(amounts[-1]) if amounts else None,
        "opinions": len(told), "verdicts": dict(verdicts),
        "days": (last.on - acts[0].on).days if last.target in ENDS else None,
    }  # fmt: skip


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """What the city reviewed, how opinions were answered, what agencies reviewed themselves."""
    states = "、".join(f"{STATES[code]}{count}件" for code, count in facts["states"].items())
    verdicts = "、".join(
        f"{VERDICT_LABELS[Verdict(code)]}{count}項" for code, count in facts["verdicts"].items()
    )
    total = facts["own_total"]
    blocks: list[Block] = [
        Paragraph((facts["city"],), "title"),
        Paragraph((f"{facts['period_text']}基本設計審議",), "title"),
        Heading(1, "市府審議"),
        Paragraph(
            (
                f"{_money(facts['threshold'])}元以上的工程{len(facts['cases'])}件{f'：{states}' if states else ''}。"
                f"審議意見{facts['opinions']}項，{verdicts}。審議通過案件減少{_money(facts['saved'])}元。",
            )
        ),
    ]
    if facts["cases"]:
        blocks.append(Table("市府審議", _CASES, tuple(_case_rows(facts["cases"]))))
    blocks += [
        Heading(1, "機關自辦審議"),
        Paragraph(
            (
                f"未達{_money(facts['threshold'])}元的工程，各機關自行審議{total['cases']}件，"
                f"審議前{_money(total['before'])}元，審議後{_money(total['after'])}元；"
                f"應填報{total['returns']}份，已填報{total['filed']}份。",
            )
        ),
        Table("機關自辦審議", _OWN, tuple(_own_rows(facts["own"]))),
    ]
    return Document(
        title=f"{facts['city']} {facts['period_text']}基本設計審議",
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(_case_data(facts), _own_data(facts)),
        subject="基本設計審議",
    )


_CASES = (
    Column("審議案", 5), Column("機關", 3), Column("送審金額", 2, "end"), Column("審定金額", 2, "end"),
    Column("意見", 1, "end"), Column("期末狀態", 3),
)  # fmt: skip
_OWN = (
    Column("機關", 4), Column("季", 1.6), Column("件數", 1, "end"), Column("審議前金額", 2.4, "end"),
    Column("審議後金額", 2.4, "end"),
)  # fmt: skip


def _money(text: str | None) -> str:
    return "—" if not text else format_decimal(Decimal(text))


def _amount(text: str | None) -> Cell:
    return cell(_money(text), value=None if text is None else Decimal(text))


def _case_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        yield (
            cell(f"{row['number']} {row['name']}", header=True),
            cell(row["agency"]),
            _amount(row["amount"]),
            _amount(row["amount_after"]),
            cell(str(row["opinions"]), value=Decimal(row["opinions"])),
            cell(row["state_text"]),
        )


def _own_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[Cell | None, ...]]:
    for row in rows:
        count = (
            cell(str(row["cases"]), value=Decimal(row["cases"]))
            if row["cases"] is not None
            else cell("未填報")
        )
        yield (
            cell(row["agency"], header=True), cell(row["quarter_text"]), count, _amount(row["before"]), _amount(row["after"])
        )  # fmt: skip


def _case_data(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            facts["period"], row["number"], row["name"], row["agency"], row["stage"], row["control_number"] or None,
            row["submitted_on"], Decimal(row["amount"]), row["state"], row["state_on"], decimal_or_none(row["amount_after"]),
            row["opinions"], *(row["verdicts"].get(each.value, 0) for each in Verdict), row["days"],
        )
        for row in facts["cases"]
    ]  # fmt: skip
    states = "、".join(f"{code} {label}" for code, label in STATES.items())
    fields = (
        Field("period", "期間", "Period", "2025-Q1 是民國 114 年第 1 季，2025 是 114 年"),
        Field("number", "審議編號", "Review number", "審議案的編號"),
        Field("name", "工程名稱", "Name", "工程名稱"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("stage", "審議階段", "Stage", "planning 先期規劃、basic 基本設計"),
        Field("control_number", "列管編號", "Control number", "標案登錄的編號", missing="還沒有登錄"),
        Field("submitted_on", "送審日", "Submitted on", "第一次送審", "date"),
        Field("amount", "送審金額", "Amount submitted", "送審時的金額", "decimal", "元"),
        Field("state", "期末狀態", "State", states),
        Field("state_on", "狀態起日", "State since", "到達期末狀態的日子", "date"),
        Field("amount_after", "審定金額", "Amount after", "修正或審定的金額", "decimal", "元", "還沒有修正"),
        Field("opinions", "審議意見", "Opinions", "審議意見項數", "integer", "項"),
        Field("adopted", "參採", "Adopted", "回應為參採", "integer", "項"),
        Field("partly", "部分參採", "Partly adopted", "回應為部分參採", "integer", "項"),
        Field("not_adopted", "未參採", "Not adopted", "回應為未參採", "integer", "項"),
        Field("days", "審議日數", "Days", "送審到結案", "integer", "日", "還沒有結案"),
    )  # fmt: skip
    return Dataset("reviews", "審議案", "每一列是一個審議案", fields, tuple(rows), ("number",))


def _own_data(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            row["agency"],
            row["quarter"],
            row["filed"],
            row["cases"],
            decimal_or_none(row["before"]),
            decimal_or_none(row["after"]),
        )
        for row in facts["own"]
    ]
    fields = (
        Field("agency", "機關", "Agency", "機關"),
        Field("quarter", "季", "Quarter", "2025-Q1 是民國 114 年第 1 季"),
        Field("filed", "已填報", "Filed", "鎖定時已填報", "boolean"),
        Field("cases", "自辦審議件數", "Own reviews", "機關自行審議的工程", "integer", "件", "沒有填報"),
        Field("before", "審議前金額", "Amount before", "審議前金額", "decimal", "元", "沒有填報"),
        Field("after", "審議後金額", "Amount after", "審議後金額", "decimal", "元", "沒有填報"),
    )
    return Dataset(
        "own-reviews", "機關自辦審議", "每一列是一個機關的一季", fields, tuple(rows), ("agency", "quarter")
    )
