"""Whose a return is: the people of its unit, and who was named to fill it in from a unit below that unit."""

from django.db.models import Q

from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import Return


def units_above(actor: Actor) -> frozenset[int]:
    """Units whose returns the actor may be named for: those above his or her own, up to the agency (no further query)."""
    found = getattr(actor, "units_above", None)
    return frozenset() if found is None or actor.pk is None else found("filing.file")


def visible(actor: Actor, path: str = "") -> Q:
    """Returns of the units for which the actor holds `filing.view`, and those for which he or she is named.

    `path`: from the rows that are asked to their return, such as `filing__`.
    """
    units = actor.units_where("filing.view")
    if units is None:
        return Q()
    seen = Q(**{f"{path}unit_id__in": units})
    above = units_above(actor) - units if units else frozenset()
    return seen | Q(**{f"{path}holder_id": actor.pk, f"{path}unit_id__in": above}) if above else seen


def is_named(actor: Actor, filing: Return) -> bool:
    """Whether the actor is named to fill in this return of a unit above his or her own."""
    named = actor.pk is not None and filing.holder_id == actor.pk
    return named and filing.unit_id in units_above(actor)


def may_file(actor: Actor, filing: Return) -> bool:
    """Whether this return is the actor's to fill in, send, take back and have corrected."""
    return actor.may("filing.file", filing.unit_id) or is_named(actor, filing)
