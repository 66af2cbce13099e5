"""Early warning: how likely a tender is to be severely behind within two months, told by how similar months went.

The question is how much of what its plan asks of the next two months a tender must get done not to fall severely behind.
The chance is the share of alike months of the past (same type, stage, and pace of late) in which less was done. A small
group of alike months leans on the wider one around it; where even all months are too few, nothing is said. No hidden
weights: the sentence that explains it is the computation. Counted are only tenders that are not severely behind already.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

AHEAD = 2
"""Months that a warning looks ahead."""
PACE = 3
"""Months over which the pace of late is taken; fewer where there are fewer."""
ENOUGH = 30
"""Months of the past that are needed before anything is said."""
LEANING = 10
"""As how many months of its own the wider group counts in a smaller one."""
REMEMBERED = 2_000
"""Of each group the latest so many months count: how work goes changes over the years."""
SHOWN = 12
"""Of the alike months so many, the latest, are told with a chance."""
PACES = (0.3, 0.6, 0.9)
"""Bounds of the bands of paces, as shares of what the plan asked."""


class Situation(NamedTuple):
    """One tender at the end of one month. Lags and progress in percentage points.

    `dues` is what the plan asks until the end of the next month and of the one after it. `pace` is how much of what the
    plan asked of late was done, as a share, and `latest` the same of the last month alone: trouble tends to stay. None
    where nothing was asked or filed.
    """

    type: str
    stage: str
    lag: Decimal
    pace: Decimal | None
    latest: Decimal | None
    dues: tuple[Decimal, ...]

    @property
    def projected(self) -> Decimal | None:
        """The lag two months on at the pace of late, in percentage points: what the slope alone says."""
        return None if self.pace is None else self.lag + (self.pace - 1) * self.dues[-1]

    def needed(self, threshold: Decimal) -> tuple[float | None, ...]:
        """For each month ahead: a share of what is asked that is not enough, for with it the lag is −`threshold`.

        None where nothing done can lead there: too little is asked.
        """
        slack = self.lag + threshold
        return tuple(float(1 - slack / due) if due > slack and due > 0 else None for due in self.dues)


class Past(NamedTuple):
    """A situation of the past and how it went on: the shares done by the end of each month ahead, and whether it fell.

    `of` says whose it was: the tender's key and the month.
    """

    situation: Situation
    shares: tuple[float, ...]
    fell: bool
    of: tuple[int, str] | None = None


class Group(NamedTuple):
    """What the months of a group have in common, from the narrowest to all; empty parts are not asked for."""

    type: str = ""
    stage: str = ""
    pace: int | None = None
    latest: int | None = None

    @property
    def alike_in(self) -> list[str]:
        """The names of the parts that are asked for."""
        return [name for name in self._fields if getattr(self, name) not in ("", None)]


class Level(NamedTuple):
    """One step of a chance: in `less` of `alike` months of the group no more was done than is needed.

    `share` leans on that of the wider group before it: (less + LEANING × its share) ÷ (alike + LEANING); of all months it
    is less ÷ alike.
    """

    group: Group
    less: int
    alike: int
    share: Decimal


class Example(NamedTuple):
    """An alike month of the past, and whether what was done in the months after it would be too `little` here."""

    past: Past
    little: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """`share` from 0 to 1: in `less` of `alike` months no more was done than `needed` (the highest share that is not
    enough; None where nothing can make it fall). `group` says what is alike; `levels` how the share came about, from all
    months to the most alike ones; `examples` are the latest of these.
    """

    levels: tuple[Level, ...]
    needed: Decimal | None
    examples: tuple[Example, ...]

    @property
    def group(self) -> Group:
        return self.levels[-1].group

    @property
    def share(self) -> Decimal:
        return self.levels[-1].share

    @property
    def less(self) -> int:
        return self.levels[-1].less

    @property
    def alike(self) -> int:
        return self.levels[-1].alike


Done = deque[Past]


@dataclass
class Experience:
    """How much of what was asked got done, by groups of alike months. `threshold`: from which lag on is severe."""

    threshold: Decimal
    done: dict[Group, Done] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=REMEMBERED)))

    def learn(self, past: Iterable[Past]) -> None:
        """Count these months in."""
        for each in past:
            for group in groups_of(each.situation):
                self.done[group].append(each)

    def chance(self, situation: Situation) -> Chance | None:
        """The chance of this situation; None where the past is too short to say anything."""
        everything = self.done.get(Group())
        if everything is None or len(everything) < ENOUGH:
            return None
        needed = situation.needed(self.threshold)
        known = [each for each in needed if each is not None]
        levels: list[Level] = []
        done = everything
        for group in reversed(groups_of(situation)):
            members = self.done.get(group)
            if not members:
                continue
            done = members
            less = sum(_is_less(each.shares, needed) for each in done) if known else 0
            share = Decimal(less) / len(done)
            if levels:
                share = (less + LEANING * levels[-1].share) / (len(done) + LEANING)
            levels.append(Level(group, less, len(done), share))
        latest = list(done)[-SHOWN:][::-1]
        return Chance(
            tuple(levels),
            Decimal(str(round(max(known), 4))) if known else None,
            tuple(Example(each, bool(known) and _is_less(each.shares, needed)) for each in latest),
        )


def _is_less(shares: tuple[float, ...], needed: tuple[float | None, ...]) -> bool:
    return any(limit is not None and done <= limit for done, limit in zip(shares, needed, strict=True))


def groups_of(situation: Situation) -> tuple[Group, ...]:
    """The groups that a situation belongs to, the narrowest first, all months last."""
    type_, stage, pace, latest = (
        situation.type,
        situation.stage,
        _band(situation.pace),
        _band(situation.latest),
    )
    if pace is None or latest is None:
        return Group(type_, stage), Group("", stage), Group()
    return (
        Group(type_, stage, pace, latest),
        Group("", stage, pace, latest),
        Group("", "", pace, latest),
        Group("", "", None, latest),
        Group(),
    )


def _band(share: Decimal | None) -> int | None:
    return None if share is None else sum(share > bound for bound in PACES)


def pace_of(
    actuals: Sequence[Decimal | None], planned: Sequence[Decimal], months: int = PACE
) -> Decimal | None:
    """How much of what the plan asked over the last `months` was done (cumulative progress, oldest first, the last is now).

    None with fewer than two months filed in a row, or where nothing was asked.
    """
    known: list[tuple[Decimal, Decimal]] = []
    for actual, plan in zip(reversed(actuals), reversed(planned), strict=True):
        if actual is None or len(known) > months:
            break
        known.append((actual, plan))
    if len(known) < 2 or known[0][1] <= known[-1][1]:
        return None
    return (known[0][0] - known[-1][0]) / (known[0][1] - known[-1][1])


def is_near(situation: Situation, threshold: Decimal, margin: Decimal) -> bool:
    """即將落後 by rule (X-21 leaves it open): at the pace of late behind by the threshold in two months, or now already
    within `margin` of it. Exactly at a bound counts.
    """
    projected = situation.projected
    return situation.lag <= margin - threshold or (projected is not None and projected <= -threshold)


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning of the past, given with what was known then, and what came of it."""

    period: str
    share: Decimal
    by_slope: Decimal | None
    fell: bool
    near: bool = False
    """Whether it stood on the list of 即將落後."""


class Record(NamedTuple):
    """How good warnings were: of the `given` ones `right` fell; of `all` that could have been given, `fell`."""

    given: int
    right: int
    all: int
    fell: int

    @property
    def precision(self) -> Decimal | None:
        return Decimal(self.right) / self.given if self.given else None

    @property
    def recall(self) -> Decimal | None:
        """Of those that fell, the share that was among the given ones."""
        return Decimal(self.right) / self.fell if self.fell else None

    @property
    def base(self) -> Decimal | None:
        return Decimal(self.fell) / self.all if self.all else None


def back_tested(months: Mapping[str, Sequence[Past]], threshold: Decimal) -> list[Warned]:
    """Each month judged with what was known by then: outcomes of months at least `AHEAD` before it (keys in order of time)."""
    known, experience, out = 0, Experience(threshold), []
    periods = sorted(months)
    for place, period in enumerate(periods):
        while known <= place - AHEAD - 1:
            experience.learn(months[periods[known]])
            known += 1
        for situation, _shares, fell, _of in months[period]:
            chance = experience.chance(situation)
            if chance is not None:
                out.append(Warned(period, chance.share, situation.projected, fell))
    return out


def record(warned: Sequence[Warned], given: int, *, by_slope: bool = False) -> Record:
    """Of the `given` likeliest; with `by_slope` of those whose pace of late alone leads lowest, to compare with."""
    if by_slope:
        ordered = sorted(warned, key=lambda each: (each.by_slope is None, each.by_slope or Decimal(0)))
    else:
        ordered = sorted(warned, key=lambda each: -each.share)
    first = ordered[:given]
    return _record(first, warned)


def record_of_near(warned: Sequence[Warned]) -> Record:
    """The same of all that stood on the list of 即將落後, however many they were."""
    return _record([each for each in warned if each.near], warned)


def _record(given: Sequence[Warned], warned: Sequence[Warned]) -> Record:
    return Record(
        len(given), sum(each.fell for each in given), len(warned), sum(each.fell for each in warned)
    )


class Calibrated(NamedTuple):
    """Warnings of a band of chances: the mean that was said, and the share that came true."""

    low: Decimal
    high: Decimal
    given: int
    said: Decimal
    came: Decimal


def calibration(warned: Sequence[Warned], bands: int = 10) -> list[Calibrated]:
    """By equal bands of chances; empty ones are left out."""
    found: dict[int, list[Warned]] = defaultdict(list)
    for each in warned:
        found[min(int(each.share * bands), bands - 1)].append(each)
    return [
        Calibrated(
            Decimal(place) / bands,
            Decimal(place + 1) / bands,
            len(members),
            sum((each.share for each in members), Decimal(0)) / len(members),
            Decimal(sum(each.fell for each in members)) / len(members),
        )
        for place, members in sorted(found.items())
    ]


def calibration_error(warned: Sequence[Warned], bands: int = 10) -> Decimal | None:
    """Expected calibration error: the mean distance of what was said from what came, by how many it was said of."""
    if not warned:
        return None
    return sum(
        (abs(each.said - each.came) * each.given for each in calibration(warned, bands)), Decimal(0)
    ) / len(warned)
