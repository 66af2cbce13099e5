"""Cases as rows of a spreadsheet, out and in again; what happened to each in one cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.roc import format_roc
from shizheng.common.sheets import RowProblem, day_of, filled, heading, need_columns, number_of, values_of
from shizheng.common.words import N_, tell
from shizheng.domains.procurement.rules.failed import CAUSE_LABELS, KIND_LABELS, Cause, Kind

COLUMNS = {
    "series": N_("年度"),
    "tender_no": N_("採購案號"),
    "name": N_("標案名稱"),
    "agency": N_("主辦機關"),
    "category": N_("標的分類"),
    "amount": N_("預算金額（元）"),
    "listed_on": N_("列管日"),
    "events": N_("事件"),
    "outcome": N_("結果"),
    "note": N_("說明"),
}
"""A file is headed in Chinese, so that it reads the same whoever made it. The outcome follows, and is not read back."""
NEEDED = ("series", "tender_no")
CATEGORIES = {"works": "工程", "goods": "財物", "services": "勞務"}
SERIES = re.compile(r"(\d{2,3})(?:-(\d{1,2}))?")
PART = re.compile(
    r"(?P<day>\S+) (?P<kind>\S+)(?: (?P<bidders>\d+)家)?(?: (?P<amount>[\d,]+)元)?(?: (?P<rest>.+))?"
)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read; `values` holds only the columns that the file has."""

    line: int
    series: tuple[int, int]
    tender_no: str
    values: Mapping[str, Any]


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[ReadRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    at = heading(rows, COLUMNS)
    need_columns(at, COLUMNS, NEEDED)
    found: list[ReadRow] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[Any, str], int] = {}
    for line, cells in filled(rows, at):
        cells.pop("outcome", None)
        values, wrong = values_of(line, cells, COLUMNS, _value)
        problems += wrong
        if "series" not in values or "tender_no" not in values:
            continue
        series, tender_no = values.pop("series"), values.pop("tender_no")
        key = (series, tender_no)
        if key in seen:
            text = tell("編號 %(code)s 在第 %(line)s 列已經有了。", code=tender_no, line=seen[key])
            problems.append(RowProblem(line, COLUMNS["tender_no"], text))
            continue
        seen[key] = line
        found.append(ReadRow(line, series, tender_no, values))
    return found, problems


def _value(name: str, text: str) -> Any:
    if name == "series":
        return series_of(text)
    if name == "tender_no" and not text:
        raise ValueError(tell("採購案號要填。"))
    if name == "amount":
        return number_of(text) if text else None
    if name == "listed_on":
        return day_of(text) if text else None
    if name == "category":
        return next((code for code, label in CATEGORIES.items() if text in (code, label)), text)
    if name == "events":
        return events_of(text)
    return text


def series_of(text: str) -> tuple[int, int]:
    """`114` or `114-2`: the year and the edition. Raises ValueError."""
    match = SERIES.fullmatch(text)
    if match is None:
        raise ValueError(tell("年度寫成 114，第 2 梯次寫成 114-2。"))
    return int(match[1]), int(match[2] or 1)


def series_text(roc_year: int, edition: int) -> str:
    """`114`, `114-2`."""
    return str(roc_year) if edition == 1 else f"{roc_year}-{edition}"


def events_text(events: Sequence[Any]) -> str:
    """`114-03-02 流標 1家 規格限制、其他；114-06-30 決標 3家 9,800,000元`: what happened, in one cell."""
    parts = []
    for each in events:
        kind = Kind(each.kind)
        words = [format_roc(each.on, "short").replace(".", "-"), KIND_LABELS[kind]]
        if each.bidders is not None:
            words.append(f"{each.bidders}家")
        if each.amount is not None:
            words.append(f"{each.amount:,.0f}元")
        if each.causes:
            words.append("、".join(CAUSE_LABELS[Cause(cause)] for cause in each.causes))
        if kind is Kind.DROPPED and each.text:
            words.append(" ".join(each.text.split()))
        parts.append(" ".join(words))
    return "；".join(parts)


def events_of(text: str) -> list[dict[str, Any]]:
    """What such a cell says. Raises ValueError."""
    return [_event(part.strip()) for part in text.replace(";", "；").split("；") if part.strip()]


def _event(part: str) -> dict[str, Any]:
    match = PART.fullmatch(part)
    kinds = {label: kind for kind, label in KIND_LABELS.items()}
    if match is None or match["kind"] not in kinds:
        raise ValueError(
            tell("看不懂「%(part)s」。寫成「114-03-02 流標 1家 規格限制」，多件用分號分開。", part=part[:60])
        )
    kind, rest = kinds[match["kind"]], (match["rest"] or "").strip()
    causes, said = (rest, "") if kind in (Kind.FAILED, Kind.VOID) else ("", rest)
    return {
        "kind": kind.value,
        "on": day_of(match["day"]),
        "bidders": int(match["bidders"]) if match["bidders"] else None,
        "amount": Decimal(match["amount"].replace(",", "")) if match["amount"] else None,
        "causes": [_cause(name.strip()) for name in causes.split("、") if name.strip()],
        "text": said,
    }


def _cause(name: str) -> str:
    found = next((cause for cause, label in CAUSE_LABELS.items() if name in (label, cause.value)), None)
    if found is None:
        raise ValueError(tell("沒有「%(name)s」這個原因。", name=name[:40]))
    return found.value


def same_events(events: Sequence[Any], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a cell says what happened to a case already."""

    def key(kind: str, on: date, bidders: Any, amount: Any, causes: Any) -> tuple[Any, ...]:
        return (on, kind, bidders, amount, tuple(sorted(causes)))

    there = sorted(key(each.kind, each.on, each.bidders, each.amount, each.causes) for each in events)
    given = sorted(
        key(each["kind"], each["on"], each["bidders"], each["amount"], each["causes"]) for each in wanted
    )
    return [str(each) for each in there] == [str(each) for each in given]
