"""重大列管案件進度月報 (B08; TC-07, TC-09, TC-16): the month's figures, major works one by one, severe and failed ones, awards.

Chapters on documents and service centres take what the measures of the product hold of the month; where they hold nothing,
the bulletin says so.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.numbers import format_decimal, plain, round_half_up
from shizheng.common.permissions import SYSTEM
from shizheng.common.together import reading, side_by_side
from shizheng.common.words import for_the_record
from shizheng.domains.projects.models import BulletinForeword, Happening, Level
from shizheng.domains.projects.publications.month import (
    RATES,
    month_facts,
    place_of,
    rate_figures,
    rates_read,
    whole_city_steps,
)
from shizheng.domains.projects.publications.month_data import PERIOD
from shizheng.domains.projects.publications.month_tables import (
    AGENCY_COLUMNS,
    NOT_SAID,
    RULE_COLUMNS,
    SEVERE_COLUMNS,
    agency_rows,
    day_text,
    points_cell,
    rule_rows,
    severe_rows,
    shown,
)
from shizheng.domains.projects.queries import boards, tendering
from shizheng.domains.projects.queries.happenings import awarded_in
from shizheng.domains.projects.queries.locked import locked_steps
from shizheng.domains.projects.queries.other_figures import CHAPTERS, measures_steps, with_value
from shizheng.kernel.measures.queries import ids_by_code_steps
from shizheng.kernel.measures.rules.figures import Figure
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

SERIES = "projects.bulletin:{city}:{period}"
Refs = Mapping[str, FigureRef]


def gather(unit_id: int, period_code: str) -> Gathered:
    """The month as it stands. Raises BadInput for what is no month, CannotDo before it is locked."""
    wrong = _("月報以全府公布。請從重大列管案件進度月報進入。")
    city, period = side_by_side([whole_city_steps(unit_id, wrong), locked_steps(period_code)])
    awards = awarded_in(period.start, period.last_day)
    forewords = BulletinForeword.objects.filter(period=period.code)
    board, ids, chapters, controlled, _read = side_by_side(
        [
            boards.city_month_steps(SYSTEM, period), ids_by_code_steps(RATES), measures_steps(),
            tendering.controlled_steps(SYSTEM, period.last_day, True), reading(awards, forewords),
        ]
    )  # fmt: skip
    assert board.rule is not None
    wanted = [*ids.values(), *(pk for named in chapters.values() for pk in named)]
    whole, of_agencies = rates_read(board, wanted, city.pk, period)
    figures = rate_figures(board, ids, whole, of_agencies)
    others = {code: with_value(named, whole) for code, named in chapters.items()}
    with override("zh-hant"), for_the_record():
        facts = month_facts(board, city.name, period, figures)
        for row in facts["agencies"]:
            before = board.before.get(int(row["ref"]))
            row["place_before"] = place_of(before, board.before.values()) if before else None
        least = board.rule.major
        cases = {each.record.project.number: each for each in board.cases}
        tenders = facts.pop("tenders")
        facts["major_from"] = None if least is None else plain(least)
        facts["major"] = [
            {**each, "budget": plain(cases[each["number"]].record.project.budget)}
            for each in tenders
            if least is not None and _is_major(cases[each["number"]].record.project, least)
        ]
        facts["severe"] = [each for each in tenders if each["severe"]]
        facts |= _tendering(controlled, awards, forewords)
        facts["chapters"] = {code: _chapter(code, found) for code, found in others.items()}
        title = f"{city.name} {period.label}重大列管案件進度月報"
    for code, found in others.items():
        figures |= {f"{code}-{each.measure_id}": each for _name, each in found if each.id is not None}
    series = SERIES.format(city=city.pk, period=period.code)
    return Gathered(title, city.pk, series, facts, figures, period.code)


def _is_major(project: Any, least: Decimal) -> bool:
    return project.level == Level.CITY and project.budget >= least


def _tendering(
    controlled: tendering.Controlled, awards: Iterable[Happening], forewords: Iterable[BulletinForeword]
) -> dict[str, Any]:
    """Failed and awarded ones, and the foreword."""
    found = tendering.failed(SYSTEM, among=controlled)
    return {
        "failed_least": int(found.rule.value) if isinstance(found.rule.value, Decimal) else 0,
        "failed_rule": found.rule.label,
        "foreword": "".join(each.text for each in forewords),
        "unawarded": found.unawarded,
        "failed": [
            {
                "number": each.project.number, "name": each.project.name,
                "agency": each.project.agency.short_name or each.project.agency.name,
                "failed": each.failures.failed, "void": each.failures.void,
                "last_on": each.last_failed_on.isoformat() if each.last_failed_on else None,
            }
            for each in found.rows
        ],
        "awarded": [
            {
                "number": each.project.number, "name": each.project.name,
                "agency": each.project.agency.short_name or each.project.agency.name, "on": each.on.isoformat(),
                "contractor": each.contractor, "amount": None if each.amount is None else plain(each.amount),
                "bidders": each.bidders,
            }
            for each in awards
        ],
    }  # fmt: skip


def _chapter(code: str, found: Iterable[tuple[str, Figure]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "ref": f"{code}-{each.measure_id}", "unit": each.unit,
            "value": None if each.value is None else f"{round_half_up(each.value, each.places)}",
        }
        for name, each in found
    ]  # fmt: skip


def document(facts: Mapping[str, Any], refs: Refs) -> Document:
    """Foreword, figures, agencies by rank, major works, severe and failed ones, awards, the other chapters, the rules."""
    title = f"{facts['period_text']}重大列管案件進度月報"
    blocks: list[Block] = [Paragraph((facts["city"],), "title"), Paragraph((title,), "title")]
    if facts["foreword"]:
        blocks.append(Heading(1, "前言"))
        blocks += [Paragraph((line,)) for line in facts["foreword"].splitlines() if line.strip()]
    blocks += [
        *_whole(facts, refs), *_major(facts), *_severe(facts), *_failed(facts), *_awarded(facts),
        *_chapters(facts, refs),
        Heading(1, "判定規則"), Table("判定規則", RULE_COLUMNS, tuple(rule_rows(facts["rules"])), dense=True),
        Paragraph(("各規則是這個月最後一天適用的版本。",), "note"),
    ]  # fmt: skip
    return Document(
        title=f"{facts['city']} {title}", author=facts["city"], blocks=tuple(blocks), data=facts,
        datasets=(_major_data(facts),), subject="重大列管案件進度月報",
    )  # fmt: skip


def _whole(facts: Mapping[str, Any], refs: Refs) -> Iterable[Block]:
    total = facts["total"]
    yield Heading(1, "全府標案進度")
    yield Paragraph(
        (
            f"繼續列管{total['continuing']}件，進度相符{total['matching']}件，進度相符率",
            shown("matching", total, refs), "；預算執行率", shown("execution", total, refs), "；填報率",
            shown("filed", total, refs), f"；嚴重落後{total['severe']}件。",
        )
    )  # fmt: skip
    yield Table("各機關", AGENCY_COLUMNS, tuple(agency_rows(facts, refs)), dense=True)
    yield Paragraph(("低的在前；合計相除，不是各機關平均；未填報的留在分母裡。",), "note")
    yield Heading(2, "機關排名（進度相符率，高的在前）")
    ranked = sorted((each for each in facts["agencies"] if each["place"]), key=lambda each: each["place"])
    columns = (
        Column("名次", 1, "end"),
        Column("前月名次", 1, "end"),
        Column("機關", 4),
        Column("進度相符率", 2, "end"),
    )
    rows = tuple(
        (
            cell(str(each["place"])), cell(str(each["place_before"] or "—")), cell(each["agency"], header=True),
            Cell(((shown("matching", each, refs),),)),
        )
        for each in ranked
    )  # fmt: skip
    yield Table("機關排名", columns, rows, dense=True)


def _major(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "重大工程辦理情形")
    if facts["major_from"] is None:
        yield Paragraph(("這個月還沒有重大標案的金額門檻，所以不列。",))
        return
    least = f"{format_decimal(Decimal(facts['major_from']))}元以上的府列管案件"
    if not facts["major"]:
        yield Paragraph((f"這個月沒有{least}。",))
        return
    columns = (
        Column("標案", 5), Column("機關", 1.8), Column("預算（元）", 2.2, "end"), Column("預定", 1.4, "end"),
        Column("實際", 1.4, "end"), Column("差距", 1.4, "end"), Column("施工差距", 1.6, "end"), Column("情形", 1.6),
    )  # fmt: skip
    rows = tuple(
        (
            cell(f"{each['number']} {each['name']}", header=True), cell(each["agency"]),
            cell(format_decimal(Decimal(each["budget"])), value=Decimal(each["budget"])),
            _percent(each["planned"]), _percent(each["actual"]), points_cell(each["lag"]),
            points_cell(each["works_lag"]), cell("嚴重落後" if each["severe"] else each["course_text"]),
        )
        for each in facts["major"]
    )  # fmt: skip
    yield Paragraph((f"{least}共{len(rows)}件。",))
    yield Table("重大工程", columns, rows, dense=True)


def _severe(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "嚴重落後案件")
    if facts["severe"]:
        yield Table("嚴重落後案件", SEVERE_COLUMNS, tuple(severe_rows(facts["severe"])), dense=True)
    else:
        yield Paragraph(("這個月沒有嚴重落後的標案。",))


def _failed(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "流廢標追蹤")
    least = facts["failed_least"]
    if not facts["failed"]:
        yield Paragraph((f"沒有決標的{facts['unawarded']}件裡，沒有流廢標{least}次以上的。",))
        return
    yield Paragraph(
        (f"沒有決標的{facts['unawarded']}件裡，流廢標{least}次以上的有{len(facts['failed'])}件。",)
    )
    columns = (
        Column("標案", 5), Column("機關", 2), Column("流標", 1, "end"), Column("廢標", 1, "end"),
        Column("最近一次", 2, "end"),
    )  # fmt: skip
    rows = tuple(
        (
            cell(f"{each['number']} {each['name']}", header=True), cell(each["agency"]), cell(str(each["failed"])),
            cell(str(each["void"])), cell(_day(each["last_on"])),
        )
        for each in facts["failed"]
    )  # fmt: skip
    yield Table("流廢標", columns, rows, dense=True)


def _awarded(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "本月決標")
    if not facts["awarded"]:
        yield Paragraph(("這個月沒有決標。",))
        return
    columns = (
        Column("標案", 5), Column("機關", 2), Column("決標日", 1.8, "end"), Column("得標廠商", 4),
        Column("決標金額（元）", 2.4, "end"), Column("家數", 1, "end"),
    )  # fmt: skip
    rows = tuple(
        (
            cell(f"{each['number']} {each['name']}", header=True), cell(each["agency"]), cell(_day(each["on"])),
            cell(each["contractor"] or "—"),
            cell("—" if each["amount"] is None else format_decimal(Decimal(each["amount"]))),
            cell("—" if each["bidders"] is None else str(each["bidders"])),
        )
        for each in facts["awarded"]
    )  # fmt: skip
    yield Table("本月決標", columns, rows, dense=True)


def _chapters(facts: Mapping[str, Any], refs: Refs) -> Iterable[Block]:
    for code, (title, _words) in CHAPTERS.items():
        yield Heading(1, title)
        rows = facts["chapters"][code]
        if not rows:
            yield Paragraph((f"系統裡沒有 {facts['period_text']}的{title}數字，所以這一章沒有內容。",))
            continue
        yield Table(
            title,
            (Column("項目", 6), Column("數字", 3, "end")),
            tuple((cell(each["name"], header=True), Cell(((_figure(each, refs),),))) for each in rows),
        )


def _figure(row: Mapping[str, Any], refs: Refs) -> FigureRef | str:
    ref = refs.get(row["ref"])
    if ref is not None:
        return ref
    return "—" if row["value"] is None else f"{row['value']}{row['unit']}"


def _percent(text: str | None) -> Cell:
    return cell("—") if text is None else cell(f"{format_decimal(Decimal(text), 2)}%", value=Decimal(text))


def _day(text: str | None) -> str:
    return day_text(text) or "—"


def _major_data(facts: Mapping[str, Any]) -> Dataset:
    def decimal(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    rows = tuple(
        (
            facts["period"], each["number"], each["name"], each["agency"], Decimal(each["budget"]), each["course"],
            each["severe"], decimal(each["planned"]), decimal(each["actual"]), decimal(each["lag"]),
            decimal(each["works_lag"]),
        )
        for each in facts["major"]
    )  # fmt: skip
    fields = (
        PERIOD,
        Field("number", "列管編號", "Number", "標案的列管編號"),
        Field("name", "標案名稱", "Name", "標案的名稱"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("budget", "預算金額", "Budget", "預算金額", "decimal", "元"),
        Field("course", "情形", "Course", "ahead 超前、on_plan 相符、behind 落後、suspended 停工、not_filed 未填報"),
        Field("severe", "嚴重落後", "Severely behind", "標案或施工進度落後達門檻", "boolean"),
        Field("planned", "預定進度", "Planned", "月底的預定標案進度", "decimal", "%", "沒有預定進度"),
        Field("actual", "實際進度", "Actual", "月底的實際標案進度", "decimal", "%", NOT_SAID),
        Field("lag", "差距", "Gap", "實際減預定，負數是落後", "decimal", "百分點", NOT_SAID),
        Field("works_lag", "施工差距", "Gap of the works", "實際減預定，負數是落後", "decimal", "百分點", "沒有施工進度，或沒有填報"),
    )  # fmt: skip
    description = "每一列是一件達重大標案門檻的府列管案件"
    return Dataset("major", "重大工程", description, fields, rows, ("number",))
