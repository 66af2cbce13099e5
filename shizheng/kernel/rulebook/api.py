"""The API of the rulebook: what rules say on a day as of a day, their versions, proposals and decisions."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Schema
from pydantic import AfterValidator

from shizheng.common import clock
from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import N_, tell
from shizheng.kernel.rulebook import actions, effects, queries
from shizheng.kernel.rulebook.models import RuleVersion, Topic
from shizheng.kernel.rulebook.words import words_of

router = Router()
BIGGEST = 2**31 - 1


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


def _day(text: str) -> str:
    try:
        parse_date(text)
    except DateNotUnderstood as failure:
        raise ValueError(str(failure)) from failure
    return text


Day = Annotated[
    str, Field(min_length=5, max_length=40, examples=["115-10-05", "2026-10-05"]), AfterValidator(_day)
]
Long = Annotated[str, Field(max_length=500), AfterValidator(_storable)]


class OnDay(Schema):
    """`on`: the day that the rule is asked for. `as_of`: by what was known at the end of that day."""

    on: Day | None = None
    as_of: Day | None = None


class RuleListing(OnDay):
    topic: str | None = None


class Days(Schema):
    a: Day
    b: Day
    as_of: Day | None = None


class ProposalIn(Given):
    """A value in the form of the rule's kind, from a day on."""

    value: Any
    valid_from: Day
    valid_to: Day | None = None
    source: Long
    reading: Long = ""
    unconfirmed: bool = False
    reason: Long


class DecisionIn(Given):
    """`version`: the rule's `version` as it was when the effects were looked at."""

    version: Annotated[int, Field(ge=0, le=BIGGEST)]
    reason: Long


class ProposalReasonIn(Given):
    reason: Long


def _read(text: str | None) -> date | None:
    return parse_date(text) if text else None


def value_json(found: queries.RuleValue) -> dict[str, Any]:
    """What a version says."""
    return {
        "code": found.code, "name": found.name, "kind": found.kind.value, "version_id": found.version_id,
        "number": found.number, "value": found.raw, "text": words_of(found), "unit": found.unit,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to.isoformat() if found.valid_to else None,
        "source": found.source, "reading": found.reading, "unconfirmed": found.unconfirmed,
    }  # fmt: skip


def row_json(row: RuleVersion) -> dict[str, Any]:
    """A version of any state with who proposed and who decided."""
    return value_json(queries.proposed_value(row.rule, row)) | {
        "state": row.state, "rule_version": row.rule.version, "reason": row.reason,
        "proposed_by": row.proposed_by.display_name if row.proposed_by else None,
        "proposed_at": row.proposed_at.isoformat(),
        "decided_by": row.decided_by.display_name if row.decided_by else None,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None, "decided_reason": row.decided_reason,
    }  # fmt: skip


def effects_json(row: RuleVersion) -> list[dict[str, str]]:
    """What a version would alter, as far as the apps can tell."""
    found = effects.of(
        queries.proposed_value(row.rule, row), queries.value_or_none(row.rule.code, row.valid_from)
    )
    return [
        {"text": str(e.text), "url": e.url, "before": str(e.before), "after": str(e.after)} for e in found
    ]


@router.get("/rules", permission="rulebook.view", summary=N_("某一天適用的規則"))
def rules(request: HttpRequest, wanted: Query[RuleListing]) -> list[dict[str, Any]]:
    day = _read(wanted.on) or _read(wanted.as_of) or clock.today()
    as_of = queries.as_of_day(_read(wanted.as_of))
    codes = queries.rules(actor_of(request)).order_by("code")
    if wanted.topic in Topic.values:
        codes = codes.filter(topic=wanted.topic)
    values = (queries.value_or_none(code, day, as_of) for code in codes.values_list("code", flat=True))
    return [value_json(value) for value in values if value]


@router.get("/rules/{code}", permission="rulebook.view", summary=N_("一條規則在某一天的值"))
def rule(request: HttpRequest, code: str, wanted: Query[OnDay]) -> dict[str, Any]:
    found = queries.rule(code)
    day = _read(wanted.on) or _read(wanted.as_of) or clock.today()
    value = queries.value_of(found.code, day, queries.as_of_day(_read(wanted.as_of)))
    return value_json(value) | {
        "meaning": found.meaning, "topic": found.topic, "version": found.version, "options": found.shape.get("options"),
        "rows": found.rows, "on": day.isoformat(),
    }  # fmt: skip


@router.get("/rules/{code}/versions", permission="rulebook.view", summary=N_("一條規則核准過的版本"))
def versions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    found = queries.rule(code)
    rows = list(queries.versions_of(found))
    for row in rows:
        row.rule = found
    return [row_json(row) for row in rows]


@router.get("/differences", permission="rulebook.view", summary=N_("兩天之間不同的規則"))
def differences(request: HttpRequest, wanted: Query[Days]) -> list[dict[str, Any]]:
    as_of = queries.as_of_day(_read(wanted.as_of))
    return [
        {"code": each.code, "name": each.name, "value_changed": each.value_changed,
         "before": value_json(each.before) if each.before else None,
         "after": value_json(each.after) if each.after else None}
        for each in queries.differences(parse_date(wanted.a), parse_date(wanted.b), as_of, as_of)
    ]  # fmt: skip


@router.post("/rules/{code}/preview", permission="rulebook.propose", summary=N_("提案會改變什麼（不寫入）"))
def preview(request: HttpRequest, code: str, given: ProposalIn) -> list[dict[str, str]]:
    return effects_json(actions.checked_change(queries.rule(code), **_change(given)))


@router.post("/rules/{code}/proposals", permission="rulebook.propose", summary=N_("提案修改"))
def propose(request: HttpRequest, code: str, given: ProposalIn) -> dict[str, Any]:
    return row_json(actions.propose_change(actor_of(request), code, **_change(given)))


def _change(given: ProposalIn) -> dict[str, Any]:
    return given.dict() | {"valid_from": parse_date(given.valid_from), "valid_to": _read(given.valid_to)}


@router.get("/proposals", permission="rulebook.view", summary=N_("等候核准的提案"))
def proposals(request: HttpRequest) -> list[dict[str, Any]]:
    return [row_json(row) for row in queries.waiting()]


@router.get("/proposals/{int:pk}", permission="rulebook.view", summary=N_("一件提案"))
def proposal(request: HttpRequest, pk: int) -> dict[str, Any]:
    row = queries.proposal(pk)
    return row_json(row) | {"effects": effects_json(row) if row.state == "proposed" else []}


@router.post(
    "/proposals/{int:pk}/approve", permission="rulebook.approve", summary=N_("核准（提案人以外的人）")
)
def approve(request: HttpRequest, pk: int, given: DecisionIn) -> dict[str, Any]:
    return row_json(actions.approve_change(actor_of(request), pk, version=given.version, reason=given.reason))


@router.post("/proposals/{int:pk}/reject", permission="rulebook.approve", summary=N_("退回"))
def reject(request: HttpRequest, pk: int, given: ProposalReasonIn) -> dict[str, Any]:
    return row_json(actions.reject_change(actor_of(request), pk, reason=given.reason))


@router.post("/proposals/{int:pk}/withdraw", permission="rulebook.propose", summary=N_("撤回自己的提案"))
def withdraw(request: HttpRequest, pk: int, given: ProposalReasonIn) -> dict[str, Any]:
    return row_json(actions.withdraw_change(actor_of(request), pk, reason=given.reason))
