"""Results of several agencies are locked together: each with its own people and figures, in as many queries as of one."""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import CannotDo, NotFound
from shizheng.domains.planning.models import Kpi, Outcome
from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.tests.results.town import (
    COUNT,
    RATIO,
    fields_of,
    kpi_of,
    make_town,
    on,
    project_control,
    row_of,
)
from shizheng.domains.planning.tests.results.walking import HALF, fill
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.tasks import chase_now
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.models import Fact, Measure
from shizheng.kernel.organisations.queries import city

pytestmark = pytest.mark.django_db
TOWNS = 5
FEW = 2
LOCKED_BY = ("planning.record_results", "measures.correct_fact")


@pytest.fixture
def towns(db: None) -> Iterator[list[SimpleNamespace]]:
    """Agencies with a plan each, whose returns of the half year are open."""
    made = [make_town(str(n)) for n in range(TOWNS)]
    with ExitStack() as stack:
        for town in made:
            stack.enter_context(project_control(town.plan))
        with on("2017-07-01", 6, 5):
            chase_now()
        yield made


def owed_by(town: SimpleNamespace) -> Return:
    return Return.objects.select_related("round", "unit").get(round__kind=CODE, unit=town.agency)


def to_the_last_signature(town: SimpleNamespace) -> None:
    owed = owed_by(town)
    with on("2017-07-05", 9, 30):
        fill(town, owed)
        actions.submit_return(town.officer, owed.pk, version=None)
    with on("2017-07-07", 11):
        actions.sign_return(town.chief, owed.pk, version=None)
        actions.sign_return(town.head, owed.pk, version=None)


def lock(towns: list[SimpleNamespace]) -> int:
    """Lock the round; how many queries that asked."""
    found = Round.objects.get(kind=CODE)
    with on("2017-07-14", 9), CaptureQueriesContext(connection) as asked:
        actions.lock_round(towns[0].rdec, found.pk, reason="其他機關另案補報")
    return len(asked)


def test_locking_asks_no_more_for_more_returns(towns: list[SimpleNamespace]) -> None:
    for town in towns[:FEW]:
        to_the_last_signature(town)
    with transaction.atomic():
        few = lock(towns)
        assert Return.objects.filter(state="locked").count() == FEW
        transaction.set_rollback(True)
    for town in towns[FEW:]:
        to_the_last_signature(town)
    assert lock(towns) <= few <= 60
    assert Return.objects.filter(state="locked").count() == TOWNS


def test_each_return_has_its_own_facts_people_outcomes_and_history(towns: list[SimpleNamespace]) -> None:
    for town in towns:
        to_the_last_signature(town)
        town.before = owed_by(town).version
    assert not Outcome.objects.exists()
    lock(towns)
    for town in towns:
        found = owed_by(town)
        assert (found.state, found.version) == ("locked", town.before + 1) and found.locked_at
        entry = history.entries_of(found)[0]
        assert (entry.action, entry.actor_id) == ("filing.lock_round", towns[0].rdec.pk)
        (note,) = found.sign_offs.filter(decision="locked")
        assert note.by_id == towns[0].rdec.pk and note.recorded_action == "filing.lock_round"
        assert {each["row"] for each in note.content} == {row_of(town.plan, name) for name in names(town)}
        facts = Fact.objects.filter(unit=town.agency)
        assert facts.count() == 8 and set(facts.values_list("recorded_action", flat=True)) == {
            "planning.record_results"
        }
        for fact in facts:
            assert fact.filed_by_id == town.officer.pk
            assert fact.source["filed"]["unit"] == town.agency.name
            assert [each["unit"] for each in fact.source["signed"]] == [town.agency.name] * 2
            assert fact.source["return"] == found.pk
        outcomes = list(Outcome.objects.filter(plan=town.plan).select_related("kpi"))
        figures = measure_queries.figures_of_unit(
            [each.kpi.measure_id or 0 for each in outcomes], town.agency.pk, HALF
        )
        assert len(outcomes) == 5 == len(figures)
        for each in outcomes:
            figure = figures[each.kpi.measure_id or 0]
            assert (each.figure, each.value, each.rule_version) == (
                figure.id or "",
                figure.value,
                figure.rule.id,
            )
            assert each.filing_id == found.pk and each.version == 1
            assert history.entries_of(each)[0].action == "planning.record_results"
        ratio = next(each for each in outcomes if each.kpi.name == RATIO)
        assert ratio.status == "met" and ratio.sentence == "77.31%（167 ÷ 216）"


def test_what_was_signed_is_corrected_by_two_people_and_not_past_them(towns: list[SimpleNamespace]) -> None:
    """Who may correct numbers cannot change a locked one alone: its return is where a correction is asked for."""
    town = towns[0]
    to_the_last_signature(town)
    lock(towns)
    fact = Fact.objects.filter(unit=town.agency, value=Decimal(216)).get()
    with pytest.raises(CannotDo, match="申請更正"):
        measures.correct_fact(town.control, fact.pk, value=Decimal(217), reason="自己改")
    with pytest.raises(CannotDo, match="申請更正"):
        measures.correct_fact(town.rdec, fact.pk, value=Decimal(217), reason="自己改")
    page = Client()
    page.force_login(town.control)
    asked = f"/filing/returns/{owed_by(town).pk}/correct/"
    for address in (
        f"/measures/{fact.measure_id}/trace/?unit={fact.unit_id}&period=2017-H1",
        f"/measures/{fact.measure_id}/",
    ):
        shown = page.get(address).content.decode()
        assert asked in shown and f"/measures/facts/{fact.pk}/correct/" not in shown
    assert Fact.objects.filter(supersedes=fact).count() == 0


def test_who_reads_a_return_sees_each_narrative_once_with_its_figure(towns: list[SimpleNamespace]) -> None:
    town = towns[0]
    to_the_last_signature(town)
    page = Client()
    page.force_login(town.head)
    shown = page.get(f"/filing/returns/{owed_by(town).pk}/").content.decode()
    assert "77.31%" in shown and "〔數字〕" not in shown


def names(town: SimpleNamespace) -> list[str]:
    return list(Kpi.objects.filter(goal__plan=town.plan).values_list("name", flat=True))


def test_a_number_that_stands_there_is_superseded_in_its_own_agency_alone(
    towns: list[SimpleNamespace],
) -> None:
    first, second = towns[:2]
    (field,) = fields_of(first.plan, COUNT)
    for town in (first, second):
        to_the_last_signature(town)
    with on("2017-07-10"):
        kpi = kpi_of(first.plan, COUNT)
        filed = measures.Filing(
            kpi.measure_id or 0, field.removeprefix("in_"), first.agency.pk, HALF, Decimal(3)
        )
        before = measures.record_fact(first.control, filed)
    lock(towns)
    values = {
        town.agency.pk: Fact.objects.get(
            measure_id=kpi_of(town.plan, COUNT).measure_id, recorded_action__in=LOCKED_BY
        )
        for town in (first, second)
    }
    assert values[first.agency.pk].value == values[second.agency.pk].value == 4
    assert values[first.agency.pk].supersedes_id == before.pk
    assert values[second.agency.pk].supersedes_id is None


def test_one_agency_s_return_carries_nothing_into_another_s_measure(towns: list[SimpleNamespace]) -> None:
    first, second = towns[:2]
    for town in (first, second):
        to_the_last_signature(town)
    kpi = kpi_of(first.plan, COUNT)
    Measure.objects.filter(pk=kpi.measure_id).update(owner=second.agency)
    narrow = Narrow(towns[0].rdec)
    found = Round.objects.get(kind=CODE)
    with on("2017-07-14"), pytest.raises(NotFound, match="找不到這個指標"):
        actions.lock_round(narrow, found.pk, reason="其他機關另案補報")
    assert not Outcome.objects.exists() and not Fact.objects.exists()
    assert set(Return.objects.values_list("state", flat=True)) == {"signed", "draft"}
    Measure.objects.filter(pk=kpi.measure_id).update(owner=city())
    with on("2017-07-14"):
        actions.lock_round(narrow, found.pk, reason="其他機關另案補報")
    assert Outcome.objects.count() == 10 and Fact.objects.filter(measure_id=kpi.measure_id).count() == 1


class Narrow:
    """Somebody who may lock, and sees no measure."""

    def __init__(self, user: object) -> None:
        self.pk: int | None = user.pk  # type: ignore[attr-defined]
        self.display_name: str = user.display_name  # type: ignore[attr-defined]

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return code == "filing.lock"

    def units_where(self, code: str) -> frozenset[int] | None:
        return None if code == "filing.lock" else frozenset()
