"""Ours against theirs, field by field (B11-B13): what counts as different. Pure; money in NTD, progress in percent."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from shizheng.common.numbers import plain
from shizheng.common.words import N_
from shizheng.domains.projects.rules.life import State


class Source(StrEnum):
    """Where something was told."""

    PCC = "pcc"
    NOTICE = "notice"
    SUGGESTED = "suggested"


SOURCE_LABELS = {
    Source.PCC: N_("工程會標案管理系統"),
    Source.NOTICE: N_("招標與決標公告"),
    Source.SUGGESTED: N_("議員建議工程"),
}
COMPARED = (Source.PCC, Source.NOTICE)
"""Sources whose fields are held against ours; suggestions are candidates only."""


class Part(StrEnum):
    """A field of a tender that can differ. `AWARD` is day, amount and contractor together, where we know of no award."""

    NAME = "name"
    BUDGET = "budget"
    ANNOUNCED = "announced"
    FAILED = "failed"
    AWARD = "award"
    CONTRACTOR = "contractor"
    AWARD_ON = "award_on"
    AWARD_AMOUNT = "award_amount"
    PROGRESS = "progress"


FIELD_LABELS = {
    Part.NAME: N_("標案名稱"),
    Part.BUDGET: N_("預算金額（元）"),
    Part.ANNOUNCED: N_("公告招標"),
    Part.FAILED: N_("流標或廢標"),
    Part.AWARD: N_("決標"),
    Part.CONTRACTOR: N_("得標廠商"),
    Part.AWARD_ON: N_("決標日期"),
    Part.AWARD_AMOUNT: N_("決標金額（元）"),
    Part.PROGRESS: N_("施工進度"),
}
SHOWN_ONLY = (Part.FAILED, Part.PROGRESS)
"""Never taken by a button: 流標 and 廢標 have to be told apart, and a month is only ever corrected by its own return."""
SAME_PROGRESS = Decimal("0.01")
"""Percentage points that rounding on either side may make."""


class Status(StrEnum):
    """What a public notice says of a tender."""

    ANNOUNCED = "announced"
    AWARDED = "awarded"
    FAILED = "failed"
    VOID = "void"


STATUS_LABELS = {
    Status.ANNOUNCED: N_("招標公告"),
    Status.AWARDED: N_("決標公告"),
    Status.FAILED: N_("無法決標公告"),
    Status.VOID: N_("廢標公告"),
}
STATUS_WORDS = {
    "公開招標公告": "announced", "限制性招標公告": "announced", "選擇性招標公告": "announced", "招標更正公告": "announced",
    "公開取得報價單或企劃書公告": "announced", "招標": "announced", "決標": "awarded", "定期彙送": "awarded",
    "決標更正公告": "awarded", "無法決標": "failed", "流標": "failed", "流標公告": "failed", "廢標": "void",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ours:
    """A tender as we know it. `award_on`: the day of the award that stands; `failed`: failed openings since the last award."""

    name: str
    budget: Decimal | None
    state: State
    contractor: str
    award_amount: Decimal | None
    award_on: date | None
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, both sides as plain texts (days in ISO 8601, amounts without separators)."""

    part: Part
    ours: str
    theirs: str


def number_key(number: str) -> str:
    """A tender number for comparing: compatibility forms unified, capitals, every dash one dash, no blanks."""
    text = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"\s+", "", re.sub("[‐‑‒–—―−_]", "-", text))[:60]


def name_key(name: str) -> str:
    """A name for comparing: no blanks or signs, 台 as 臺, the English name behind a firm and its legal form in one way."""
    text = (
        unicodedata.normalize("NFKC", name).casefold().replace("台", "臺").replace("(股)公司", "股份有限公司")
    )
    if re.search("[\u4e00-\u9fff]", text):
        text = re.sub(r"\([a-z0-9 .,&'-]+\)", "", text)
    return re.sub(r"[\W_]+", "", text)


def amount_of(text: Any) -> Decimal | None:
    """An amount out of a payload."""
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None


def day_of(text: Any) -> date | None:
    """A day out of a payload."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def differences(ours: Ours, theirs: Mapping[str, Any]) -> list[Found]:
    """What the other side says otherwise. What it does not say is no difference: nothing is taken away."""
    found: list[Found] = []

    def compare(part: Part, here: str, there: str, same: bool) -> None:
        if there and not same:
            found.append(Found(part, here, there))

    name = str(theirs.get("title", ""))
    compare(Part.NAME, ours.name, name, name_key(name) == name_key(ours.name))
    budget = amount_of(theirs.get("budget"))
    compare(Part.BUDGET, amount_text(ours.budget), amount_text(budget), budget == ours.budget)
    found += _outcome(ours, theirs)
    return found


def _outcome(ours: Ours, theirs: Mapping[str, Any]) -> list[Found]:
    contractor, amount = str(theirs.get("contractor", "")), amount_of(theirs.get("award_amount"))
    on, published = day_of(theirs.get("award_on")), day_of(theirs.get("published_on"))
    status = theirs.get("status")
    if ours.award_on is None and (on or (contractor and amount is not None)):
        parts = (on.isoformat() if on else "", amount_text(amount), contractor)
        return [Found(Part.AWARD, "", "｜".join(parts))]
    if ours.award_on is None:
        if status == Status.ANNOUNCED and ours.state is State.PREPARING and published:
            return [Found(Part.ANNOUNCED, "", published.isoformat())]
        if status in (Status.FAILED, Status.VOID) and ours.state is State.TENDERING and not ours.failed:
            return [
                Found(Part.FAILED, "", published.isoformat() if published else STATUS_LABELS[Status(status)])
            ]
        return []
    found = []
    if contractor and name_key(contractor) != name_key(ours.contractor):
        found.append(Found(Part.CONTRACTOR, ours.contractor, contractor))
    if on and on != ours.award_on:
        found.append(Found(Part.AWARD_ON, ours.award_on.isoformat(), on.isoformat()))
    if amount is not None and amount != ours.award_amount:
        found.append(Found(Part.AWARD_AMOUNT, amount_text(ours.award_amount), amount_text(amount)))
    return found


def progress_difference(ours: Decimal | None, theirs: Any) -> tuple[str, str] | None:
    """Our actual progress of a month against theirs, as plain texts; None where they agree or one is missing."""
    there = amount_of(theirs)
    if ours is None or there is None or abs(ours - there) <= SAME_PROGRESS:
        return None
    return plain(ours), plain(there)


def amount_text(value: Decimal | None) -> str:
    """An amount as a plain text; empty where there is none."""
    return "" if value is None else plain(value)
