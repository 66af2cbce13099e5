"""Whom a return concerns: who fills it in, who signs next, and whom a step of the ladder reaches."""

from collections.abc import Sequence

from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import CorrectionRequest, Return
from shizheng.kernel.filing.rules.levels import LEVELS, OFFICER, RECIPIENTS, next_level
from shizheng.kernel.filing.rules.workflow import RETURN
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import Finder, holders_by_unit, names_of, user_ids_within


def responsible(filing: Return, to: str, finder: Finder | None = None) -> frozenset[int]:
    """The people of one level (`officer`, `supervisor`, …) for a return; its holder alone where it has one.

    `finder`: for many returns in one run.
    """
    if to == OFFICER and filing.holder_id is not None:
        return frozenset({filing.holder_id})
    return (finder or Finder()).people(filing.unit_id, RECIPIENTS[to])


def officers_of(filings: Sequence[Return]) -> list[frozenset[int]]:
    """Who fills each of these returns in (a fixed number of queries)."""
    finder = Finder()
    return [responsible(each, OFFICER, finder) for each in filings]


def next_signers(filing: Return) -> frozenset[int]:
    """Who may sign a return next, without who sent it in."""
    level = next_level(filing.round.levels, filing.signed_levels)
    if level is None:
        return frozenset()
    return responsible(filing, level.code) - {filing.submitted_by_id or 0}


def approvers(filing: Return, asked_by_id: int | None) -> frozenset[int]:
    """Who approves a correction of a return: nearest to its unit, up to the city government, and never who asked for it."""
    by_unit, tree = holders_by_unit("filing.approve_correction"), organisations.tree()
    for unit_id in (filing.unit_id, *(node.id for node in reversed(tree.ancestors(filing.unit_id)))):
        found = by_unit.get(unit_id, frozenset()) - {asked_by_id}
        if found:
            return found
    return frozenset()


def people_who_approve(request: CorrectionRequest) -> list[str]:
    """Names of those for whom a correction waits, by name."""
    return [name for _pk, name in names_of(approvers(request.filing, request.asked_by_id))]


def people_who_file(filing: Return) -> list[tuple[str, str]]:
    """Who may be named to fill in a return, those of the unit's sections too, as choices: number and name."""
    return names_of(user_ids_within("filing.file", filing.unit_id))


def may_send_back(actor: Actor, filing: Return) -> bool:
    """Whether the actor may send a return back: who signs now or has signed its level, and who locks."""
    if filing.state not in RETURN["send_back"].sources:
        return False
    levels = [LEVELS[code] for code in filing.round.levels[: filing.signed_levels + 1]]
    return actor.may("filing.lock") or any(actor.may(each.permission, filing.unit_id) for each in levels)
