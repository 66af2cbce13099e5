"""What lies with the officers of a unit now, for balancing what comes next."""

from django.db.models import Count, Q

from shizheng.common import clock
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.queries.petitions import is_open
from shizheng.domains.petitions.rules.balancing import Load, in_turn
from shizheng.domains.petitions.rules.classes import SERIOUS
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import holders_by_unit, names_of, stand_ins
from shizheng.kernel.rulebook import queries as rulebook

WEIGHT = "petition.load_serious"


def loads_of(unit_id: int) -> list[Load]:
    """Officers of a unit and its sections with what they have open: those who handle and neither assign nor approve; where
    there is nobody else, those who do too. Who is absent (代理) is said, and comes last (eight queries)."""
    units = {unit_id} | organisations.tree().within_agency(unit_id)
    handling, assigning, deciding = (
        _holders(f"petitions.{verb}", units) for verb in ("handle", "assign", "decide")
    )
    people = handling - assigning - deciding or handling
    counted = {
        row["case__officer"]: row
        for row in Petition.objects.filter(is_open(), case__officer__in=people)
        .order_by()
        .values("case__officer")
        .annotate(
            open=Count("pk"),
            serious=Count("pk", filter=Q(petition_class__in=[each.value for each in SERIOUS])),
            late=Count("pk", filter=Q(case__due_at__lt=clock.now(), case__stopped_at=None)),
        )
    }
    away = stand_ins()
    heavy = int(str(rulebook.value_of(WEIGHT, clock.today()).value))
    found = []
    for pk, name in names_of(people):
        row = counted.get(int(pk), {"open": 0, "serious": 0, "late": 0})
        absent = int(pk) in away
        found.append(Load(int(pk), name, row["open"], row["serious"], row["late"], heavy, absent))
    return [*in_turn(found), *(each for each in found if each.absent)]


def _holders(code: str, units: set[int]) -> set[int]:
    held = holders_by_unit(code)
    return {user for unit in units for user in held.get(unit, ())}


def whose_turn(unit_id: int) -> Load | None:
    """Who of a unit has the least to do and is there; None where nobody is."""
    return next((each for each in loads_of(unit_id) if not each.absent), None)
