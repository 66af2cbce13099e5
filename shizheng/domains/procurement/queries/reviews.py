"""Design reviews: who may see which, one of them, its panel, opinions as they stand, and the gate of a tender (E04, E05)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.retelling import standing, threads
from shizheng.common.words import N_, tell
from shizheng.domains.procurement.models import (
    Answer,
    Confirmation,
    Opinion,
    PanelMember,
    ReviewAct,
    ReviewCase,
)
from shizheng.domains.procurement.rules.reviews import OpinionState, documents_of, same_words, unconfirmed
from shizheng.domains.procurement.rules.workflow import DUE, TRANSITIONS, possible_in
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.deadlines import Unit, deadline
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules.values import Deadline, DeadlineUnit

GONE = N_("找不到這個審議案，或您不能看。請從審議案清單進入。")
SEARCHED = ("number", "name", "control_number", "agency__name", "agency__short_name")
THRESHOLD, DOCUMENTS = "WQ-05", "procurement.review_documents"
COUNTED = {
    DeadlineUnit.DAYS: Unit.CALENDAR_DAYS,
    DeadlineUnit.WORKING_DAYS: Unit.WORKING_DAYS,
    DeadlineUnit.MONTHS: Unit.MONTHS,
}
MOST_WORDS = 10


def visible_to(actor: Actor) -> QuerySet[ReviewCase]:
    """All reviews for who holds `procurement.view`; else none."""
    rows = ReviewCase.objects.select_related("agency")
    return rows.all() if actor.may("procurement.view") else rows.none()


def review(actor: Actor, case_id: int) -> ReviewCase:
    """One review. Raises NotFound, also where the actor may not see it."""
    row = visible_to(actor).filter(pk=case_id).first()
    if row is None:
        raise NotFound(tell(GONE))
    return row


def found(actor: Actor, words: str) -> QuerySet[ReviewCase]:
    """Reviews in which every word occurs somewhere: number, name, control number, agency."""
    rows = visible_to(actor)
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED)))
    return rows


def acts_of(case_id: int) -> list[ReviewAct]:
    """What was done and not taken back, the newest first."""
    return standing(ReviewAct.objects.filter(case_id=case_id))[::-1]


def steps_of(case_id: int) -> list[tuple[ReviewAct, ReviewAct | None]]:
    """Every step that was ever taken, the newest first, each with how it was taken back."""
    told = threads(ReviewAct.objects.filter(case_id=case_id))
    return [(each[0], each[-1] if each[-1].struck else None) for each in reversed(told)]


def panel_of(case_id: int) -> list[PanelMember]:
    return list(PanelMember.objects.filter(case_id=case_id).order_by("id"))


def member(actor: Actor, member_id: int) -> PanelMember:
    """One member with the review. Raises NotFound."""
    row = PanelMember.objects.select_related("case__agency").filter(pk=member_id).first()
    if row is None or not actor.may("procurement.view"):
        raise NotFound(tell("找不到這位審議委員。請從審議案的頁面進入。"))
    return row


def opinion(actor: Actor, opinion_id: int) -> Opinion:
    """One opinion with its review. Raises NotFound."""
    row = Opinion.objects.select_related("case__agency", "member").filter(pk=opinion_id).first()
    if row is None or not actor.may("procurement.view"):
        raise NotFound(tell("找不到這項審議意見。請從審議案的頁面進入。"))
    return row


def confirmation(actor: Actor, confirmation_id: int) -> Confirmation:
    """One confirmation with its opinion and review. Raises NotFound."""
    rows = Confirmation.objects.select_related("answer__opinion__case__agency", "answer__opinion__member")
    row = rows.filter(pk=confirmation_id).first()
    if row is None or not actor.may("procurement.view"):
        raise NotFound(tell("找不到這次複核。請從審議案的頁面進入。"))
    return row


def said_of(case_id: int) -> int:
    """How many answers and confirmations a review has; none of them is ever taken away."""
    answers = Answer.objects.filter(opinion__case_id=case_id)
    return answers.count() + Confirmation.objects.filter(answer__in=answers).count()


def opinions_of(case_id: int) -> list[OpinionState]:
    """The opinions of one review as they stand (two queries)."""
    return [each for each in told_of_all([case_id]).get(case_id, []) if not each.opinion.struck]


def told_of(case_id: int) -> tuple[list[OpinionState], list[OpinionState]]:
    """The opinions of one review as they stand, and those that were struck (three queries)."""
    told = told_of_all([case_id]).get(case_id, [])
    return [each for each in told if not each.opinion.struck], [each for each in told if each.opinion.struck]


def opinions_of_all(case_ids: Collection[int]) -> Mapping[int, list[OpinionState]]:
    """Review → its opinions as they stand (three queries, whatever their number)."""
    told = told_of_all(case_ids)
    return {pk: [each for each in states if not each.opinion.struck] for pk, states in told.items()}


def told_of_all(case_ids: Collection[int]) -> Mapping[int, list[OpinionState]]:
    """The same with those that were struck among them."""
    rows = threads(Opinion.objects.filter(case_id__in=list(case_ids)).select_related("member"))
    rows.sort(key=lambda told: (told[0].case_id, told[0].number))
    answers: dict[int, list[Answer]] = {}
    for each in Answer.objects.filter(opinion__case_id__in=list(case_ids)).order_by("id"):
        answers.setdefault(each.opinion_id, []).append(each)
    said = Confirmation.objects.filter(answer__opinion__case_id__in=list(case_ids))
    confirmed, corrected = {}, {}
    for one in threads(said):
        confirmed[one[-1].answer_id], corrected[one[-1].answer_id] = one[-1], tuple(reversed(one[:-1]))
    found_: dict[int, list[OpinionState]] = {}
    for telling in rows:
        row, holding = telling[-1], same_words(telling)
        told = sorted((one for each in telling for one in answers.get(each.pk, [])), key=lambda one: one.pk)
        last = told[-1] if told and told[-1].opinion_id in holding else None
        before = told if last is None else told[:-1]
        state = OpinionState(
            row,
            last,
            confirmed.get(last.pk) if last else None,
            tuple((each, confirmed.get(each.pk)) for each in reversed(before)),
            tuple(reversed(telling[:-1])),
            corrected.get(last.pk, ()) if last else (),
        )
        found_.setdefault(row.case_id, []).append(state)
    return found_


def threshold(on: date) -> RuleValue:
    """From how much on the city reviews, as in force on the day (WQ-05, WQ-06)."""
    return rulebook.value_of(THRESHOLD, on)


def threshold_amount(on: date) -> Decimal | None:
    """The same as a number; None before the first plan that sets it."""
    rule = rulebook.value_or_none(THRESHOLD, on)
    return rule.value if rule is not None and isinstance(rule.value, Decimal) else None


def documents(on: date) -> tuple[str, ...]:
    """What has to be submitted, by the rulebook."""
    rule = rulebook.value_or_none(DOCUMENTS, on)
    return documents_of(str(rule.raw)) if rule is not None else ()


def due_of(state: str, since: date) -> date | None:
    """By when whoever is to act has to, counted by the work calendar; None where no rule says."""
    rule = rulebook.value_or_none(DUE[state], since) if state in DUE else None
    if rule is None or not isinstance(rule.value, Deadline):
        return None
    counted = COUNTED[rule.value.unit]
    return deadline(calendar.current_calendar(), since, rule.value.n, counted).due


def reviewed(control_number: str, on: date | None = None) -> str | None:
    """The state of the newest review of a tender (on a day); None where there is none (E05)."""
    return reviewed_of_all([control_number], on).get(control_number)


def reviewed_of_all(control_numbers: Collection[str], on: date | None = None) -> dict[str, str]:
    """Control number → the state of its newest review at the end of a day; those without are left out (one query)."""
    wanted = [each for each in control_numbers if each]
    rows = ReviewAct.objects.filter(case__control_number__in=wanted)
    if on is not None:
        rows = rows.filter(on__lte=on)
    rows = rows.filter(struck=False, superseded_by=None)
    found_: dict[str, str] = {}
    for control_number, target in rows.order_by("case_id", "id").values_list(
        "case__control_number", "target"
    ):
        found_[control_number] = target
    return found_


def reviews_of(control_number: str) -> QuerySet[ReviewCase]:
    """The reviews of one tender, the newest first."""
    rows = ReviewCase.objects.filter(control_number=control_number).order_by("-pk")
    return rows if control_number else rows.none()


def waiting_for(actor: Actor) -> QuerySet[ReviewCase]:
    """What may wait for the actor: agencies answer and supply, the commission does the rest, its head decides what was revised."""
    from shizheng.domains.procurement.rules.workflow import BY_AGENCY, ENDS

    rows = visible_to(actor).exclude(state__in=ENDS)
    mine = Q(pk__in=[])
    units: Any = actor.units_where("procurement.submit_review")
    if units is None:
        mine |= Q(state__in=BY_AGENCY)
    elif units:
        mine |= Q(state__in=BY_AGENCY, agency_id__in=units)
    if actor.may("procurement.conduct_review"):
        mine |= ~Q(state__in=BY_AGENCY)
    elif actor.may("procurement.decide_review"):
        mine |= Q(state="revised")
    return rows.filter(mine).order_by("due_on", "number")


def next_act(actor: Actor, row: ReviewCase, opinions: Sequence[OpinionState]) -> str:
    """The label of what the actor is to do next in a review; empty where it waits for somebody else.

    A revised design is confirmed opinion by opinion by who conducts the review, and then waits for who decides.
    """
    if row.state != "revised":
        return possible_in(row.state)[0].label
    if any(each.confirmation is not None and not each.closed for each in opinions):
        return TRANSITIONS["send_again"].label if actor.may("procurement.conduct_review") else ""
    if unconfirmed(opinions):
        return N_("複核") if actor.may("procurement.conduct_review") else ""
    return TRANSITIONS["approve_review"].label if actor.may("procurement.decide_review") else ""
