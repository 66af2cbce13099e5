"""A million petitions, a fifth of them open, a tenth with what citizens wrote; by COPY, the same for the same number.

Received over five years, more in the last; the open ones in the last weeks. One in eight of the open is late, one in twenty
waits to be given to an agency, one in thirty stands still. Subjects name a district, a road, a number and a matter, so that
words of two characters are found in many and numbers in few.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from tests.benchmarks import city
from tests.benchmarks.database import copy, settle
from tests.benchmarks.filling import SEED
from tests.benchmarks.tender_city import STAMPED

DISTRICTS = "東港", "西橋", "南園", "北溪", "山前", "海口", "新埔", "舊社", "石岡", "平林"
ROADS = "中正路", "民生路", "光明街", "河濱路", "學府路", "市場街", "站前路", "公園路", "忠孝路", "田心巷"
MATTERS = (
    "路燈不亮", "路面坑洞", "人行道破損", "違規停車", "噪音擾鄰", "垃圾未清", "水溝堵塞", "行道樹枝過低", "號誌時相太短", "野狗成群",
    "公車脫班", "工地揚塵", "招牌鬆動", "消防栓漏水", "公園遊具損壞", "占用騎樓",
)  # fmt: skip
WORDS = (
    "每天早上經過這裡都看到一樣的情形，希望能派人來看。", "上次反映以後改善了兩個星期，現在又回到原來的樣子。",
    "附近有一所小學，孩子上下學要繞到車道上走，很危險。", "晚上十點以後還是很大聲，已經影響睡眠好幾個月。",
    "下大雨的時候水會淹到騎樓，店家都要自己堆沙包。", "請告知處理的時程，謝謝承辦同仁的辛苦。",
)  # fmt: skip
CLASSES = "report", "petition", "suggestion", "other"
OPEN_STATES = ("received", "accepted", "assigned", "handling", "handling", "handling", "drafted", "reviewing")
TEXTS = 0.1
"""Share of petitions that still have the citizen's words; the others were anonymised, as the rule of retention wants."""
LADDER: Sequence[dict[str, Any]] = (
    {"after": -3, "to": "officer"},
    {"after": 1, "to": "supervisor"},
    {"after": 5, "to": "control_officer"},
)


def subject(number: int) -> str:
    """What a petition is about: the same for the same number."""
    random = Random(f"{SEED} petition {number}")
    return f"{random.choice(DISTRICTS)}區{random.choice(ROADS)}{random.randint(1, 999)}號{random.choice(MATTERS)}"


class Course:
    """When a petition came, is due, was closed, and whose it is."""

    __slots__ = (
        "agency",
        "closed",
        "due",
        "file_number",
        "name",
        "number",
        "officer",
        "place",
        "received",
        "state",
        "title",
    )

    def __init__(self, number: int, open_: bool, now: datetime, units: Sequence[city.Unit]) -> None:
        random = Random(SEED * 1_000_003 + number)
        back = random.expovariate(1 / 6) if open_ else 30 + 1795 * random.random() ** 1.5
        self.number = number
        self.received = now - timedelta(days=min(back, 60 if open_ else 1825), seconds=number % 86_400)
        self.due = datetime.combine((self.received + timedelta(days=14)).date(), time(23, 59, 59), now.tzinfo)
        self.closed = None if open_ else self.received + timedelta(days=random.choice((3, 5, 8, 11, 13, 16)))
        self.state = random.choice(OPEN_STATES) if open_ else "closed"
        unit = units[random.randrange(len(units))]
        waiting = self.state in ("received", "accepted")
        self.agency = city.CITY if waiting else unit.id
        self.officer = None if waiting else unit.id
        self.place = 120.6 + random.random() / 5, 24.1 + random.random() / 5
        self.title = subject(number)
        self.name = f"{self.received.year - 1911}-P-{number:06d}"
        self.file_number = f"M{number:08d}"


def fill(units: Sequence[city.Unit], count: int, open_: int, now: datetime) -> None:
    """Cases, petitions, clocks, who handles them, rungs to come, outcomes; the last `open_` numbers are open."""
    from shizheng.domains.petitions.models import Category, Outcome, Petition, Wording
    from shizheng.domains.petitions.rules.wording import vector
    from shizheng.domains.petitions.rules.workflow import KIND
    from shizheng.kernel.cases.models import Case, CaseAssignment, CaseClock, CaseCounter, CaseRung

    made = [Course(n, n > count - open_, now, units) for n in range(1, count + 1)]

    def courses(first: int = 1) -> Iterator[Course]:
        return islice(made, first - 1, None)

    categories = list(Category.objects.exclude(parent=None).values_list("pk", flat=True))
    copy(
        Case,
        ("id", "kind", "roc_year", "serial", "number", "title", "state", "unit", "officer", "channel", "longitude",
         "latitude", "received_at", "due_on", "due_at", "closed_at"),
        (
            (c.number, KIND, c.received.year - 1911, c.number, c.name, c.title, c.state,
             c.agency, c.officer, "web", *c.place, c.received, c.due.date(), c.due, c.closed)
            for c in courses()
        ),
    )  # fmt: skip
    texts = Random(SEED)
    copy(
        Petition,
        ("id", "case", "petition_class", "source", "file_number", "category", "words", "place", "code_hash", "answered_at"),
        (
            (c.number, c.number, CLASSES[c.number % len(CLASSES)], "mayor_mailbox", c.file_number,
             categories[c.number % len(categories)], f"{c.title}。{texts.choice(WORDS)}{texts.choice(WORDS)}"
             if texts.random() < TEXTS else "", c.title[:8], "", c.closed)
            for c in courses()
        ),
    )  # fmt: skip
    copy(
        Wording,
        ("petition", "grams"),
        (
            (
                c.number,
                vector((c.name, c.title, c.file_number, c.title[:8]), categories[c.number % len(categories)]),
            )
            for c in courses()
        ),
    )
    copy(
        CaseClock,
        ("case", "amount", "unit", "ladder", "announced_version", "derived_version"),
        ((c.number, 10, "working_days", list(LADDER) if c.closed is None else [], 1, 1) for c in courses()),
    )
    copy(
        CaseAssignment,
        ("case", "part", "unit", "officer", "since", "how"),
        ((c.number, "main", c.agency, c.officer, c.received, "manual") for c in courses()),
    )
    copy(
        CaseRung,
        ("case", "step", "to", "before_due", "due_at", "comes_at"),
        (
            (c.number, f"{days}:{to}", to, days < 0, c.due, c.due + timedelta(days=days))
            for c in courses(count - open_ + 1)
            for days, to in ((each["after"], each["to"]) for each in LADDER)
            if c.due + timedelta(days=days) > now - timedelta(days=1)
        ),
    )
    years = {now.year - 1911, now.year - 1912}
    copy(CaseCounter, ("kind", "roc_year", "last"), ((KIND, year, count) for year in years))
    by = (now, "示範", "benchmark", 1)
    copy(
        Outcome,
        ("petition", "ended", "unit", "at", "due_at", "in_time", *STAMPED),
        (
            (c.number, "answered", c.agency, c.closed, c.due, c.closed <= c.due, *by)
            for c in courses()
            if c.closed is not None
        ),
    )
    settle()
