"""Rows of another system as petitions of ours: what each must say, and what is made of what it does not say. No database."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shizheng.common.clock import TAIPEI
from shizheng.common.words import N_, tell
from shizheng.domains.petitions.rules.classes import Ended, PetitionClass, Source

OPEN_STATES = ("received", "accepted", "handling")
ENDED_STATES = {
    "closed": Ended.ANSWERED,
    "declined": Ended.DECLINED,
    "transferred": Ended.TRANSFERRED,
    "withdrawn": Ended.WITHDRAWN,
}
"""States in which history may come here: those whose clock runs, and those that are ends."""
SEALED = ("name", "phone", "email", "address")
LONGEST_TITLE, LONGEST_PLACE, LONGEST_NUMBER = 300, 200, 80
OUTSIDE = N_("欄位太長")


class CannotTake(ValueError):
    """A row that is no petition: which field, a sort for the report, and words for people."""

    def __init__(self, code: str, sort: str, text: str) -> None:
        super().__init__(text)
        self.field, self.sort = code, sort


@dataclass(slots=True)
class Old:
    """One petition of another system, as it will be kept. `notes`: field, sort, words: what was missing or odd."""

    line: int
    origin: str
    number: str
    digest: str
    subject: str
    words: str
    matter: str
    petition_class: PetitionClass
    source: Source
    state: str
    received_at: datetime
    closed_at: datetime | None
    ended_known: bool
    place: str
    point: tuple[float, float] | None
    petitioner: Mapping[str, str]
    answer: str
    notes: list[tuple[str, str, str]] = field(default_factory=list)


def old_petition(
    line: int,
    values: Mapping[str, Any],
    texts: Mapping[str, str],
    usual_class: str,
    category: str,
    now: datetime,
) -> Old:
    """A row as a petition. `values` typed, `texts` as written; `usual_class`, `category`: of its category here, or empty.

    Raises CannotTake.
    """

    def text(code: str) -> str:
        return str(values.get(code) or "").strip()

    notes: list[tuple[str, str, str]] = []
    digest = _digest(texts)
    zone = _zone(text("time_zone"))
    received = _aware(values["received_at"], zone)
    if received > now:
        raise CannotTake("received_at", N_("時間在未來"), tell("收件時間在未來，沒有讀入。請查證這一列。"))
    closed, state, known = _ending(values, zone, received, now, notes)
    subject = text("subject") or text("matter") or category or tell("匯入的陳情")
    if text("district") and text("district") not in subject and not text("subject"):
        subject = f"{subject}　{text('district')}"
    if len(subject) > LONGEST_TITLE:
        notes.append(("subject", OUTSIDE, tell("案由超過 %(n)s 字，只留前面；全文在內容。", n=LONGEST_TITLE)))
    number = text("source_number") or f"#{digest[:16]}"
    if len(number) > LONGEST_NUMBER:
        raise CannotTake("source_number", OUTSIDE, tell("案號最多 %(n)s 字，沒有讀入。", n=LONGEST_NUMBER))
    words = text("words")
    if len(subject) > LONGEST_TITLE and subject not in words:
        words = f"{subject}\n{words}".strip()
    place = text("place")
    if len(place) > LONGEST_PLACE:
        notes.append(("place", OUTSIDE, tell("地點超過 %(n)s 字，只留前面。", n=LONGEST_PLACE)))
    return Old(
        line=line, origin=text("origin"), number=number, digest=digest, subject=subject[:LONGEST_TITLE], words=words,
        matter=text("matter")[:200], petition_class=PetitionClass(text("petition_class") or usual_class or "petition"),
        source=Source(text("source") or "agency"), state=state, received_at=received, closed_at=closed, ended_known=known,
        place=place[:LONGEST_PLACE], point=_point(values, notes),
        petitioner={name: text(name)[:300] for name in SEALED if text(name)},
        answer=text("answer") if state == "closed" else "", notes=notes,
    )  # fmt: skip


def _digest(texts: Mapping[str, str]) -> str:
    kept = {name: value for name, value in sorted(texts.items()) if value}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False).encode()).hexdigest()


def _zone(name: str) -> ZoneInfo:
    if not name:
        return TAIPEI
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as failure:
        raise CannotTake(
            "time_zone",
            N_("不認得的時區"),
            tell("不認得時區「%(name)s」，例如 Asia/Taipei。", name=name[:40]),
        ) from failure


def _aware(value: date, zone: ZoneInfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(TAIPEI)


def _ending(
    values: Mapping[str, Any],
    zone: ZoneInfo,
    received: datetime,
    now: datetime,
    notes: list[tuple[str, str, str]],
) -> tuple[datetime | None, str, bool]:
    """When it ended, the state, and whether the time is known. A closing before the receipt is no closing anybody knows."""
    closed = _aware(values["closed_at"], zone) if values.get("closed_at") else None
    state = str(values.get("state") or ("closed" if closed else "received"))
    if state not in ENDED_STATES:
        if closed is not None:
            text = tell("狀態還沒有結束，卻有結案時間；以狀態為準，結案時間沒有採用。")
            notes.append(("closed_at", N_("未結卻有結案時間"), text))
        return None, state, True
    if closed is not None and received <= closed <= now:
        return closed, state, True
    if closed is None:
        sort, text = (
            N_("沒有結案時間"),
            tell("已經結束，但不知道什麼時候；以收件時間代替，不計入辦理天數與依限。"),
        )
    else:
        sort, text = N_("結案時間不合理"), tell("結案時間早於收件或在未來，沒有採用；不計入辦理天數與依限。")
    notes.append(("closed_at", sort, text))
    return received, state, False


def _point(values: Mapping[str, Any], notes: list[tuple[str, str, str]]) -> tuple[float, float] | None:
    longitude, latitude = values.get("longitude"), values.get("latitude")
    if longitude is None or latitude is None:
        return None
    east, north = float(longitude), float(latitude)
    if not (-180 <= east <= 180 and -90 <= north <= 90) or (east, north) == (0.0, 0.0):
        notes.append(("longitude", N_("座標不合理"), tell("座標不是經緯度（WGS 84），沒有採用。")))
        return None
    return east, north
