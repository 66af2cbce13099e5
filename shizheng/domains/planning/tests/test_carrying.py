"""An act carries its permissions in the unit that it is about, and nowhere else."""

from types import SimpleNamespace

import pytest

from shizheng.common.permissions import SYSTEM, Carrying
from shizheng.domains.planning import actions
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.kernel.measures import queries as measures

DEFINE = frozenset({"measures.define"})


def test_carried_permissions_hold_in_the_one_unit(town: SimpleNamespace) -> None:
    carrier = Carrying(town.head, DEFINE, frozenset({town.works.pk}))
    assert carrier.may("measures.define") and carrier.may("measures.define", town.works.pk)
    assert not carrier.may("measures.define", town.parks.pk)
    assert not carrier.may("planning.publish", town.works.pk)
    assert carrier.units_where("measures.define") == {town.works.pk}
    assert carrier.units_where("planning.accept") == town.head.units_where("planning.accept")


def test_one_s_own_permissions_stay_beside_the_carried_ones(town: SimpleNamespace) -> None:
    carrier = Carrying(town.rdec, DEFINE, frozenset({town.works.pk}))
    assert carrier.may("measures.define", town.parks.pk)
    assert carrier.units_where("measures.define") is None


def test_an_act_about_the_whole_city_carries_everywhere(town: SimpleNamespace) -> None:
    carrier = Carrying(town.head, DEFINE)
    assert carrier.may("measures.define", town.parks.pk) and carrier.units_where("measures.define") is None


@pytest.mark.parametrize("who", ["head", "rdec"])
def test_accepting_still_defines_the_agency_s_measures(town: SimpleNamespace, draft: Plan, who: str) -> None:
    actions.accept_plan(getattr(town, who), draft.pk, version=draft.version)
    kpis = Kpi.objects.filter(goal__plan=draft)
    assert kpis.filter(measure=None).count() == 0
    owners = {measures.measure(kpi.measure_id, SYSTEM).owner_id for kpi in kpis if kpi.measure_id}
    assert owners == {town.works.pk}
