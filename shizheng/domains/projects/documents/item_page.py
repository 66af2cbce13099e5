"""One page a tender (B03): where it stands, its S-curve, checkpoints, money, what was promised, what was seen on site.

Long texts are cut so that a tender with up to twelve checkpoints stays on one page; all of them stand on its own page.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse

from shizheng.common.clock import TAIPEI
from shizheng.common.numbers import format_decimal
from shizheng.common.roc import format_roc
from shizheng.domains.projects.models import ProjectPhoto
from shizheng.domains.projects.queries.item_pages import Curves, ItemPage, Point, Promise
from shizheng.domains.projects.rules.drawing import HEIGHT, WIDTH, Line, s_curve
from shizheng.domains.projects.rules.judging import COURSE_LABELS, Money
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.files.queries import read_bytes
from shizheng.kernel.files.rules.photos import for_paper
from shizheng.kernel.files.store import FileDamaged
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Paragraph,
    Picture,
    Pictures,
    Table,
    cell,
)

MOST_TEXT, LESS_TEXT = 110, 64
MOST_POINTS = 14
NONE = "—"
BESIDE, WIDE, HIGH = 4, 40.0, 27.0
"""So many photographs beside each other, each so many millimetres wide and high."""
LARGER, ROOM = 2.0, 16
"""Up to two are so many times as large where the tables of the page have at most so many lines."""


def item_blocks(page: ItemPage) -> list[Block]:
    """The page as blocks, without its heading."""
    blocks: list[Block] = [Paragraph((_about(page),), "note"), _progress(page)]
    if page.curves is not None:
        blocks.append(Pictures((_curve(page, page.curves),)))
    blocks += _points(page.points)
    blocks += _money(page.money)
    blocks += _promises(page.promises)
    lines = sum(len(each.rows) for each in blocks if isinstance(each, Table))
    shown = page.photographs[:BESIDE]
    blocks += _photographs(shown, LARGER if len(shown) <= 2 and lines <= ROOM else 1.0)
    return blocks


def day(given: object) -> str:
    """A day as documents of meetings write it: 115.03.20."""
    return format_roc(given, "short") if given is not None else NONE  # type: ignore[arg-type]


def percent(value: Decimal | None) -> str:
    """Two decimals; a dash where nothing is known."""
    return NONE if value is None else f"{format_decimal(value, 2)}%"


def points(value: Decimal | None) -> str:
    """Percentage points with their sign."""
    return NONE if value is None else ("+" if value > 0 else "") + format_decimal(value, 2)


def short(text: str, most: int = MOST_TEXT) -> str:
    """A text of one paragraph, cut where it is too long for the page."""
    one = " ".join(text.split())
    return one if len(one) <= most else f"{one[: most - 1]}…"


def _about(page: ItemPage) -> str:
    each = page.project
    state = State(page.case.record.state) if page.case is not None else State(each.state)
    parts = [
        each.agency.short_name or each.agency.name,
        each.type.name,
        str(each.get_level_display()),
        STATE_LABELS[state],
        f"預算{format_decimal(each.budget)}元",
    ]
    if each.award_amount is not None:
        parts.append(f"決標{format_decimal(each.award_amount)}元")
    if each.contractor:
        parts.append(f"廠商：{each.contractor}")
    if page.version is not None:
        parts.append(f"預定進度第{page.version}版")
    return "　".join(parts)


def _progress(page: ItemPage) -> Table:
    label = page.period.label
    if page.case is None:
        rows: list[tuple[Cell | None, ...]] = [
            (
                cell("標案進度", header=True),
                cell(NONE),
                cell(NONE),
                cell(NONE),
                cell(f"{label}沒有鎖定的進度"),
            )
        ]
    else:
        record = page.case.record
        course = "嚴重落後" if page.case.severe else COURSE_LABELS[page.case.course]
        rows = [
            (
                cell("標案進度", header=True), cell(percent(record.planned)), cell(percent(record.actual)),
                cell(points(page.case.lag)), cell(course),
            )
        ]  # fmt: skip
        if record.planned_works is not None:
            rows.append(
                (
                    cell("施工進度", header=True), cell(percent(record.planned_works)),
                    cell(percent(record.actual_works)), cell(points(page.case.works_lag)), cell(""),
                )
            )  # fmt: skip
    columns = (
        Column(label, 2), Column("預定", 2, "end"), Column("實際", 2, "end"), Column("差距（百分點）", 2, "end"),
        Column("情形", 4),
    )  # fmt: skip
    return Table("進度", columns, tuple(rows), dense=True)


def _curve(page: ItemPage, found: Curves) -> Picture:
    lines = (
        Line("planned", "標案預定", found.planned),
        Line("reached", "標案實際", found.reached),
        Line("works_planned", "施工預定", found.works_planned),
        Line("works_reached", "施工實際", found.works_reached),
    )
    months = [f"{int(each[:4]) - 1911}-{each[5:]}" for each in found.months]
    now = found.months.index(page.period.code) if page.period.code in found.months else None
    case = page.case
    said = (
        "沒有鎖定的進度"
        if case is None
        else f"實際{percent(case.record.actual)}，差距{points(case.lag)}個百分點"
    )
    alt = f"{page.project.number}進度曲線，{months[0]}至{months[-1]}：{page.period.label}標案{said}"
    if case is not None and case.works_lag is not None:
        alt += f"；施工實際{percent(case.record.actual_works)}，差距{points(case.works_lag)}個百分點"
    return Picture(alt, s_curve(months, lines, now).encode(), "image/svg+xml", WIDTH, HEIGHT)


def _points(found: Sequence[Point]) -> Iterable[Block]:
    if not found:
        yield Paragraph(("還沒有訂定預定進度。",), "note")
        return
    columns = (
        Column("檢核點", 5), Column("權重", 1.2, "end"), Column("預定日", 2, "end"), Column("達成日", 2, "end"),
        Column("情形", 2),
    )  # fmt: skip
    rows = tuple(
        (
            cell(each.name, header=True),
            cell(f"{format_decimal(each.weight)}%"),
            cell(day(each.planned_on)),
            cell(day(each.reached_on)),
            cell(_how(each)),
        )
        for each in found[:MOST_POINTS]
    )
    yield Table("檢核點", columns, rows, dense=True)
    if len(found) > MOST_POINTS:
        yield Paragraph((f"另有{len(found) - MOST_POINTS}個檢核點，見標案的頁面。",), "note")


def _how(each: Point) -> str:
    if each.done:
        return "逾期達成" if each.late else "已達成"
    return "逾期未達成" if each.late else ""


def _money(found: Money | None) -> Iterable[Block]:
    if found is None:
        return
    columns = tuple(
        Column(title, width, "end")
        for title, width in (
            ("年度預算", 2), ("累計分配", 2), ("實付", 2), ("應付", 1.6), ("節餘", 1.6), ("預算執行率", 1.6),
            ("達成率", 1.4), ("實現率", 1.4),
        )
    )  # fmt: skip
    amounts = (found.budget, found.allocated, found.paid, found.payable, found.surplus)
    rates = (found.execution_rate, found.achievement_rate, found.realisation_rate)
    row = (*(cell(format_decimal(each)) for each in amounts), *(cell(percent(each)) for each in rates))
    yield Table("經費（元）", columns, (row,), dense=True)


def _promises(found: Sequence[Promise]) -> Iterable[Block]:
    if not found:
        return
    columns = (
        Column("說好的", 1.8),
        Column("內容", 7),
        Column("預定趕上日", 1.8, "end"),
        Column("做到了沒有", 2),
    )
    rows: list[tuple[Cell | None, ...]] = [
        (
            cell(f"{each.period.short_label}填報", header=True),
            cell(
                "：".join(
                    part
                    for part in (each.cause, short(each.remedy, LESS_TEXT if place else MOST_TEXT))
                    if part
                )
                or NONE
            ),
            cell(day(each.catch_up_on)),
            cell(
                {True: "已趕上", False: "到期仍落後", None: "還沒到期" if each.catch_up_on else NONE}[
                    each.kept
                ]
            ),
        )
        for place, each in enumerate(found)
    ]
    yield Table("改善對策", columns, tuple(rows), dense=True)


def _photographs(rows: Sequence[ProjectPhoto], larger: float) -> Iterable[Block]:
    """Beside each other; what can no longer be read is said, and does not keep the pack from being made."""
    made, lost = [], 0
    for each in rows:
        try:
            made.append(_photograph(each, larger))
        except FileDamaged:
            lost += 1
    if made:
        yield Pictures(tuple(made))
    if lost:
        yield Paragraph((f"有{lost}張相片的檔案讀不到，請通知系統管理者。",), "note")


def _photograph(row: ProjectPhoto, larger: float) -> Picture:
    """A photograph as large as fits its frame; the small picture that was kept has pixels enough for paper."""
    ratio = (row.small.width or 4) / (row.small.height or 3)
    wide, high = (WIDE, WIDE / ratio) if ratio >= WIDE / HIGH else (HIGH * ratio, HIGH)
    taken = row.taken_at.astimezone(TAIPEI).date() if row.taken_at else None
    said = "　".join(
        part for part in (day(taken) if taken else "", short(row.caption, 10 if larger == 1 else 24)) if part
    )
    return Picture(
        alt=f"工地照片：{row.caption}" if row.caption else "工地照片",
        data=for_paper(read_bytes(row.small)),
        media_type="image/jpeg",
        width=round(wide * larger, 1),
        height=round(high * larger, 1),
        caption=said,
        url=reverse("files:download", args=[row.small_id]),
    )
