"""One page a tender (B03): where it stands, its S-curve, checkpoints, money, what was promised, what was seen on site.

Long texts are cut so that a tender with up to twelve checkpoints stays on one page; all of them stand on its own page.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse

from shizheng.common.clock import TAIPEI
from shizheng.common.numbers import format_decimal
from shizheng.common.roc import in_words
from shizheng.common.words import called, english, read, tell
from shizheng.domains.projects.models import ProjectPhoto
from shizheng.domains.projects.queries.item_pages import Curves, ItemPage, Point, Promise
from shizheng.domains.projects.rules.drawing import HEIGHT, WIDTH, Line, s_curve
from shizheng.domains.projects.rules.judging import COURSE_LABELS, Money
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.files.queries import read_bytes
from shizheng.kernel.files.rules.photos import for_paper
from shizheng.kernel.files.store import FileDamaged
from shizheng.kernel.measures.rules.periods import parse_period
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
    """A day as documents of meetings write it: 115.03.20, in English 2026-03-20."""
    return in_words(given, "short") if given is not None else NONE  # type: ignore[arg-type]


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


def apart(parts: Iterable[str]) -> str:
    """Short statements in one line, set apart as the reader's language does."""
    return (" · " if english() else "　").join(part for part in parts if part)


def with_cause(cause: str, remedy: str) -> str:
    """落後因素：對策, or whichever there is."""
    return tell("%(what)s：%(said)s", what=cause, said=remedy) if cause and remedy else cause or remedy


def _about(page: ItemPage) -> str:
    each = page.project
    state = State(page.case.record.state) if page.case is not None else State(each.state)
    parts = [
        called(each.agency, short=True),
        called(each.type),
        str(each.get_level_display()),
        tell(STATE_LABELS[state]),
        tell("預算%(amount)s元", amount=format_decimal(each.budget)),
    ]
    if each.award_amount is not None:
        parts.append(tell("決標%(amount)s元", amount=format_decimal(each.award_amount)))
    if each.contractor:
        parts.append(tell("廠商：%(name)s", name=each.contractor))
    if page.version is not None:
        parts.append(tell("預定進度第%(n)s版", n=page.version))
    return apart(parts)


def _progress(page: ItemPage) -> Table:
    label = page.period.label
    if page.case is None:
        rows: list[tuple[Cell | None, ...]] = [
            (
                cell(tell("標案進度"), header=True),
                cell(NONE),
                cell(NONE),
                cell(NONE),
                cell(tell("%(month)s沒有鎖定的進度", month=label)),
            )
        ]
    else:
        record = page.case.record
        course = tell("嚴重落後" if page.case.severe else COURSE_LABELS[page.case.course])
        rows = [
            (
                cell(tell("標案進度"), header=True), cell(percent(record.planned)), cell(percent(record.actual)),
                cell(points(page.case.lag)), cell(course),
            )
        ]  # fmt: skip
        if record.planned_works is not None:
            rows.append(
                (
                    cell(tell("施工進度"), header=True), cell(percent(record.planned_works)),
                    cell(percent(record.actual_works)), cell(points(page.case.works_lag)), cell(""),
                )
            )  # fmt: skip
    columns = (
        Column(label, 2), Column(tell("預定"), 2, "end"), Column(tell("實際"), 2, "end"),
        Column(tell("差距（百分點）"), 2, "end"), Column(tell("情形"), 4),
    )  # fmt: skip
    return Table(tell("進度"), columns, tuple(rows), dense=True)


def _curve(page: ItemPage, found: Curves) -> Picture:
    lines = (
        Line("planned", tell("標案預定"), found.planned),
        Line("reached", tell("標案實際"), found.reached),
        Line("works_planned", tell("施工預定"), found.works_planned),
        Line("works_reached", tell("施工實際"), found.works_reached),
    )
    months = [parse_period(each).short_label for each in found.months]
    now = found.months.index(page.period.code) if page.period.code in found.months else None
    case = page.case
    said = (
        tell("沒有鎖定的進度")
        if case is None
        else tell(
            "實際%(reached)s，差距%(gap)s個百分點", reached=percent(case.record.actual), gap=points(case.lag)
        )
    )
    alt = tell(
        "%(number)s進度曲線，%(first)s 至 %(last)s：%(month)s標案%(said)s",
        number=page.project.number, first=months[0], last=months[-1], month=page.period.label, said=said,
    )  # fmt: skip
    if case is not None and case.works_lag is not None:
        reached, gap = percent(case.record.actual_works), points(case.works_lag)
        alt += tell("；施工實際%(reached)s，差距%(gap)s個百分點", reached=reached, gap=gap)
    return Picture(alt, s_curve(months, lines, now).encode(), "image/svg+xml", WIDTH, HEIGHT)


def _points(found: Sequence[Point]) -> Iterable[Block]:
    if not found:
        yield Paragraph((tell("還沒有訂定預定進度。"),), "note")
        return
    columns = (
        Column(tell("檢核點"), 5), Column(tell("權重"), 1.2, "end"), Column(tell("預定日"), 2, "end"),
        Column(tell("達成日"), 2, "end"), Column(tell("情形"), 2),
    )  # fmt: skip
    rows = tuple(
        (
            cell(read(each.name), header=True),
            cell(f"{format_decimal(each.weight)}%"),
            cell(day(each.planned_on)),
            cell(day(each.reached_on)),
            cell(_how(each)),
        )
        for each in found[:MOST_POINTS]
    )
    yield Table(tell("檢核點"), columns, rows, dense=True)
    if len(found) > MOST_POINTS:
        yield Paragraph((tell("另有%(n)s個檢核點，見標案的頁面。", n=len(found) - MOST_POINTS),), "note")


def _how(each: Point) -> str:
    if each.done:
        return tell("逾期達成") if each.late else tell("已達成")
    return tell("逾期未達成") if each.late else ""


def _money(found: Money | None) -> Iterable[Block]:
    if found is None:
        return
    columns = tuple(
        Column(title, width, "end")
        for title, width in (
            (tell("年度預算"), 2), (tell("累計分配"), 2), (tell("實付"), 2), (tell("應付"), 1.6), (tell("節餘"), 1.6),
            (tell("預算執行率"), 1.6), (tell("達成率"), 1.4), (tell("實現率"), 1.4),
        )
    )  # fmt: skip
    amounts = (found.budget, found.allocated, found.paid, found.payable, found.surplus)
    rates = (found.execution_rate, found.achievement_rate, found.realisation_rate)
    row = (*(cell(format_decimal(each)) for each in amounts), *(cell(percent(each)) for each in rates))
    yield Table(tell("經費（元）"), columns, (row,), dense=True)


def _promises(found: Sequence[Promise]) -> Iterable[Block]:
    if not found:
        return
    columns = (
        Column(tell("說好的"), 1.8),
        Column(tell("內容"), 7),
        Column(tell("預定趕上日"), 1.8, "end"),
        Column(tell("做到了沒有"), 2),
    )
    rows: list[tuple[Cell | None, ...]] = [
        (
            cell(tell("%(month)s填報", month=each.period.short_label), header=True),
            cell(with_cause(each.cause, short(each.remedy, LESS_TEXT if place else MOST_TEXT)) or NONE),
            cell(day(each.catch_up_on)),
            cell(_kept(each)),
        )
        for place, each in enumerate(found)
    ]
    yield Table(tell("改善對策"), columns, tuple(rows), dense=True)


def _kept(each: Promise) -> str:
    if each.kept is None:
        return tell("還沒到期") if each.catch_up_on else NONE
    return tell("已趕上") if each.kept else tell("到期仍落後")


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
        yield Paragraph((tell("有%(n)s張相片的檔案讀不到，請通知系統管理者。", n=lost),), "note")


def _photograph(row: ProjectPhoto, larger: float) -> Picture:
    """A photograph as large as fits its frame; the small picture that was kept has pixels enough for paper."""
    ratio = (row.small.width or 4) / (row.small.height or 3)
    wide, high = (WIDE, WIDE / ratio) if ratio >= WIDE / HIGH else (HIGH * ratio, HIGH)
    taken = row.taken_at.astimezone(TAIPEI).date() if row.taken_at else None
    said = apart((day(taken) if taken else "", short(row.caption, 10 if larger == 1 else 24)))
    return Picture(
        alt=tell("工地照片：%(caption)s", caption=row.caption) if row.caption else tell("工地照片"),
        data=for_paper(read_bytes(row.small)),
        media_type="image/jpeg",
        width=round(wide * larger, 1),
        height=round(high * larger, 1),
        caption=said,
        url=reverse("files:download", args=[row.small_id]),
    )
