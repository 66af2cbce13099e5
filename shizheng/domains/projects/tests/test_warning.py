"""Early warning: chances from alike months, nothing where the past is short, and better than the slope on simulated months."""

from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shizheng.domains.projects.rules import warning
from shizheng.domains.projects.rules.warning import Experience, Past, Situation

D = Decimal
LIMIT = D(10)
lags = some.decimals(-9, 40, places=2)
situations = some.builds(
    Situation, some.sampled_from(["works", "design"]), some.sampled_from(["tender", "works"]), lags,
    some.one_of(some.none(), some.decimals(0, 3, places=2)), some.one_of(some.none(), some.decimals(0, 3, places=2)),
    some.tuples(some.decimals(0, 20, places=2), some.decimals(20, 40, places=2)),
)  # fmt: skip
shares = some.tuples(some.floats(0, 2), some.floats(0, 2))


def simulated(seed: int, tenders: int = 220, months: int = 36) -> dict[str, list[Past]]:
    """Simulated tenders: a plan of even steps, a pace that wanders, trouble that stays for some months and is likelier in
    the works; only situations that are not severely behind already."""
    random = Random(seed)
    found: dict[str, list[Past]] = defaultdict(list)
    for _ in range(tenders):
        type_ = random.choice(["works", "design"])
        length = random.randint(14, 30)
        begin = random.randint(0, months - 8)
        step = D(100) / length
        actual, trouble, course = D(0), 0, []
        for month in range(length + 6):
            stage = "tender" if month < length // 4 else "works"
            if trouble == 0 and random.random() < (0.09 if (type_, stage) == ("works", "works") else 0.02):
                trouble = random.randint(2, 5)
            pace = step * D(str(round(random.gauss(0.35 if trouble else 1.06, 0.35), 3)))
            trouble = max(trouble - 1, 0)
            actual = min(actual + max(pace, D(0)), D(100))
            course.append((stage, actual, min(step * (month + 1), D(100))))
        for month in range(2, len(course) - 2):
            if begin + month >= months:
                break
            stage, done, planned = course[month]
            if done - planned <= -10 or done >= 100:
                continue
            dues = tuple(course[month + ahead][2] - planned for ahead in (1, 2))
            if dues[0] <= 0:
                continue
            lately = course[max(0, month - 3) : month + 1]
            paces = [
                warning.pace_of([one[1] for one in lately], [one[2] for one in lately], length)
                for length in (warning.PACE, 1)
            ]
            fell = any(one[1] - one[2] <= -LIMIT for one in course[month + 1 : month + 3])
            went = tuple(float((course[month + ahead][1] - done) / due) for ahead, due in enumerate(dues, 1))
            situation = Situation(type_, stage, done - planned, paces[0], paces[1], dues)
            found[f"{begin + month:03d}"].append(Past(situation, went, fell))
    return found


def test_on_simulated_months_it_finds_more_than_the_slope_does_and_what_it_says_comes_true() -> None:
    cities = [warning.back_tested(simulated(seed), LIMIT) for seed in range(1, 7)]
    ours, slope = (
        [warning.record(warned, len(warned) // 20, by_slope=by_slope) for warned in cities]
        for by_slope in (False, True)
    )
    right, right_by_slope = sum(each.right for each in ours), sum(each.right for each in slope)
    assert right > 1.05 * right_by_slope, (right, right_by_slope)
    for warned, found in zip(cities, ours, strict=True):
        assert found.precision is not None and found.base is not None and found.precision > 5 * found.base
        error = warning.calibration_error(warned)
        assert error is not None and error < D("0.03")


SLOW, QUICK = (0.2, 0.3), (1.0, 1.1)


def test_nothing_is_said_where_the_past_is_short() -> None:
    known, situation = (
        Experience(LIMIT),
        Situation("works", "works", D(-5), D("0.4"), D("0.4"), (D(5), D(10))),
    )
    known.learn([Past(situation, SLOW, True)] * (warning.ENOUGH - 1))
    assert known.chance(situation) is None
    known.learn([Past(situation, QUICK, False)])
    found = known.chance(situation)
    assert found is not None and (found.less, found.alike) == (warning.ENOUGH - 1, warning.ENOUGH)


def test_the_chance_is_how_often_less_was_done_than_is_needed() -> None:
    # 5 behind, 10 asked in two months: with half of it done or less it is 10 behind
    known, situation = Experience(LIMIT), Situation("works", "works", D(-5), None, None, (D(5), D(10)))
    assert situation.needed(LIMIT) == (None, 0.5)
    known.learn([Past(situation, (9.0, 0.5), True)] * 30 + [Past(situation, (9.0, 0.51), False)] * 70)
    found = known.chance(situation)
    assert found is not None and (found.less, found.alike, found.needed) == (30, 100, D("0.5"))
    assert found.share == D("0.3")
    safe = known.chance(situation._replace(lag=D(1)))
    assert safe is not None and safe.share == 0 and safe.needed is None


def test_a_small_group_leans_on_the_wider_one() -> None:
    known = Experience(LIMIT)
    bad = Situation("works", "works", D(-5), D("0.2"), D("0.2"), (D(5), D(10)))
    good = bad._replace(pace=D(1), latest=D(1))
    known.learn([Past(good, QUICK, False)] * 98 + [Past(bad, SLOW, True)] * 2)
    found = known.chance(bad)
    assert found is not None and found.alike == 2 and D("0.02") < found.share < 1
    known.learn([Past(bad, SLOW, True)] * 200)
    more = known.chance(bad)
    assert more is not None and more.share > found.share


def test_a_chance_tells_its_sum_step_by_step_and_the_latest_alike_months() -> None:
    known = Experience(LIMIT)
    here = Situation("works", "works", D(-5), D("0.2"), D("0.2"), (D(5), D(10)))
    other = here._replace(type="design", pace=D(1), latest=D(1))
    known.learn(Past(other, QUICK, False, (place, "2024-01")) for place in range(60))
    known.learn(Past(here, SLOW if place % 2 else QUICK, True, (place, "2024-02")) for place in range(20))
    found = known.chance(here)
    assert found is not None
    share = None
    for less, alike, said in ((each.less, each.alike, each.share) for each in found.levels):
        share = (
            D(less) / alike if share is None else (less + warning.LEANING * share) / (alike + warning.LEANING)
        )
        assert said == share
    assert (found.levels[0].alike, found.alike, found.less, found.share) == (80, 20, 10, share)
    assert len(found.examples) == warning.SHOWN
    assert [each.past.of for each in found.examples[:2]] == [(19, "2024-02"), (18, "2024-02")]
    assert [each.little for each in found.examples[:2]] == [True, False]


def test_a_record_tells_how_many_were_right_and_how_many_were_found() -> None:
    def warned(share: str, fell: bool, near: bool) -> warning.Warned:
        return warning.Warned("2024-01", D(share), None, fell, near)

    all_ = [
        warned("0.9", True, False),
        warned("0.8", False, True),
        warned("0.1", True, True),
        warned("0", False, False),
    ]
    ours, near = warning.record(all_, 1), warning.record_of_near(all_)
    assert (ours.precision, ours.recall, ours.base) == (1, D("0.5"), D("0.5"))
    assert (near.given, near.right, near.precision, near.recall) == (2, 1, D("0.5"), D("0.5"))


def test_a_month_is_judged_only_by_what_had_come_out_by_then() -> None:
    situation = Situation("works", "works", D(-5), D(1), D(1), (D(3), D(6)))
    months = {f"{number:02d}": [Past(situation, SLOW, True)] * warning.ENOUGH for number in range(4)}
    assert {each.period for each in warning.back_tested(months, LIMIT)} == {"03"}


@given(
    some.lists(some.builds(Past, situations, shares, some.booleans()), min_size=1, max_size=10), situations
)
def test_a_chance_is_a_share_and_who_is_further_behind_has_no_smaller_one(
    past: list[Past], situation: Situation
) -> None:
    known = Experience(LIMIT)
    known.learn(past * warning.ENOUGH)
    before, behind = known.chance(situation), known.chance(situation._replace(lag=situation.lag - D("0.5")))
    assert before is not None and behind is not None
    assert 0 <= before.share <= behind.share <= 1 and before.less <= before.alike


@pytest.mark.parametrize(
    ("lag", "pace", "due", "near"),
    [
        ("-8", None, "0", True), ("-7.99", None, "0", False), ("-4", "0.25", "8", True), ("-4", "0.26", "8", False),
        ("0", "0", "10", True),
    ],
)  # fmt: skip
def test_near_is_a_rule_with_its_bounds(lag: str, pace: str | None, due: str, near: bool) -> None:
    situation = Situation(
        "works", "works", D(lag), None if pace is None else D(pace), None, (D(due) / 2, D(due))
    )
    assert warning.is_near(situation, D(10), D(2)) is near


def test_the_pace_is_of_months_in_a_row_against_what_was_asked() -> None:
    assert warning.pace_of([D(10), D(20), D(40)], [D(10), D(30), D(50)]) == D("0.75")
    asked = [D(0), D(10), D(20), D(30), D(40), D(50)]
    assert warning.pace_of([D(1), D(2), D(10), D(20), D(30), D(40)], asked) == 1  # of the last three months
    assert warning.pace_of([D(10), None, D(40)], asked[:3]) is None and warning.pace_of([], []) is None
    assert warning.pace_of([D(10), D(20)], [D(50), D(50)]) is None
