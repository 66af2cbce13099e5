"""The acts that are killed, each with what has to be there before and after it; the day on which they are done."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from shizheng.domains.planning import actions as planning
from shizheng.domains.planning.models import (
    Goal,
    Item,
    Kpi,
    Plan,
    PlanState,
    Point,
    ResultRow,
    SourceDocument,
    WorkPlan,
)
from shizheng.domains.planning.tests.conftest import plan_text
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import Return, Round, SignOff
from shizheng.kernel.filing.tests.conftest import on
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.people.models import User
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.publication import store
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication
from tests.killed import months
from tests.killed.kind import INPUTS, ROWS, SUPPLIED

REFUSED = 3
"""The exit code of a process whose act was refused."""

OPEN, LATE, SIGNED = "2017-H1", "2018-H1", "2019-H1"
"""Periods: of the return to send in, of the late one whose last signature is missing, of the round to lock."""
FACTS_A_RETURN = len(ROWS) * len(INPUTS)
IMPORTED, FILE = 108, "108.txt"
"""Year and name of the document to import: a plan of the agency whose plan of 107 waits to be published."""


def day() -> AbstractContextManager[None]:
    """The day on which everything is done."""
    return on("2019-07-05")


def _person(username: str) -> User:
    return User.objects.get(username=username)


def _return(period: str) -> Return:
    return Return.objects.select_related("round").get(round__period=period, unit__code="W")


def submit() -> None:
    """Send a return in: what was supplied is taken over, and the content is kept with the decision."""
    actions.submit_return(_person("officer"), _return(OPEN).pk, version=None)


def sign() -> None:
    """The last signature of a late return: it locks the return, and its facts count."""
    actions.sign_return(_person("head"), _return(LATE).pk, version=None)


def lock() -> None:
    """Lock a round with all of its returns."""
    actions.lock_round(_person("rdec"), Round.objects.get(period=SIGNED).pk)


def publish() -> None:
    """Publish a plan: its content, figures and files are issued."""
    actor, plan = _person("rdechead"), Plan.objects.get(roc_year=107)
    planning.publish_plan(actor, plan.pk, version=None)


def bring_in() -> None:
    """Import a plan; what has been imported already is only shown."""
    agency = Plan.objects.select_related("agency").get(roc_year=107).agency
    planning.import_plan(_person("control"), plan_text(agency.name, IMPORTED), FILE)


def _decisions(filing: Return, decision: str) -> list[Any]:
    return list(SignOff.objects.filter(filing=filing, decision=decision).values_list("content", flat=True))


def _facts(period: str) -> list[Any]:
    rows = Fact.objects.filter(period=period, recorded_action="measures.record_facts")
    return list(rows.values_list("input", "value"))


def submitted() -> bool:
    """Whether the return is in; a return that is half in fails."""
    filing = _return(OPEN)
    sent, entries = _decisions(filing, "submitted"), queries.entries_of(filing.pk)
    if filing.state == "draft":
        assert sent == [] and filing.submitted_at is None and filing.first_submitted_at is None
        assert ("2", "b") not in entries
        return False
    assert filing.state == "submitted" and filing.submitted_at and filing.submitted_by_id
    assert entries["2", "b"].text == SUPPLIED.value
    assert [{(e["row"], e["field"]): e["text"] for e in content} for content in sent] == [
        {key: each.text for key, each in entries.items()}
    ]
    return True


def signed() -> bool:
    """Whether the late return is signed and locked with its facts; anything between fails."""
    filing = _return(LATE)
    done, locked = len(_decisions(filing, "signed")), len(_decisions(filing, "locked"))
    facts = _facts(LATE)
    if filing.state == "submitted":
        assert (done, locked, facts, filing.signed_at, filing.locked_at) == (1, 0, [], None, None)
        return False
    assert (filing.state, done, locked, len(facts)) == ("locked", 2, 1, FACTS_A_RETURN)
    assert filing.signed_at and filing.locked_at
    return True


def locked() -> bool:
    """Whether the round is locked with every return and every fact; anything between fails."""
    found = Round.objects.get(period=SIGNED)
    returns = list(Return.objects.filter(round=found))
    decisions = SignOff.objects.filter(filing__round=found, decision="locked").count()
    states, facts = {each.state for each in returns}, _facts(SIGNED)
    if found.state == "open":
        assert (states, decisions, facts, found.locked_at) == ({"signed"}, 0, [], None)
        return False
    assert (found.state, states, decisions) == ("locked", {"locked"}, len(returns))
    assert len(facts) == len(returns) * FACTS_A_RETURN and found.locked_at
    assert {each.locked_at is not None for each in returns} == {True}
    return True


def published() -> bool:
    """Whether the plan is out with figures, files and bytes; anything between fails. Bytes that no row names may lie about."""
    plan = Plan.objects.get()
    if plan.state == "accepted":
        assert plan.published_at is None
        assert not Publication.objects.exists() and not Artefact.objects.exists()
        assert not IssuedFigure.objects.exists()
        return False
    assert plan.state == "published" and plan.published_at
    made = Publication.objects.get()
    files, figures = list(made.artefacts.all()), list(made.figures.all())
    assert {each.format for each in files} >= {"odt", "pdf", "ods", "xlsx", "json", "csv"}
    assert all(len(store.read(each.sha256)) == each.size for each in files)
    assert figures and all(each.same for each in publications.recomputed(made, figures))
    assert all(check.good for check in publications.checks(made, figures, files))
    return True


def brought_in() -> bool:
    """Whether the plan is in with its source, goals, KPIs, items, points and results; anything between fails."""
    plan = Plan.objects.filter(roc_year=IMPORTED).first()
    kept = SourceDocument.objects.filter(file_name=FILE).count()
    found = [
        each.objects.filter(**{f"{path}roc_year": IMPORTED}).count()
        for each, path in (
            (Goal, "plan__"), (Kpi, "goal__plan__"), (WorkPlan, "plan__"), (Item, "work_plan__plan__"),
            (Point, "item__work_plan__plan__"), (ResultRow, "plan__"),
        )
    ]  # fmt: skip
    if plan is None:
        assert kept == 0 and found == [0] * 6
        return False
    assert (plan.state, kept) == (PlanState.DRAFT, 1) and found == [2, 3, 1, 2, 2, 3], found
    return True


@dataclass(frozen=True)
class Act:
    """`done` tells whether the act has happened, and fails for anything between; `again` is what a second time gives."""

    do: Callable[[], None]
    done: Callable[[], bool]
    again: int = REFUSED


ACTS = {
    "submit": Act(submit, submitted),
    "sign": Act(sign, signed),
    "lock": Act(lock, locked),
    "publish": Act(publish, published),
    "month": Act(months.close, months.closed),
    "import": Act(bring_in, brought_in, again=0),
}
