"""Measures, their versions and their facts as rows."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.common.words import N_, tell
from shizheng.kernel.measures import uses
from shizheng.kernel.measures.models import DefinitionVersion, Fact, Measure
from shizheng.kernel.measures.reading import AsOf
from shizheng.kernel.organisations import queries as organisations

GONE = N_("找不到這個指標，或您不能看。請從指標清單進入。")


def visible_to(actor: Actor) -> QuerySet[Measure]:
    """Measures of the units in which the actor holds `measures.view`."""
    units = actor.units_where("measures.view")
    found = Measure.objects.select_related("owner")
    return found if units is None else found.filter(owner_id__in=units)


def readable_by(actor: Actor) -> QuerySet[Measure]:
    """Those of `visible_to`, and those whose figures another app shows the actor: they explain themselves, no more."""
    if not actor.may("measures.view"):
        return Measure.objects.none()
    units = actor.units_where("measures.view")
    found = Measure.objects.select_related("owner")
    if units is None:
        return found
    asked = Q(owner_id__in=units)
    for ids in uses.shown_to(actor):
        asked |= Q(pk__in=ids)
    return found.filter(asked)


def to_be_confirmed() -> QuerySet[DefinitionVersion, int]:
    """Ids of the measures whose newest definition is 待確認, as a query to be asked within another."""
    later = DefinitionVersion.objects.filter(measure_id=OuterRef("measure_id"), number__gt=OuterRef("number"))
    rows = DefinitionVersion.objects.filter(~Exists(later), needs_confirmation=True)
    return rows.order_by().values_list("measure_id", flat=True)


def measure(measure_id: int, actor: Actor | None = None) -> Measure:
    """The measure. Raises `NotFound`, also where `actor` may not see it."""
    return _one(Measure.objects.select_related("owner") if actor is None else visible_to(actor), measure_id)


def readable(measure_id: int, actor: Actor) -> Measure:
    """The measure, to read only. Raises `NotFound`, also where no page shows the actor its figures."""
    return _one(readable_by(actor), measure_id)


def measure_to_file(measure_id: int, actor: Actor, code: str, unit_id: int | None = None) -> Measure:
    """The measure into which the actor files: one that is seen, or of a unit above one where `code` is held.

    With `unit_id` only what stands above that unit counts. Raises `NotFound` for any other, as the action would.
    """
    found = measure(measure_id)
    units = actor.units_where(code)
    if visible_to(actor).filter(pk=measure_id).exists() or units is None:
        return found
    tree = organisations.tree()
    below = units if unit_id is None else units & {unit_id}
    if any(found.owner_id in {node.id for node in tree.ancestors(each)} for each in below):
        return found
    raise NotFound(GONE)


def _one(rows: QuerySet[Measure], measure_id: int) -> Measure:
    found = rows.filter(pk=measure_id).first()
    if found is None:
        raise NotFound(GONE)
    return found


def measure_by_code(code: str) -> Measure | None:
    """The measure with that code."""
    return Measure.objects.select_related("owner").filter(code=code).first()


def ids_by_code(codes: Collection[str]) -> dict[str, int]:
    """Code → number of the measures that there are of these (one query)."""
    return done(ids_by_code_steps(codes))


def ids_by_code_steps(codes: Collection[str]) -> Steps[dict[str, int]]:
    """The same beside what else is read."""
    rows = Measure.objects.filter(code__in=list(codes)).values_list("code", "pk")
    yield rows
    return dict(rows)


def versions_of(measure_id: int) -> QuerySet[DefinitionVersion]:
    """All versions, the newest first."""
    return DefinitionVersion.objects.filter(measure_id=measure_id).order_by("-number")


def current_definition(measure_id: int) -> DefinitionVersion | None:
    """The newest version, whatever days it is meant for."""
    return versions_of(measure_id).first()


def facts_of(measure_id: int) -> QuerySet[Fact]:
    """Every fact ever filed for the measure, newest period first, corrections beside what they superseded."""
    return (
        Fact.objects.filter(measure_id=measure_id)
        .select_related("unit", "filed_by", "superseded_by")
        .order_by("-period_start", "period", "unit__order", "input", "-id")
    )


def current_facts(measure_id: int) -> QuerySet[Fact]:
    """The facts that hold today."""
    return facts_of(measure_id).filter(superseded_by=None)


def fact(fact_id: int) -> Fact:
    """One fact. Raises `NotFound`."""
    found = (
        Fact.objects.select_related("measure", "unit", "filed_by", "superseded_by").filter(pk=fact_id).first()
    )
    if found is None:
        raise NotFound(tell("找不到這筆填報。請從指標頁重新選擇。"))
    return found


def searched(actor: Actor, words: str) -> QuerySet[Measure]:
    """Visible measures whose name or code holds the words."""
    return visible_to(actor).filter(Q(name__icontains=words) | Q(code__icontains=words))


def listed(actor: Actor, as_of: AsOf | None = None) -> QuerySet[Measure]:
    """Visible measures with what the definition of the latest days (known then) says: `unit_now`, `target_now`…"""
    newest = DefinitionVersion.objects.filter(measure_id=OuterRef("pk")).order_by("-valid_from", "-number")
    if as_of is not None:
        newest = newest.filter(recorded_at__lte=as_of.moment)
        if as_of.horizon is not None:
            newest = newest.filter(transaction_id__lt=as_of.horizon)
    found = visible_to(actor).annotate(newest=Subquery(newest.values("pk")[:1])).filter(newest__isnull=False)
    picked = {
        "unit_now": "unit",
        "direction_now": "direction",
        "target_now": "target",
        "needs_now": "needs_confirmation",
        "version_now": "number",
        "formula_now": "formula",
        "inputs_now": "inputs",
    }
    rows = {
        name: Subquery(DefinitionVersion.objects.filter(pk=OuterRef("newest")).values(field))
        for name, field in picked.items()
    }
    return found.annotate(**rows).order_by(F("code").asc())
