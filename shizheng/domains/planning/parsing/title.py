"""The agency and the ROC year that a document prints."""

import re
from collections import Counter

from shizheng.common.text import squash
from shizheng.common.words import written

from .lines import Line
from .model import Remarks
from .sections import KPIS, RESULTS, Document

_YEAR = re.compile(r"(?<!\d)(?P<year>\d{2,3})年度?(?:施政計畫|施政目標)")
_TARGET_YEAR = re.compile(r"(?<!\d)(?P<year>\d{2,3})年(?:年?度)?(?:原[訂定])?目標值")
_LAST_YEAR = re.compile(r"[（(](?P<year>\d{2,3})[）)]年度")
_AGENCY = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}[市縣]政府[\u4e00-\u9fff]{0,24}|[\u4e00-\u9fff]{2,30}(?:局|處|會|中心|公所|署|院|室))$"
)
_LAW_PARTS = ("目錄", "部分", "計畫", "目標")


def read_title(document: Document, remarks: Remarks) -> tuple[str | None, int | None]:
    """Agency and ROC year; None and a remark for what is not printed."""
    agency = _agency(document.title)
    if agency is None:
        remarks.add("agency_missing", written("文件沒有印出機關名稱，請在匯入時指定機關。"), 1)
    year = _year(document, remarks)
    if year is None:
        remarks.add("year_missing", written("文件沒有印出計畫年度，請在匯入時確認年度。"), 1)
    return agency, year


def _agency(lines: list[Line]) -> str | None:
    for line in lines[:60]:
        text = squash(line.text)
        if len(text) > 60:
            continue
        titled = _YEAR.search(text)
        name = text[: titled.start()].removesuffix("中華民國") if titled else text
        if _AGENCY.fullmatch(name) and not any(word in name for word in _LAW_PARTS):
            return name
    return None


def _year(document: Document, remarks: Remarks) -> int | None:
    found: list[tuple[int, str, int]] = []
    for line in document.title[:60]:
        match = _YEAR.search(squash(line.text[:100]))
        if match:
            found.append((int(match.group("year")), written("標題"), line.number))
    for section in document.of(KPIS):
        head = [line for line in section.lines[:14] if len(line.text) < 200]
        match = _TARGET_YEAR.search(squash(" ".join(line.text for line in head)))
        if match:
            found.append((int(match.group("year")), written("衡量指標表的目標值欄"), section.heading.number))
    for section in document.of(RESULTS):
        match = _LAST_YEAR.search(squash(section.heading.text[:100]))
        if match:
            found.append(
                (int(match.group("year")) + 1, written("成果概述（上年度加一年）"), section.heading.number)
            )
    if not found:
        return None
    years = Counter(year for year, _, _ in found)
    if len(years) > 1:
        shown = "、".join(
            dict.fromkeys(
                written("%(where)s為 %(year)s 年度", where=where, year=year) for year, where, _ in found
            )
        )
        remarks.add(
            "year_differs",
            written("文件裡的年度不一致：%(shown)s；以標題為準，請確認。", shown=shown),
            found[0][2],
        )
    return found[0][0]
