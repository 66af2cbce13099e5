"""Tenders of the demonstration city: two years of life, with every state, failed openings, change orders, a suspension."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.common.roc import parse_date
from shizheng.config.demonstration.days import at
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.rules import planning

FILERS = {"RDEC": "control3", "PWB": "control", "EPB": "control2"}


@dataclass
class Projects:
    """What people of the city do with tenders; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Entered as the agency's control officer does, planned within the month, and told about as things happened."""
        text = files("shizheng.config.demonstration").joinpath("projects.toml").read_text("utf-8")
        todo: list[tuple[datetime, int, Any]] = []
        made: dict[int, Any] = {}
        self.types = {each.code: each for each in queries.types()}
        self.programmes = {each.code: each.pk for each in queries.programmes()}
        for number, each in enumerate(tomllib.loads(text)["tenders"]):
            for moment, act in self._life(number, each, made):
                todo.append((moment, len(todo), act))
        for moment, _order, act in sorted(todo, key=lambda one: one[:2]):
            with clock.set_to(moment):
                act()

    def _life(
        self, number: int, given: Mapping[str, Any], made: dict[int, Any]
    ) -> Iterator[tuple[datetime, Any]]:
        """Moments and what is done at each, for one tender."""
        who = self.users[FILERS[given["agency"]]]
        start = parse_date(given["plan"])
        first = min([start, *(parse_date(day) for day, *_rest in given["told"])])
        yield self._at(first, 9), lambda: made.update({number: self._enter(who, given)})
        yield self._at(first, 10), lambda: self._plan(who, made[number], start)
        for day, kind, *more in given["told"]:
            values = {"kind": kind, "on": parse_date(day), **(more[0] if more else {})}
            yield self._at(parse_date(day), 14), lambda values=values: self._tell(who, made[number], values)
        if "replan" in given:
            day, kind, days, reason = given["replan"]
            changed = next(
                (more[0]["amount"] for _day, what, *more in given["told"] if what == "changed"), None
            )
            yield (
                self._at(parse_date(day), 16),
                lambda: self._replan(who, made[number], parse_date(day), kind, days, reason, changed),
            )

    @staticmethod
    def _at(day: date, hour: int) -> datetime:
        return at(day.year - 1911, day.month, day.day, hour)

    def _enter(self, who: Any, given: Mapping[str, Any]) -> Any:
        pin = given.get("pin")
        return actions.create_project(
            who,
            {
                "name": given["name"],
                "type_id": self.types[given["type"]].pk,
                "agency_id": self.units[given["agency"]],
                "unit_id": self.units.get(given.get("unit", "")),
                "officer_id": self.users[given["officer"]].pk,
                "level": given["level"],
                "roc_year": given["year"],
                "budget": Decimal(given["budget"]),
                "place": given.get("place", ""),
                "longitude": Decimal(pin[0]) if pin else None,
                "latitude": Decimal(pin[1]) if pin else None,
                "programmes": {
                    self.programmes[code]: Decimal(quantity) if quantity else None
                    for code, quantity in given.get("programmes", {}).items()
                },
            },
        )

    def _plan(self, who: Any, project: Any, start: date) -> None:
        actions.set_plan(who, project.pk, number=0, given=actions.proposed(project, start))

    def _tell(self, who: Any, project: Any, values: dict[str, Any]) -> None:
        if "amount" in values:
            values = {**values, "amount": Decimal(values["amount"])}
        if values["kind"] == "withdrawn":
            actions.withdraw_project(
                self.users["rdec"], project.pk, version=None, ground=values["ground"], on=values["on"],
                reason=values["text"],
            )  # fmt: skip
            return
        actions.record_happening(who, project.pk, version=None, values=values)

    @staticmethod
    def _replan(
        who: Any, project: Any, day: date, kind: str, days: int, reason: str, amount: int | None
    ) -> None:
        """What is still to come is put off by so many days, from the next month on."""
        newest = project.plans.latest("number")
        project.refresh_from_db()
        late = timedelta(days=days)
        points = [
            {
                "code": each.code, "name": each.name, "stage": each.stage, "weight": each.weight,
                "planned_on": each.planned_on + late if each.planned_on > day else each.planned_on,
            }
            for each in newest.checkpoints.all()
        ]  # fmt: skip
        first, last = newest.works_from, newest.works_to
        if first and last:
            first, last = first + (late if first > day else timedelta()), last + late
        given = actions.PlanGiven(
            checkpoints=points,
            kind=kind,
            from_period=f"{day.replace(day=28) + timedelta(days=4):%Y-%m}",
            works_from=first,
            works_to=last,
            works=planning.spread(first, last) if first and last else {},
            contract_amount=Decimal(amount) if amount else project.award_amount,
            reason=reason,
        )
        actions.set_plan(who, project.pk, number=newest.number, given=given)
