"""Failed tenders of the demonstration city: a series, its cases, a meeting of the group, two months, a quarter published."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.common.roc import parse_date
from shizheng.config.demonstration.days import at
from shizheng.config.demonstration.group_meeting import GroupMeeting
from shizheng.config.demonstration.rounds import PEOPLE
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.publications import FAILED
from shizheng.domains.procurement.queries.month_forms import lines_of
from shizheng.domains.procurement.queries.months import KIND
from shizheng.journeys import failed_tenders
from shizheng.kernel.filing import actions as filing_actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication import actions as publication

WRITERS = {"RDEC": "control3", "PWB": "control", "EPB": "control2"}
MONTHS = ("2025-05", "2025-06")
MEASURES = {
    "price": "重新訪價並檢討預算，調整後再公告。",
    "market": "放寬履約期程，與同類案件合併公告以擴大規模。",
    "qualification": "放寬實績年限，允許共同投標。",
}


@dataclass
class Supervision:
    """What people of the city do with failed tenders; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Day by day: a series in January, cases as they fail, two months filed and locked, the half year's end published."""
        with clock.set_to(at(114, 1, 6, 9)):
            self.series = actions.open_series(
                self.users["rdec"], roc_year=114, note="流標或廢標兩次以上仍未決標的採購案。"
            )
        text = files("shizheng.config.demonstration").joinpath("procurement.toml").read_text("utf-8")
        todo: list[tuple[datetime, int, Any]] = []
        made: dict[str, Any] = {}
        self.rounds: dict[str, int] = {}
        for each in tomllib.loads(text)["cases"]:
            todo += [(moment, len(todo) + n, act) for n, (moment, act) in enumerate(self._life(each, made))]
        todo += [(self._at(date(2025, 7, 1), 6), len(todo), self._register)]
        group = GroupMeeting(self.users, self.units)
        todo += [(moment, 500 + number, act) for number, (moment, act) in enumerate(group.acts())]
        for number, period in enumerate(MONTHS):
            after = parse_period(period).end
            todo += [
                (self._at(after, 7), 1000 + number, lambda period=period: self._open(period)),
                (self._at(after.replace(day=3), 10), 1010 + number, lambda period=period: self._file(period)),
                (self._at(after.replace(day=11), 9), 1020 + number, lambda period=period: self._lock(period)),
            ]
        for moment, _order, act in sorted(todo, key=lambda one: one[:2]):
            with clock.set_to(moment):
                act()
        with clock.set_to(at(114, 7, 21)):
            publication.issue(
                self.users["rdechead"],
                FAILED,
                self.units["city"],
                period="2025-Q2",
                reason="依季工作報告公布",
            )

    @staticmethod
    def _at(day: date, hour: int) -> datetime:
        return at(day.year - 1911, day.month, day.day, hour)

    def _life(self, given: Mapping[str, Any], made: dict[str, Any]) -> Iterator[tuple[datetime, Any]]:
        listed = parse_date(given["listed"])
        yield self._at(listed, 9), lambda: made.update({given["no"]: self._list(given)})
        for day, kind, *more in given["told"]:
            on = parse_date(day)
            yield (
                self._at(max(on, listed), 14),
                lambda on=on, kind=kind, more=more: self._tell(given, made, on, kind, more),
            )

    def _list(self, given: Mapping[str, Any]) -> Any:
        values = {
            "series_id": self.series.pk, "tender_no": given["no"], "name": given["name"],
            "agency_id": self.units[given["agency"]], "category": given["category"], "amount": Decimal(given["amount"]),
            "listed_on": parse_date(given["listed"]),
        }  # fmt: skip
        return actions.list_case(self.users["rdec"], values)

    def _tell(
        self, given: Mapping[str, Any], made: dict[str, Any], on: date, kind: str, more: list[Any]
    ) -> None:
        values: dict[str, Any] = {"kind": kind, "on": on}
        who = WRITERS[given["agency"]]
        if kind == "dropped":
            values["text"], who = more[0], "rdec"
        elif kind == "awarded":
            values |= {"bidders": more[0], "amount": Decimal(more[1])}
        else:
            values |= {"bidders": more[0], "causes": more[1], "text": more[2]}
        actions.record_event(self.users[who], made[given["no"]].pk, version=None, values=values)

    def _register(self) -> None:
        """Tenders of the register that failed as often as the rule says."""
        offered = failed_tenders.proposals(self.users["rdec"])
        failed_tenders.take_over(self.users["rdec"], [each.project.pk for each in offered.rows])

    def _open(self, period: str) -> None:
        self.rounds[period] = filing_actions.open_round(self.users["rdec"], KIND, period).pk

    def _file(self, period: str) -> None:
        codes = {pk: code for code, pk in self.units.items()}
        for each in filing.returns_of(self.users["rdec"], self.rounds[period]):
            people = PEOPLE[codes[each.unit_id]]
            typed = [
                TypedEntry(line.key, name, text, None)
                for line in lines_of(each)
                for name, text in _typed(line, parse_period(period).end).items()
            ]
            filing_actions.save_entries(self.users[people[0]], each.pk, typed)
            filing_actions.submit_return(self.users[people[0]], each.pk, version=None)
            filing_actions.sign_return(self.users[people[1]], each.pk, version=None)

    def _lock(self, period: str) -> None:
        filing_actions.lock_round(self.users["rdec"], self.rounds[period], reason="")


def _typed(line: Any, after: date) -> dict[str, str]:
    supplied = line.prefill.get("cause")
    cause = supplied.value if supplied else "market"
    return {
        "text": "招標文件檢討中，簽報後再行公告。",
        "cause": cause,
        "measure": MEASURES.get(cause, "檢討招標條件後重新公告。"),
        "next_on": f"{after.year - 1911}-{after.month:02d}-25",
    }
