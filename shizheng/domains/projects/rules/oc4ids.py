"""Published facts of a tender as a project of OC4IDS 0.9: what is planned, what was reached, its contracting processes.

`forecasts` hold the planned curves (each month by the version that judges it), `metrics` what was filed and locked,
`milestones` the checkpoints. Each opening is a contracting process of its own; one that ended without an award has
`tender.status` "unsuccessful" (OCDS's codelist; with `statusDetails` an addition to OC4IDS). Later versions of the plan are
`modifications` of the contract that ran then. Days are written with the time zone of Taipei; a period ends with the last
second of its last day, so that `durationInDays` counts every day between.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from shizheng.common.numbers import plain, round_half_up
from shizheng.domains.projects.rules import curves
from shizheng.domains.projects.rules.life import KIND_LABELS, Kind, State
from shizheng.domains.projects.rules.openings import NO_AWARD, Opening, told_openings
from shizheng.domains.projects.rules.planning import last_day, months_between

VERSION = "0.9"
STATUS = {
    State.PREPARING: "preparation",
    State.TENDERING: "implementation",
    State.PERFORMING: "implementation",
    State.SUSPENDED: "implementation",
    State.COMPLETED: "completion",
    State.ACCEPTED: "completion",
    State.CLOSED: "completed",
    State.WITHDRAWN: "cancelled",
}
"""projectStatus: tendering is part of the implementation phase, handing over of the completion phase."""
NATURE = {"works": ["construction"], "design": ["design"]}
PERCENT = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
MILESTONE = {"works": "delivery", "completion": "delivery"}
WORKS = "works"


def package(
    projects: Sequence[Mapping[str, Any]], *, uri: str, published: str, publisher: str, licence: str
) -> dict[str, Any]:
    """A project package; `published` is a date-time, `licence` an address."""
    return {
        "uri": uri,
        "publishedDate": published,
        "version": VERSION,
        "publisher": {"name": publisher},
        "license": licence,
        "projects": list(projects),
    }


def project_of(tender: Mapping[str, Any], until: date) -> dict[str, Any]:
    """The project that the published facts of one tender make, as known at the end of the month that ends with `until`."""
    plans, openings = tender["plans"], told_openings(tender["happenings"])
    suppliers = _suppliers(openings)
    made: dict[str, Any] = {
        "id": tender["number"],
        "updated": tender["updated"],
        "title": tender["name"],
        "status": STATUS[State(tender["state"])],
        "period": _period(_first(plans), _last(plans)),
        "locations": _locations(tender),
        "budget": {"amount": _value(tender["budget"])},
        "parties": [
            {
                "id": tender["agency_code"],
                "name": tender["agency"],
                "roles": ["publicAuthority", "procuringEntity"],
            },
            *(
                {"id": key, "name": name, "roles": ["supplier", "tenderer"]}
                for name, key in suppliers.items()
            ),
        ],
        "publicAuthority": {"id": tender["agency_code"], "name": tender["agency"]},
        "forecasts": _metrics(_planned(plans)),
        "metrics": _metrics(
            (period, actual, works) for period, _planned_, actual, _works, works in tender["months"]
        ),
        "milestones": _milestones(tender, until),
        "contractingProcesses": [_process(tender, each, suppliers, until) for each in openings],
        "completion": _completion(openings),
    }
    return {name: value for name, value in made.items() if value not in (None, [], {})}


def _moment(day: date | str | None) -> str | None:
    return None if not day else f"{day}T00:00:00+08:00"


def _end(day: str | None) -> str | None:
    """The end of the day with which a period ends."""
    return None if not day else f"{day}T23:59:59+08:00"


def _value(amount: int | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": "TWD"}


def _kept(**fields: Any) -> dict[str, Any]:
    """Without what is not known: the standard wants no empty values."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _period(first: str | None, last: str | None) -> dict[str, Any]:
    made = _kept(startDate=_moment(first), endDate=_end(last))
    if first and last:
        made["durationInDays"] = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return made


def _first(plans: Sequence[Mapping[str, Any]]) -> str | None:
    return min((day for each in plans for day in each["days"]), default=None)


def _last(plans: Sequence[Mapping[str, Any]]) -> str | None:
    return max((day for each in plans[-1:] for day in each["days"]), default=None)


def _locations(tender: Mapping[str, Any]) -> list[dict[str, Any]]:
    geometry = None
    if tender["longitude"] is not None:
        geometry = {"type": "Point", "coordinates": [float(tender["longitude"]), float(tender["latitude"])]}
    if not tender["place"] and geometry is None:
        return []
    return [_kept(id="1", description=tender["place"], geometry=geometry)]


def _suppliers(openings: Iterable[Opening]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in openings:
        if each.contractor:
            found.setdefault(each.contractor, f"supplier-{len(found) + 1}")
    return found


def _planned(plans: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, str | None, str | None]]:
    """Month, planned progress, planned progress of the works: of each month by the version that judges it."""
    days = [date.fromisoformat(day) for each in plans for day in each["days"]]
    if not days:
        return
    read = [(each["from_period"], *_curve(each)) for each in plans]
    for period in months_between(min(days), max(days)):
        judging = [each for each in read if each[0] <= period] or read[:1]
        _from, points, months, first, last = judging[-1]
        works = curves.works_on(months, first, last, last_day(period))
        yield period, _two(curves.planned_on(points, last_day(period), works)), _two(works)


def _curve(plan: Mapping[str, Any]) -> tuple[Any, ...]:
    points = [
        curves.Checkpoint(
            each["code"], Decimal(each["weight"]), date.fromisoformat(each["planned_on"]), each["stage"] == WORKS
        )
        for each in plan["checkpoints"]
    ]  # fmt: skip
    months = {period: Decimal(percent) for period, percent in plan["works"].items()}
    days = [
        None if plan[name] is None else date.fromisoformat(plan[name]) for name in ("works_from", "works_to")
    ]
    return points, months, *days


def _two(value: Decimal | None) -> str | None:
    return None if value is None else plain(round_half_up(value, 2))


def _metrics(rows: Iterable[tuple[str, str | None, str | None]]) -> list[dict[str, Any]]:
    kept = list(rows)
    return [
        {"id": name, "title": title, "observations": observed}
        for place, name, title in ((1, "tenderProgress", "標案進度"), (2, "physicalProgress", "施工進度"))
        if (observed := [_observed(row[0], row[place]) for row in kept if row[place] is not None])
    ]


def _observed(period: str, percent: Any) -> dict[str, Any]:
    return {
        "id": period,
        "period": {"startDate": _moment(f"{period}-01"), "endDate": _end(last_day(period).isoformat())},
        "measure": percent,
        "unit": PERCENT,
    }


def _milestones(tender: Mapping[str, Any], until: date) -> list[dict[str, Any]]:
    if not tender["plans"]:
        return []
    reached, points = tender["reached"], tender["plans"][-1]["checkpoints"]
    furthest = max((place for place, each in enumerate(points) if each["code"] in reached), default=-1)
    return [
        _kept(
            id=each["code"],
            title=each["name"],
            type=MILESTONE.get(each["stage"]),
            status=(
                "met"
                if place <= furthest  # those before it are behind it, also where nobody told their day
                else "notMet"
                if date.fromisoformat(each["planned_on"]) <= until
                else "scheduled"
            ),
            dueDate=_moment(each["planned_on"]),
            dateMet=_moment(reached.get(each["code"])),
        )
        for place, each in enumerate(points)
    ]


def _process(
    tender: Mapping[str, Any], opening: Opening, suppliers: Mapping[str, str], until: date
) -> dict[str, Any]:
    versions = _of_contract(tender["plans"], opening)
    first = versions[0] if versions else None
    return {
        "id": f"{tender['number']}-{opening.number}",
        "summary": _kept(
            externalReference=opening.tender_no,
            nature=NATURE.get(tender["type"]),
            title=tender["name"],
            status=_status(opening),
            tender=_kept(
                datePublished=_moment(opening.announced_on),
                status=_tender_status(opening),
                statusDetails=KIND_LABELS[opening.outcome] if opening.outcome in NO_AWARD else None,
                numberOfTenderers=opening.bidders,
                procuringEntity={"id": tender["agency_code"], "name": tender["agency"]},
            ),
            suppliers=[{"id": suppliers[opening.contractor], "name": opening.contractor}]
            if opening.contractor
            else [],
            contractValue=_value(opening.amount),
            contractPeriod=_period(first["works_from"], first["works_to"]) if first else None,
            finalValue=_value(opening.final_amount),
            modifications=_modifications(opening, versions),
        ),
    }


def _status(opening: Opening) -> str:
    if opening.outcome in NO_AWARD or opening.ended is not None:
        return "closed"
    return "pre-award" if opening.outcome is None else "active"


def _tender_status(opening: Opening) -> str:
    if opening.outcome in NO_AWARD:
        return "unsuccessful"
    if opening.outcome is Kind.AWARDED:
        return "complete"
    return "cancelled" if opening.ended is Kind.WITHDRAWN else "active"


def _of_contract(plans: Sequence[Mapping[str, Any]], opening: Opening) -> list[Mapping[str, Any]]:
    """The versions by which a contract ran: the one in force in the month of the award, and those that came after it."""
    if opening.outcome is not Kind.AWARDED or opening.decided_on is None:
        return []
    month = f"{opening.decided_on:%Y-%m}"
    end = f"{opening.ended_on:%Y-%m}" if opening.ended is Kind.TERMINATED else "9999-12"
    before = [each for each in plans if each["from_period"] <= month] or list(plans[:1])
    return [*before[-1:], *(each for each in plans if each not in before and each["from_period"] <= end)]


def _modifications(opening: Opening, versions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    amount = opening.amount
    for before, after in pairwise(versions):
        about = {"date": _moment(after["set_on"]), "description": after["kind_text"]}
        days = (before["works_from"], before["works_to"]), (after["works_from"], after["works_to"])
        if after["contract_amount"] is not None and after["contract_amount"] != amount:
            found.append(
                _kept(
                    id=f"plan-{after['number']}-value", **about, type="value", oldContractValue=_value(amount),
                    newContractValue=_value(after["contract_amount"]),
                )
            )  # fmt: skip
            amount = after["contract_amount"]
        if days[0] != days[1]:
            found.append(
                _kept(
                    id=f"plan-{after['number']}-duration", **about, type="duration",
                    oldContractPeriod=_period(*days[0]), newContractPeriod=_period(*days[1]),
                )
            )  # fmt: skip
    return found


def _completion(openings: Sequence[Opening]) -> dict[str, Any]:
    last = openings[-1] if openings else None
    if last is None or last.completed_on is None:
        return {}
    return _kept(endDate=_moment(last.completed_on), finalValue=_value(last.final_amount))
