"""The parts of OC4IDS 0.9 that are used, as a JSON schema after the reference of the standard: fields, types, closed codelists.

Stricter than the standard: a field that is not named here fails, but for `tender.status` and `tender.statusDetails`, which
OCDS has and OC4IDS allows as additions. What the standard says in words only is in `said`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = {"type": "string", "format": "uri"}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "required": list(required), "properties": properties, "additionalProperties": False,
        "minProperties": 1,
    }  # fmt: skip


def many(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


VALUE = thing(("amount", "currency"), amount={"type": "number"}, currency={"enum": ["TWD"]})
PERIOD = thing(startDate=MOMENT, endDate=MOMENT, durationInDays={"type": "integer"})
REFERENCE = thing(("id",), id=TEXT, name=TEXT)
METRIC = thing(
    ("id",),
    id=TEXT,
    title=TEXT,
    observations=many(
        thing(
            ("id",),
            id=TEXT,
            period=PERIOD,
            measure={"type": ["string", "number"], "minLength": 1},
            unit=thing(name=TEXT, scheme=TEXT, id=TEXT),
        )
    ),
)
MILESTONE = thing(
    ("id",),
    id=TEXT,
    title=TEXT,
    type={"enum": ["preProcurement", "approval", "engagement", "assessment", "delivery", "reporting", "financing"]},
    status={"enum": ["scheduled", "met", "notMet", "partiallyMet"]},
    dueDate=MOMENT,
    dateMet=MOMENT,
)  # fmt: skip
MODIFICATION = thing(
    ("id",),
    id=TEXT,
    date=MOMENT,
    description=TEXT,
    type={"enum": ["duration", "value", "scope"]},
    oldContractValue=VALUE,
    newContractValue=VALUE,
    oldContractPeriod=PERIOD,
    newContractPeriod=PERIOD,
)
SUMMARY = thing(
    externalReference=TEXT,
    nature=many({"enum": ["design", "construction", "supervision"]}),
    title=TEXT,
    status={"enum": ["pre-award", "active", "closed"]},
    tender=thing(
        datePublished=MOMENT,
        status={"enum": ["planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"]},
        statusDetails=TEXT,
        numberOfTenderers={"type": "number"},
        procuringEntity=REFERENCE,
    ),
    suppliers=many(REFERENCE),
    contractValue=VALUE,
    contractPeriod=PERIOD,
    finalValue=VALUE,
    modifications=many(MODIFICATION),
)
PROJECT = thing(
    ("id",),
    id=TEXT,
    updated=MOMENT,
    title=TEXT,
    status={"enum": ["identification", "preparation", "implementation", "completion", "completed", "cancelled"]},
    period=PERIOD,
    locations=many(
        thing(
            ("id",),
            id=TEXT,
            description=TEXT,
            geometry=thing(
                ("type", "coordinates"),
                type={"enum": ["Point"]},
                coordinates={"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            ),
        )
    ),
    budget=thing(amount=VALUE),
    parties=many(thing(("id",), id=TEXT, name=TEXT, roles=many(TEXT))),
    publicAuthority=REFERENCE,
    forecasts=many(METRIC),
    metrics=many(METRIC),
    milestones=many(MILESTONE),
    contractingProcesses=many(thing(("id",), id=TEXT, summary=SUMMARY)),
    completion=thing(endDate=MOMENT, finalValue=VALUE),
)  # fmt: skip
PACKAGE = thing(
    ("uri", "publisher", "publishedDate", "projects", "version"),
    uri=ADDRESS,
    publishedDate=MOMENT,
    version={"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
    publisher=thing(("name",), name=TEXT),
    license=ADDRESS,
    projects=many(PROJECT),
)


def said(package: Mapping[str, Any]) -> Iterator[str]:
    """Where a package breaks what the standard asks for in words: identifiers used once, parties told, periods that add up."""
    yield from _twice("projects", package["projects"])
    for project in package["projects"]:
        yield from _inside(project["id"], project)
        roles = {each["id"]: each["roles"] for each in project["parties"]}
        asked = [(project["publicAuthority"], "publicAuthority")]
        for process in project.get("contractingProcesses", []):
            asked += [(each, "supplier") for each in process["summary"].get("suppliers", [])]
            asked.append((process["summary"]["tender"]["procuringEntity"], "procuringEntity"))
        yield from (
            f"{project['id']}: {who['name']} is no {role}"
            for who, role in asked
            if role not in roles.get(who["id"], [])
        )


def _twice(where: str, rows: list[Any]) -> Iterator[str]:
    counted = Counter(each["id"] for each in rows if isinstance(each, dict) and "id" in each)
    yield from (f"{where}: {name} twice" for name, times in counted.items() if times > 1)


def _inside(where: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from _twice(where, value)
        for each in value:
            yield from _inside(where, each)
    elif isinstance(value, dict):
        if "startDate" in value and "endDate" in value:
            took = datetime.fromisoformat(value["endDate"]) - datetime.fromisoformat(value["startDate"])
            days = round(took.total_seconds() / 86_400)
            if days < 1 or value.get("durationInDays", days) != days:
                yield f"{where}: {value}"
        for name, each in value.items():
            yield from _inside(f"{where}/{name}", each)
