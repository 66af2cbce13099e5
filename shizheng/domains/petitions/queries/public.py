"""What the public may know of petitions: the citizen of one its story and answers; anybody that there is one like it, without words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from math import cos, hypot, radians
from typing import Any

from django.db.models import Q, QuerySet

from shizheng.common import clock
from shizheng.common.roc import in_words
from shizheng.common.similar import bigrams, likeness
from shizheng.common.words import N_, tell
from shizheng.domains.petitions.models import Category, Petition, Reply
from shizheng.domains.petitions.queries.ruling import near_least, reopen_ends, reopen_times
from shizheng.domains.petitions.rules.classes import SERIOUS
from shizheng.domains.petitions.rules.workflow import KIND, WORKFLOW
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.cases.rules.facts import day_of

NEAR_METRES, NEAR_DAYS, MOST_NEAR, MOST_LOOKED_AT = 300, 90, 5, 400
METRES_OF_A_DEGREE = 111_320
ENOUGH = 0.5
"""Of a name, so much must stand in the words to propose it."""
SAID = {
    "open_case": N_("收到您的陳情。"),
    "hand_back": N_("主辦機關認為不是自己的權責，正在重新確定由誰辦理；處理期限照樣計算。"),
    "pause": N_("處理期限停止計算。"),
    "resume": N_("處理期限繼續計算。"),
    "merge": N_("已和同一件事的另一件一起辦理。"),
    "unmerge": N_("恢復單獨辦理。"),
    "anonymise": N_("保存期滿，您的個人資料與內容已清除。"),
    "reopen": N_("已依您的申請重啟，由主辦機關再處理。"),
    "quality_back": N_("抽查認為答復不夠完整，已請主辦機關再處理。"),
    "release": N_("答應您的事已確認辦好。"),
    "supplemented": N_("已收到您的補充資料。"),
}
"""What the citizen is told of a step; other acts of the workflow say where they lead to."""
SILENT = frozenset({"send_back", "refuse", "pass_up", "submit", "draft", "approve", "sign"})
"""Inside the office: drafts that go up and down are nobody's business but theirs. That one is being approved is said by the state."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, in plain words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Similar:
    """That there is a petition like it: what about, when, where it stands, how far away (metres, or None); nothing that anybody wrote."""

    category: Category | None
    received_on: date
    state: str
    metres: int | None


def of_case(case_id: int) -> Petition | None:
    """The petition of a case, for who has shown its code."""
    rows = Petition.objects.select_related("case__unit", "case__clock", "case__merged_into", "category")
    return rows.filter(case=case_id, case__kind=KIND).first()


def case_of_number(number: str) -> Any | None:
    """The case with a number; who offers it to the public asks for its code."""
    return cases.where(KIND, Q(number=number.strip())).select_related("unit").first()


def story(row: Petition) -> list[Told]:
    """What happened, newest first, in plain words: no names, no reasons of officers (one query)."""
    found: list[Told] = []
    for step in row.case.steps.order_by("id"):
        text = _said(step)
        if text and (not found or found[-1].text != text):
            found.append(Told(step.at, text))
    return found[::-1]


def _said(step: Any) -> str:
    if step.name in SILENT:
        return ""
    if step.name in SAID:
        return tell(SAID[step.name])
    if step.name == "decide_extension":
        return tell("處理期限依規定延長。") if step.fields.get("approved") else ""
    if step.name == "ask_supplement":
        return tell("請您補充：%(what)s", what=step.fields.get("what", ""))
    if step.name == "transfer":
        return tell("已移送%(to)s，並通知您。", to=step.fields.get("to", ""))
    act = WORKFLOW.by_name.get(step.name)
    return tell(WORKFLOW.by_code[act.target].public) if act is not None else ""


def why_this_day(row: Petition) -> tuple[str, ...]:
    """為什麼是這一天, without what officers wrote as reasons."""
    return tuple(each.text for each in cases.why_this_day(row.case, plain=True))


def answers(row: Petition) -> QuerySet[Reply]:
    """What was answered and sent, newest first."""
    return row.replies.exclude(sent_at=None).exclude(text="").order_by("-serial")


def may_reopen(row: Petition) -> date | None:
    """Until when the citizen may have it taken up once more; None where it cannot be."""
    if row.case.state != "closed" or row.answered_at is None or row.case.anonymised_at is not None:
        return None
    if row.reopened >= reopen_times():
        return None
    ends = reopen_ends(row.answered_at)
    return ends if clock.today() <= ends else None


def category_named(category_id: int | None) -> Category | None:
    """A category in use; None where there is none."""
    return Category.objects.filter(pk=category_id, in_use=True).first() if category_id is not None else None


def proposed_category(words: str) -> Category | None:
    """The category in use whose name shares most with the words; None where less than half of every name does (one query)."""
    own = bigrams(words)
    rows = Category.objects.filter(in_use=True, parent__isnull=False)
    best = max(
        ((_share(own, each.name), -each.pk, each) for each in rows), default=None, key=lambda one: one[:2]
    )
    return best[2] if best is not None and best[0] >= ENOUGH else None


def _share(own: Counter[str], name: str) -> float:
    """How much of the likest part of a name stands in the words."""
    parts = [bigrams(part) for part in _parts(name)]
    return max((sum((own & part).values()) / sum(part.values()) for part in parts), default=0.0)


def _parts(name: str) -> list[str]:
    """What a name lists: 路樹修剪與倒塌 is 路樹修剪 and 倒塌."""
    text = name
    for sign in ("與", "、", "及"):
        text = text.replace(sign, " ")
    return [part for part in text.split() if len(part) > 1]


def similar(*, words: str, category_id: int | None, point: tuple[float, float] | None) -> list[Similar]:
    """Petitions of the last NEAR_DAYS days near in place, or of the same kind and alike in their public subject (one query).

    Reports (檢舉) and restricted ones are never among them: that somebody reported is nobody's business.
    """
    since = clock.now() - timedelta(days=NEAR_DAYS)
    wanted = Q(pk=None)
    if category_id is not None:
        wanted |= Q(category=category_id)
    if point is not None:
        wanted |= _around(point)
    rows = Petition.objects.filter(
        wanted, case__received_at__gte=since, case__merged_into=None, case__confidentiality="ordinary"
    ).exclude(petition_class__in=[each.value for each in SERIOUS])
    looked = rows.select_related("case", "category").order_by("-case__received_at")[:MOST_LOOKED_AT]
    return list(islice(_alike(looked, words, category_id, point), MOST_NEAR))


def _around(point: tuple[float, float]) -> Q:
    """A box around a place, by the index of neither: the rows of 90 days are few."""
    up = NEAR_METRES / METRES_OF_A_DEGREE
    across = up / max(0.1, cos(radians(point[1])))
    return Q(
        case__longitude__range=(point[0] - across, point[0] + across),
        case__latitude__range=(point[1] - up, point[1] + up),
    )


def _alike(
    rows: QuerySet[Petition], words: str, category_id: int | None, point: tuple[float, float] | None
) -> Iterator[Similar]:
    own, least = bigrams(words), near_least()
    found = []
    for each in rows:
        metres = distance(point, (each.case.longitude, each.case.latitude))
        close = metres is not None and metres <= NEAR_METRES
        alike = likeness(own, bigrams(each.case.title))
        same = category_id is not None and each.category_id == category_id
        if (close and (same or category_id is None or alike >= least / 2)) or (same and alike >= least):
            found.append((-int(close), metres or 0, -alike, each.pk, each, metres if close else None))
    for *_order, each, metres in sorted(found, key=lambda one: one[:4]):
        yield Similar(
            each.category,
            day_of(each.case.received_at),
            tell(WORKFLOW.by_code[each.case.state].public),
            None if metres is None else round(metres, -1),
        )


def distance(one: tuple[float, float] | None, other: tuple[Any, Any]) -> int | None:
    """Metres between two places not far apart (longitude, latitude); None where one is not known."""
    if one is None or other[0] is None or other[1] is None:
        return None
    east = (float(other[0]) - one[0]) * METRES_OF_A_DEGREE * cos(radians(one[1]))
    return round(hypot(east, (float(other[1]) - one[1]) * METRES_OF_A_DEGREE))


def due_words(row: Petition) -> str:
    """By which day the citizen is answered, in words; empty where it is over or not known."""
    case = row.case
    if case.closed_at is not None or row.answered_at is not None or case.due_on is None:
        return ""
    if case.stopped_at is not None:
        return tell("期限停止計算中，恢復後重新計算。")
    return tell("最晚 %(day)s 答復您。", day=in_words(case.due_on, "long"))


__all__ = [
    "Similar", "Told", "answers", "case_of_number", "category_named", "distance", "due_words", "may_reopen", "of_case", "proposed_category",
    "similar", "story", "why_this_day",
]  # fmt: skip
