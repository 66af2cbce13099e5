"""陳情案件質量分析報告 (J05, J06; CP-08): the month's figures, what rose and why, hot spots, themes with sample cases.

Nothing of what citizens wrote: sample cases by number, category and district alone.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import MINUS, round_half_up
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import for_the_record
from shizheng.domains.petitions.queries import analysis as queries
from shizheng.domains.petitions.queries.documents import tally_document
from shizheng.domains.petitions.queries.reports import ended_month, words_of
from shizheng.domains.petitions.queries.weak_points import UNSORTED
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, ENDED_LABELS, Ended
from shizheng.domains.petitions.rules.report_words import draft_findings, percent
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import (
    Block,
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
from shizheng.web.geography import districts

SERIES = "petitions.report:{city}:{period}"
MOST_SAMPLES = 5


def gather(unit_id: int, period_code: str) -> Gathered:
    """The month as it stands. Raises NotFound for what is no month that is over, CannotDo for another unit than the city."""
    city = organisations.city()
    if unit_id != city.pk:
        raise CannotDo(_("質量分析報告以全府公布。請從質量分析報告進入。"))
    period = ended_month(period_code)
    found = queries.analysis(SYSTEM, period)
    words = words_of(period)
    samples = queries.samples(SYSTEM, [each.theme.pk for each in found.themes[:MOST_SAMPLES]], period)
    with override("zh-hant"), for_the_record():
        facts = month_facts(found, samples)
        facts |= {"city": city.name, "period": period.code, "period_text": period.label}
        facts |= {name: words[name] for name in ("foreword", "advice")}
        facts["findings"] = words["findings"] or draft_findings(facts)
        title = f"{city.name} {period.label}陳情案件質量分析報告"
    series = SERIES.format(city=city.pk, period=period.code)
    return Gathered(title, city.pk, series, facts, {}, period.code)


def month_facts(found: queries.Analysis, samples: Mapping[int, Any]) -> dict[str, Any]:
    """Everything that the report says, as plain values."""
    known = {each.code: each.name for each in districts()}
    names = {pk: each.name for pk, each in found.names.items()} | {None: UNSORTED}
    year = {each.key: each.before for each in found.categories.year}

    def place(code: str) -> str:
        return known.get(code, code) or "沒有行政區"

    return {
        "received": sum(each.now for each in found.received.month),
        "received_before": sum(each.before for each in found.received.month),
        "received_year": sum(each.before for each in found.received.year),
        "rise": sum(each.difference for each in found.categories.month if each.share is not None),
        "total": tally_document(found.table.total),
        "target": None if found.table.target is None else str(found.table.target),
        "classes": [{"name": CLASS_LABELS[each], **tally_document(tally)} for each, tally in found.table.classes],
        "agencies": [{"name": str(unit.name), **tally_document(tally)} for unit, tally in found.table.agencies],
        "categories": [
            {
                "name": names[each.key], "now": each.now, "before": each.before, "year": year.get(each.key, 0),
                "share": None if each.share is None else str(round_half_up(each.share, 2)),
            }
            for each in found.categories.month
        ],
        "districts": [{"name": place(each.key), "now": each.now, "before": each.before} for each in found.districts.month],
        "placed": found.placed,
        "least": found.least,
        "most_q": str(found.most_q),
        "hot": [
            {
                "name": names[each.category], "place": where, "n": each.n, "of": each.of,
                "expected": f"{each.expected:.1f}", "p": f"{each.p:.2e}", "q": f"{each.q:.2e}",
            }
            for each, where in _hot(found, place)
        ],
        "themes": [
            {
                "name": each.theme.name, "now": each.now, "confirmed": each.confirmed, "before": each.months[-2][1],
                "places": [{"name": place(code), "n": n} for code, n in sorted(each.districts.items(), key=lambda one: (-one[1], one[0]))[:3]],
                "samples": [
                    {
                        "number": row.case.number, "category": row.category.name if row.category else UNSORTED,
                        "place": place(row.case.district_code),
                    }
                    for row in samples.get(each.theme.pk, ())
                ],
            }
            for each in found.themes
        ],
    }  # fmt: skip


def _hot(found: queries.Analysis, place: Any) -> Iterable[tuple[Any, str]]:
    for each in found.hot_districts:
        yield each, place(each.place)
    for cell_ in found.hot_cells:
        yield cell_, f"方格 {cell_.place[0]}, {cell_.place[1]}"


def document(facts: Mapping[str, Any], _refs: Mapping[str, FigureRef]) -> Document:
    """Foreword, findings, the table of agencies and classes, what rose, hot spots, themes, advice."""
    title = f"{facts['period_text']}陳情案件質量分析報告"
    blocks: list[Block] = [Paragraph((facts["city"],), "title"), Paragraph((title,), "title")]
    for heading, name in (("前言", "foreword"), ("分析", "findings")):
        blocks += _said(heading, facts[name])
    blocks += [
        Heading(1, "受理與辦結"),
        Table("各機關", TALLIES, tuple(_tally(each) for each in [*facts["agencies"], {"name": "合計", **facts["total"]}]), dense=True),
        Table("各類別", TALLIES, tuple(_tally(each) for each in facts["classes"]), dense=True),
        Paragraph(("依限辦結率 = 依限 ÷（已答復＋得不予處理＋移送）；民眾撤回的不計。",), "note"),
        *_categories(facts), *_hot_blocks(facts), *_themes(facts), *_said("建議", facts["advice"]),
    ]  # fmt: skip
    return Document(
        title=f"{facts['city']} {title}", author=facts["city"], blocks=tuple(blocks), data=facts,
        datasets=(_categories_data(facts), _hot_data(facts)), subject="陳情案件質量分析報告",
    )  # fmt: skip


TALLIES = (
    Column("", 3), Column("受理", 1.2, "end"), *(Column(ENDED_LABELS[each], 1.4, "end") for each in Ended),
    Column("月底未結", 1.4, "end"), Column("依限 ÷ 辦結", 1.8, "end"), Column("依限辦結率", 1.8, "end"),
)  # fmt: skip


def _tally(each: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        cell(each["name"], header=True), cell(str(each["received"])),
        *(cell(str(each["ended"][one.value])) for one in Ended), cell(str(each["open_after"])),
        cell(f"{each['in_time']} ÷ {each['counted']}"), cell(percent(each["on_time_rate"], 2)),
    )  # fmt: skip


def _said(heading: str, text: str) -> list[Block]:
    lines = [Paragraph((line,)) for line in text.splitlines() if line.strip()]
    return [Heading(1, heading), *lines] if lines else []


def _categories(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "分類與增減")
    columns = (
        Column("分類", 4), Column("本月", 1.2, "end"), Column("上月", 1.2, "end"), Column("增減", 1.2, "end"),
        Column("占增加的比率", 2, "end"), Column("去年同月", 1.6, "end"),
    )  # fmt: skip
    rows = tuple(
        (
            cell(each["name"], header=True), cell(str(each["now"])), cell(str(each["before"])),
            cell(_difference(each["now"] - each["before"])), cell(percent(each["share"])), cell(str(each["year"])),
        )
        for each in facts["categories"]
    )  # fmt: skip
    yield Table("分類與增減", columns, rows, dense=True)
    yield Paragraph(("占增加的比率 = 這一類增加的件數 ÷ 所有增加的件數合計。",), "note")


def _difference(n: int) -> str:
    return f"{n:+d}".replace("-", MINUS) if n else "0"


def _hot_blocks(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "熱點")
    note = (
        f"一個地方一種分類至少 {facts['least']} 件，且比這種分類在全市的比率多到不像碰巧（二項檢定，"
        f"Benjamini–Hochberg 校正後 q ≤ {facts['most_q']}%）才列；有行政區的 {facts['placed']} 件納入。"
    )
    if not facts["hot"]:
        yield Paragraph(("這個月沒有比碰巧還多的地方。",))
        yield Paragraph((note,), "note")
        return
    columns = (
        Column("分類", 3), Column("地方", 3), Column("件數", 1.2, "end"), Column("這裡的全部", 1.6, "end"),
        Column("預期", 1.2, "end"), Column("p", 1.4, "end"), Column("q", 1.4, "end"),
    )  # fmt: skip
    rows = tuple(
        (
            cell(each["name"], header=True), cell(each["place"]), cell(str(each["n"])), cell(str(each["of"])),
            cell(each["expected"]), cell(each["p"]), cell(each["q"]),
        )
        for each in facts["hot"]
    )  # fmt: skip
    yield Table("熱點", columns, rows, dense=True)
    yield Paragraph((note,), "note")


def _themes(facts: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading(1, "議題")
    if not facts["themes"]:
        yield Paragraph(("這個月沒有案件在任何議題裡。",))
        return
    columns = (
        Column("議題", 2.4), Column("本月", 1.1, "end"), Column("已確認", 1.2, "end"), Column("上月", 1.1, "end"),
        Column("地方", 3.4), Column("案例", 5),
    )  # fmt: skip
    rows = tuple(
        (
            cell(each["name"], header=True), cell(str(each["now"])), cell(str(each["confirmed"])), cell(str(each["before"])),
            cell("、".join(f"{one['name']} {one['n']}" for one in each["places"]) or "—"),
            cell("；".join(f"{one['number']} {one['category']}（{one['place']}）" for one in each["samples"]) or "—"),
        )
        for each in facts["themes"]
    )  # fmt: skip
    yield Table("議題", columns, rows, dense=True)
    yield Paragraph(("依詞找到、還沒確認的也計入；一件可能在幾個議題裡。",), "note")


def _categories_data(facts: Mapping[str, Any]) -> Dataset:
    rows = tuple(
        (
            facts["period"], each["name"], each["now"], each["before"], each["year"],
            None if each["share"] is None else Decimal(each["share"]),
        )
        for each in facts["categories"]
    )  # fmt: skip
    fields = (
        Field("period", "月份", "Month", "西元年與月"), Field("category", "分類", "Category", "陳情分類"),
        Field("received", "本月", "This month", "本月收件", "integer", "件"),
        Field("before", "上月", "Month before", "上月收件", "integer", "件"),
        Field("year_before", "去年同月", "Year before", "去年同月收件", "integer", "件"),
        Field("share", "占增加的比率", "Share of the rise", "這一類增加的件數除以所有增加的件數", "decimal", "%", "沒有增加"),
    )  # fmt: skip
    return Dataset("categories", "分類與增減", "每一列是一個分類", fields, rows, ("period", "category"))


def _hot_data(facts: Mapping[str, Any]) -> Dataset:
    rows = tuple(
        (
            facts["period"], each["name"], each["place"], each["n"], each["of"], Decimal(each["expected"]), each["p"], each["q"],
        )
        for each in facts["hot"]
    )  # fmt: skip
    fields = (
        Field("period", "月份", "Month", "西元年與月"), Field("category", "分類", "Category", "陳情分類"),
        Field("place", "地方", "Place", "行政區，或方格的西南角"),
        Field("n", "件數", "Count", "這裡這一類的收件", "integer", "件"),
        Field("of", "這裡的全部", "All there", "這裡所有分類的收件", "integer", "件"),
        Field("expected", "預期", "Expected", "這裡的全部乘以這一類在全市的比率", "decimal", "件"),
        Field("p", "p", "p", "碰巧至少這麼多的機率（二項分布）"),
        Field("q", "q", "q", "Benjamini–Hochberg 校正後"),
    )  # fmt: skip
    return Dataset("hot", "熱點", "每一列是一個地方的一種分類", fields, rows, ("period", "category", "place"))
