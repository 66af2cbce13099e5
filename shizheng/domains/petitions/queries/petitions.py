"""Petitions: who may see which, one of them, those near it, what was searched for."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from shizheng.common import clock, grams, together
from shizheng.common.conditions import Found
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.petitions.models import AnswerTemplate, Category, Petition
from shizheng.domains.petitions.rules import codes
from shizheng.domains.petitions.rules.wording import category_mark
from shizheng.domains.petitions.rules.workflow import KIND, WORKFLOW
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.cases.queries.boards import running

MOST_COUNTED = 10_000
"""Of more petitions a list says that there are more, and shows the first so many."""


def seen(actor: Actor, petition: str = "") -> Q:
    """Petitions whose cases the actor may see, as a condition on petitions or on rows beside them (`petition`: how they get there)."""
    return cases.seen(actor, KIND, f"{petition}case__")


def visible_to(actor: Actor) -> QuerySet[Petition]:
    """Petitions whose cases the actor may see."""
    rows = Petition.objects.filter(seen(actor))
    return rows.select_related("case__unit", "case__officer", "category")


def petition(actor: Actor, case_id: int) -> Petition:
    """One petition by the number of its case. Raises NotFound, also where the actor may not see it."""
    row = (
        visible_to(actor)
        .select_related("case__clock", "case__merged_into", "foreign")
        .filter(case=case_id)
        .first()
    )
    if row is None:
        raise NotFound(tell("找不到這件陳情，或您不能看。請從陳情案件清單進入。"))
    return row


def number_of(actor: Actor, number: str) -> int:
    """The key of the case with a number that the actor may see. Raises NotFound."""
    found_one = (
        visible_to(actor)
        .filter(case__number=number.strip().upper())
        .values_list("case_id", flat=True)
        .first()
    )
    if found_one is None:
        raise NotFound(
            tell("找不到案號「%(number)s」的陳情，或您不能看，沒有執行。請核對案號。", number=number.strip())
        )
    return int(found_one)


def petition_of(case: Any) -> Petition:
    """The petition beside a case."""
    return Petition.objects.select_related("category").get(case=case)


def found(actor: Actor, words: str) -> QuerySet[Petition]:
    """Petitions in which every word occurs somewhere: numbers, subject, place, category, the letter."""
    asked = words_in(words)
    return visible_to(actor) if asked is None else visible_to(actor).filter(asked)


def words_in(words: str) -> Any | None:
    """The same as a condition; None where no word is said. One query for the categories that bear a word in their names."""
    said = words.split()[: grams.MOST_WORDS]
    if not said:
        return None
    names = [(pk, grams.folded(name)) for pk, name in Category.objects.values_list("pk", "name")]
    marks = [[category_mark(pk) for pk, name in names if grams.folded(word) in name] for word in said]
    asked = grams.asked(said, marks)
    return Found("wording__grams", asked) if asked else None


def may_read_words(actor: Actor, case: Any) -> bool:
    """Whether the actor reads what the citizen wrote and what is answered: who works on the case, main or beside, and its officer."""
    units = {case.unit_id, *cases.beside(case)}
    verbs = ("handle", "assign", "decide", "lead", "control", "rule")
    return case.officer_id == actor.pk or any(
        actor.may(f"petitions.{verb}", unit) for verb in verbs for unit in units
    )


def is_open(case: str = "case__") -> Q:
    """Not over and not within another. `case`: how rows get to their case; empty where they are cases."""
    return Q(**{f"{case}closed_at": None, f"{case}merged_into": None})


def late(case: str = "case__") -> Q:
    """Open, and late now."""
    return is_open(case) & cases.late(case)


def due_soon(days: int = 3, case: str = "case__") -> Q:
    """Open, the clock runs, due within so many days, today included."""
    until = datetime.combine(clock.today() + timedelta(days=days), time(), clock.TAIPEI)
    due = Q(**{f"{case}due_at__gte": clock.now(), f"{case}due_at__lt": until})
    return is_open(case) & running(case) & due


def promise_late() -> Q:
    """Answered with a promise whose day is over, and not released (假結案)."""
    return Q(case__state="tracking", promise_due__lt=clock.today())


def counts(actor: Actor) -> dict[str, int]:
    """How many there are by what one looks for first, each counted up to one more than MOST_COUNTED (one query)."""
    rows = cases.visible_to(actor, KIND)
    asked = {
        "all": rows,
        "open": rows.filter(is_open("")),
        "waiting": rows.filter(is_open(""), state="received"),
        "assigning": rows.filter(is_open(""), state="accepted"),
        "late": rows.filter(late("")),
        "soon": rows.filter(due_soon(case="")),
        "tracking": rows.filter(state="tracking"),
    }
    return dict(zip(asked, together.counts(*asked.values(), most=MOST_COUNTED), strict=True))


def moments_of(start: date, end: date) -> tuple[datetime, datetime]:
    """The moments at which two days begin in Taipei."""
    return datetime.combine(start, time(), clock.TAIPEI), datetime.combine(end, time(), clock.TAIPEI)


def looked_up(number: str, code: str) -> Petition | None:
    """The petition of a number and its look-up code; None where they do not belong together.

    Who offers this to the public counts attempts and answers both failures with the same words.
    """
    row = (
        Petition.objects.select_related("case__unit", "category").filter(case__number=number.strip()).first()
    )
    kept, known = (row.code_hash, row.case.number) if row is not None else ("0" * 64, number.strip())
    same = codes.same(kept, code_key(), known, code)  # as long for a number that does not exist
    return row if same else None


def code_key() -> bytes:
    """The key under which look-up codes are hashed."""
    return f"petitions.code\0{settings.SECRET_KEY}".encode()


def public_state(case: Any) -> str:
    """What the citizen is told of where the petition stands, in plain words."""
    return tell(WORKFLOW.by_code[case.state].public)


def categories(*, every: bool = False) -> list[tuple[Category, list[Category]]]:
    """The tree of categories: each heading with what is below it; those in use alone unless `every`."""
    rows = list(Category.objects.all() if every else Category.objects.filter(in_use=True))
    return [
        (top, [each for each in rows if each.parent_id == top.pk]) for top in rows if top.parent_id is None
    ]


def category(category_id: int) -> Category:
    """One category. Raises NotFound."""
    row = Category.objects.filter(pk=category_id).first()
    if row is None:
        raise NotFound(tell("找不到這個分類。請從陳情分類清單進入。"))
    return row


def counted_by_category(actor: Actor) -> dict[int, int]:
    """How many petitions that the actor may see each category has, what is below a heading included (one query)."""
    found: dict[int, int] = {}
    rows = visible_to(actor).filter(category__isnull=False).order_by()
    for pk, above, count in rows.values_list("category_id", "category__parent_id").annotate(n=Count("pk")):
        for each in (pk, above):
            if each is not None:
                found[each] = found.get(each, 0) + count
    return found


def templates_for(row: Petition | None = None) -> QuerySet[AnswerTemplate]:
    """Templates in use, those of the petition's category (or the heading above it) and of none first."""
    rows = AnswerTemplate.objects.filter(in_use=True).select_related("category")
    if row is not None and row.category is not None:
        mine = [row.category_id, row.category.parent_id]
        return rows.filter(Q(category=None) | Q(category__in=[each for each in mine if each])).order_by(
            F("category").asc(nulls_last=True), "name"
        )
    return rows


def latest_reply(row: Petition) -> Any:
    """The draft or reply that stands: the last one."""
    if "replies" in vars(row).get("_prefetched_objects_cache", {}):
        return next(iter(row.replies.all()), None)  # in their order: the last one first
    return row.replies.order_by("-serial").first()


def all_templates() -> QuerySet[AnswerTemplate]:
    """Every template of replies, those in use first."""
    return AnswerTemplate.objects.select_related("category").order_by("-in_use", "name")


def template(template_id: int) -> AnswerTemplate:
    """One template. Raises NotFound."""
    row = AnswerTemplate.objects.filter(pk=template_id).first()
    if row is None:
        raise NotFound(tell("找不到這份範本。請從答復範本清單進入。"))
    return row
