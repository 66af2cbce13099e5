"""Whom a return concerns: who fills it in, who signs next, and whom a step of the ladder reaches."""

from collections.abc import Sequence

from shizheng.common.permissions import Actor, of_the_whole_city
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.rules.levels import LEVELS, OFFICER, RECIPIENTS, next_level
from shizheng.kernel.filing.rules.workflow import RETURN
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree
from shizheng.kernel.people.holders import holders_by_unit, names_of, user_ids_within

Holders = dict[int, frozenset[int]]


def holders(tree: Tree, by_unit: Holders, unit_id: int, whole_city: bool) -> frozenset[int]:
    """Who holds a permission nearest to a unit: there, else in the unit above, up to its agency.

    Who holds it in the city government is meant only where the permission belongs to the whole city.
    """
    chain = [unit_id, *(node.id for node in reversed(tree.ancestors(unit_id)))]
    for each in chain:
        node = tree.by_id.get(each)
        if node is not None and node.kind == "city" and not whole_city and each != unit_id:
            continue
        found = by_unit.get(each)
        if found:
            return found
    return frozenset()


def responsible(filing: Return, to: str) -> frozenset[int]:
    """The people of one level (`officer`, `supervisor`, …) for a return; its holder alone where it has one."""
    if to == OFFICER and filing.holder_id is not None:
        return frozenset({filing.holder_id})
    code = RECIPIENTS[to]
    return holders(organisations.tree(), holders_by_unit(code), filing.unit_id, code in of_the_whole_city())


def officers_of(filings: Sequence[Return]) -> list[frozenset[int]]:
    """Who fills each of these returns in (a fixed number of queries)."""
    code = RECIPIENTS[OFFICER]
    tree, by_unit, whole_city = organisations.tree(), holders_by_unit(code), code in of_the_whole_city()
    return [
        holders(tree, by_unit, each.unit_id, whole_city)
        if each.holder_id is None
        else frozenset({each.holder_id})
        for each in filings
    ]


def next_signers(filing: Return) -> frozenset[int]:
    """Who may sign a return next, without who sent it in."""
    level = next_level(filing.round.levels, filing.signed_levels)
    if level is None:
        return frozenset()
    return responsible(filing, level.code) - {filing.submitted_by_id or 0}


def people_who_file(filing: Return) -> list[tuple[str, str]]:
    """Who may be named to fill in a return, those of the unit's sections too, as choices: number and name."""
    return names_of(user_ids_within("filing.file", filing.unit_id))


def may_send_back(actor: Actor, filing: Return) -> bool:
    """Whether the actor may send a return back: who signs now or has signed its level, and who locks."""
    if filing.state not in RETURN["send_back"].sources:
        return False
    levels = [LEVELS[code] for code in filing.round.levels[: filing.signed_levels + 1]]
    return actor.may("filing.lock") or any(actor.may(each.permission, filing.unit_id) for each in levels)
