"""What the months of an agency come to: the counts and sums of which its rates are made. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shizheng.domains.projects.rules.curves import ZERO
from shizheng.domains.projects.rules.judging import Counted, Course, Rate, _share


@dataclass(frozen=True, slots=True)
class Tally:
    """Tenders by course, severe ones, those filed; money in NTD of those that filed all of it."""

    ahead: int = 0
    on_plan: int = 0
    behind: int = 0
    suspended: int = 0
    not_filed: int = 0
    severe: int = 0
    money_of: int = 0
    executed: Decimal = ZERO
    allocated: Decimal = ZERO
    budget: Decimal = ZERO
    paid: Decimal = ZERO
    unfiled_suspended: int = 0
    """Suspended ones about which nothing was filed: among `suspended` by course, not among the filed."""

    @property
    def all(self) -> int:
        """繼續列管: the denominator, filed or not."""
        return self.ahead + self.on_plan + self.behind + self.suspended + self.not_filed

    @property
    def filed(self) -> Rate:
        """填報率."""
        return Rate(self.all - self.not_filed - self.unfiled_suspended, self.all)

    def matching(self, counted: Counted) -> Rate:
        """進度相符率: what the rule counts ÷ 繼續列管."""
        ahead = self.ahead if counted is Counted.AHEAD_OR_ON_PLAN else 0
        return Rate(self.on_plan + ahead, self.all)

    @property
    def execution(self) -> Decimal | None:
        """預算執行率 in percent, a ratio of sums: executed ÷ allocated to date; None without an allocation."""
        return _share(self.executed, self.allocated)

    @property
    def achievement(self) -> Decimal | None:
        """達成率 in percent: executed ÷ the year's budget."""
        return _share(self.executed, self.budget)

    @property
    def realisation(self) -> Decimal | None:
        """實現率 in percent: paid ÷ the year's budget."""
        return _share(self.paid, self.budget)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def of(self, course: Course) -> int:
        """How many go that way."""
        return int(getattr(self, course.value))


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together: counts and sums, so that every rate stays a ratio of sums."""
    found = Tally()
    for each in tallies:
        found = found + each
    return found
