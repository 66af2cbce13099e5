"""What was judged when it was issued stays judged so, whatever becomes of the rules; what differs today stands beside it."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.judging import VerdictCode
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import file, make_measure
from shizheng.kernel.people.factories import person
from shizheng.kernel.publication import actions, queries, registry
from shizheng.kernel.publication.models import IssuedFigure, Publication
from shizheng.kernel.publication.tests.conftest import MOMENT
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook.models import Rule

pytestmark = pytest.mark.django_db


def change(code: str, value: Any, day: date, when: str, reason: str = "市長室會議決議") -> None:
    """Another version of a rule, approved on a day by a second person."""
    with clock.set_to(MOMENT.replace(year=int(when[:4]), month=int(when[5:7]))):
        one, two = (person(role=role, second_factor=True) for role in ("rdec_officer", "rdec_head"))
        row = rulebook.propose_change(
            one, code, value=value, valid_from=day, source="修正規定", reason=reason
        )
        version = Rule.objects.get(code=code).version
        rulebook.approve_change(two, row.pk, version=version, reason="同意")


def issue(office: SimpleNamespace, **figures: Any) -> Publication:
    """Figures issued as they are now."""
    gathered = office.kind.gather(1, "")

    def gather(_subject: int, period: str) -> registry.Gathered:
        return registry.Gathered("判定", office.unit.pk, "tests.judged", gathered.facts, figures, period)

    registry.register(
        registry.PublicationKind(
            "tests.judged",
            "測試",
            gather,
            office.kind.document,
            subject_label="tests.memo",
            formats=("json",),
        )
    )
    with clock.set_to(MOMENT):
        return actions.issue(SYSTEM, "tests.judged", 1)


@pytest.fixture
def narrow(office: SimpleNamespace) -> Publication:
    """74.996 of 75 printed as 75.00: met as printed, not met before rounding."""
    measure = make_measure(office.unit, "narrow")
    file(measure, office.unit, "2017-H1", a=74996, b=100000)
    return issue(office, rate=measures.figure(measure.pk, office.unit.pk, "2017-H1"))


def test_a_published_verdict_stands_when_the_rule_is_changed_and_the_difference_is_told(
    narrow: Publication,
) -> None:
    issued = narrow.figures.get()
    assert (issued.text, issued.verdict, issued.rule) == ("75.00%", "met", "kpi.met@3")
    assert issued.rule_version and issued.at_risk_version and queries.differences(narrow) == []
    change("kpi.met", "exact", date(2017, 1, 1), "2017-09")
    (again,) = queries.recomputed(narrow)
    assert again.same and again.now is not None and again.now.verdict.code is VerdictCode.MET
    (different,) = queries.differences(narrow)
    assert (different.issued, different.now, different.of_verdict) == (
        "75.00%（達標）",
        "75.00%（未達標）",
        True,
    )
    assert different.reason == "市長室會議決議" and different.since == date(2017, 9, 20)
    assert [(cause.kind, cause.label) for cause in different.causes] == [("rule", "kpi.met@4")]
    page = Client().get(f"/public/publications/{narrow.code}/").content.decode()
    assert "判定規則已改" in page and "75.00%（未達標）" in page and "市長室會議決議" in page
    body = Client().get(f"/api/v1/publication/public/{narrow.code}").json()["figures"][0]
    assert (body["verdict"], body["today"]["of_verdict"]) == ("met", True)


def test_a_rule_that_judges_the_same_is_no_difference(narrow: Publication) -> None:
    change("kpi.at_risk", "90", date(2017, 1, 1), "2017-09")
    assert queries.differences(narrow) == [] and all(each.same for each in queries.recomputed(narrow))


def test_what_was_issued_before_rules_were_kept_is_judged_by_those_known_then(narrow: Publication) -> None:
    change("kpi.met", "exact", date(2017, 1, 1), "2017-09")
    old = narrow.figures.get()
    old.rule_version = old.at_risk_version = None
    (again,) = queries.recomputed(narrow, [old])
    assert again.same and again.now is not None and again.now.verdict.code is VerdictCode.MET
    (different,) = queries.differences(narrow, [old])
    assert different.of_verdict and different.now == "75.00%（未達標）"
    forged = narrow.figures.get()
    forged.verdict = "not_met"
    assert [each.same for each in queries.recomputed(narrow, [forged])] == [False]


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("kpi.met"), st.sampled_from(["exact", "rounded"])),
        st.tuples(st.just("kpi.at_risk"), st.integers(min_value=1, max_value=200).map(str)),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    made=CHANGES,
    days=st.lists(st.dates(date(2016, 1, 1), date(2017, 12, 31)), min_size=4, max_size=4),
    values=st.lists(st.integers(min_value=0, max_value=160_000), min_size=1, max_size=4),
)
def test_whatever_becomes_of_the_rules_every_publication_keeps_its_verdicts(
    office: SimpleNamespace, made: list[tuple[str, str]], days: list[date], values: list[int]
) -> None:
    """Figures over and under their targets, printed as met and not; rules changed for any day, in any order."""
    from django.db import transaction

    with transaction.atomic():
        figures = {}
        for number, value in enumerate(values):
            direction = "<=" if number % 2 else ">="
            measure = make_measure(office.unit, f"m{number}", direction=direction, target=Decimal(75))
            file(measure, office.unit, "2017-H1", a=value, b=100_000)
            figures[f"m{number}"] = measures.figure(measure.pk, office.unit.pk, parse_period("2017-H1"))
        issued = issue(office, **figures)
        verdicts = {each.ref: (each.verdict, each.text) for each in issued.figures.all()}
        for number, ((code, value), day) in enumerate(zip(made, days, strict=False)):
            change(code, value, day, f"2017-{9 + number:02d}")
        again = queries.recomputed(issued)
        assert {each.figure.ref: each.now.verdict.code.value for each in again if each.now} == {
            ref: verdict for ref, (verdict, _text) in verdicts.items()
        }
        assert all(each.same for each in again)
        assert {
            each.ref: (each.verdict, each.text) for each in IssuedFigure.objects.filter(publication=issued)
        } == verdicts
        for each in queries.differences(issued):
            assert each.of_verdict and each.causes and all(cause.kind == "rule" for cause in each.causes)
        transaction.set_rollback(True)
