"""Proposing a change, and the second person's decision. Each decision is made under one lock, in order."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.words import tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook import events, queries
from shizheng.kernel.rulebook.actions.checking import checked_change
from shizheng.kernel.rulebook.models import KindOfValue, Outcome, Rule, RuleDecision, RuleVersion, Topic
from shizheng.kernel.rulebook.queries import memory
from shizheng.kernel.rulebook.rules import read_shape

PROPOSE, APPROVE = "rulebook.propose", "rulebook.approve"
LOCK = 0x5368_63_02  # one decision at a time, so that the last one says what stands
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*")


def one_at_a_time() -> None:
    """Wait until nobody else is deciding; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def propose_change(
    actor: Actor,
    code: str,
    *,
    value: Any,
    valid_from: date,
    valid_to: date | None = None,
    source: str,
    reading: str = "",
    unconfirmed: bool = False,
    reason: str,
) -> RuleVersion:
    """Propose what a rule says from `valid_from` until before `valid_to`. Nothing changes until somebody else approves.

    `value` is JSON in the form of the rule's kind (see `rules.read_value`). Raises BadInput, NotFound, NotPermitted.
    """
    require(actor, PROPOSE)
    rule = queries.rule(code)
    made = checked_change(
        rule, value=value, valid_from=valid_from, valid_to=valid_to, source=source, reading=reading,
        unconfirmed=unconfirmed, reason=reason,
    )  # fmt: skip
    with recorded(by=actor, action="rulebook.propose_change", reason=reason):
        made.proposed_by_id = actor.pk
        made.save()
        events.happened(
            events.Happening(
                "proposed", made.pk, rule.code, rule.name, valid_from, actor, made.reason, author_id=actor.pk
            )
        )
    return queries.proposal(made.pk)


def approve_change(actor: Actor, version_id: int, *, version: int, reason: str) -> RuleVersion:
    """Let a proposal count, as the rule's next version. The approver is never the one who proposed it.

    `version` is `Rule.version` as the approver saw it with the effects; Conflict when the rule has changed since.
    """
    require(actor, APPROVE)
    with recorded(by=actor, action="rulebook.approve_change", reason=reason):
        row = _undecided(version_id)
        _a_second_person(actor, row)
        rule = row.rule
        if rule.version != version:
            raise Conflict(
                tell(
                    "規則 %(rule)s 在您看的時候已經有另一個修改核准了，這件提案的影響可能不同，所以沒有核准。"
                    "請重新看過影響再決定。",
                    rule=rule.code,
                )
            )
        last = RuleDecision.objects.filter(rule=rule).aggregate(last=Max("number"))["last"] or 0
        _decide(actor, row, Outcome.IN_FORCE, reason, last + 1)
        rule.version += 1
        rule.save(update_fields=["version"])
    return queries.proposal(version_id)


def reject_change(actor: Actor, version_id: int, *, reason: str) -> RuleVersion:
    """Turn a proposal down, with the reason for its author."""
    require(actor, APPROVE)
    with recorded(by=actor, action="rulebook.reject_change", reason=reason):
        row = _undecided(version_id)
        _a_second_person(actor, row)
        _decide(actor, row, Outcome.REJECTED, reason)
    return queries.proposal(version_id)


def withdraw_change(actor: Actor, version_id: int, *, reason: str) -> RuleVersion:
    """Take one's own proposal back before it is decided."""
    require(actor, PROPOSE)
    with recorded(by=actor, action="rulebook.withdraw_change", reason=reason):
        row = _undecided(version_id)
        if row.proposed_by_id != actor.pk:
            raise NotPermitted(
                tell("只有提案人能撤回自己的提案，沒有撤回。您若有核准權，可以退回並說明理由。")
            )
        _decide(actor, row, Outcome.WITHDRAWN, reason)
    return queries.proposal(version_id)


def _undecided(version_id: int) -> RuleVersion:
    one_at_a_time()
    row = queries.proposal(version_id)
    if row.decided:
        raise Conflict(
            tell(
                "這件提案已經由%(who)s決定（%(outcome)s），不能再決定。重新整理就看得到結果。",
                who=row.decided_by.display_name if row.decided_by else tell("系統"),
                outcome=row.decided.get_outcome_display(),
            )
        )
    return row


def _a_second_person(actor: Actor, row: RuleVersion) -> None:
    if actor.pk is None:
        raise NotPermitted(tell("規則的修改要由人核准，系統不能代為決定。"))
    if row.proposed_by_id == actor.pk:
        raise NotPermitted(tell("提案人不能核准或退回自己的提案，需要另一位有核准權的人。您可以撤回。"))


def _decide(actor: Actor, row: RuleVersion, outcome: Outcome, reason: str, number: int | None = None) -> None:
    if not reason.strip() or len(reason) > 500:
        raise BadInput(
            tell("沒有寫理由，沒有儲存決定。"),
            fields={"reason": [tell("請寫理由，最多 500 字；會留在歷程，大家看得到。")]},
        )
    RuleDecision.objects.create(
        version=row, rule=row.rule, outcome=outcome, number=number, decided_by_id=actor.pk, reason=reason.strip()
    )  # fmt: skip
    memory.forget_check()
    events.happened(
        events.Happening(
            "decided", row.pk, row.rule.code, row.rule.name, row.valid_from, actor, reason.strip(),
            author_id=row.proposed_by_id, decision=outcome.value,
        )
    )  # fmt: skip


def create_rule(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str = "",
    topic: str,
    kind: str,
    unit: str = "",
    meaning: str,
    shape: Mapping[str, Any] | None = None,
    reason: str,
) -> Rule:
    """Make a rule. It says nothing until a first version is proposed and approved; English pages call it `name_en`.

    Raises BadInput.
    """
    require(actor, PROPOSE)
    fields = _wrong_words(code, name, name_en, meaning, reason)
    if topic not in Topic.values:
        fields["topic"] = [tell("請選一個主題。")]
    form: dict[str, Any] = {}
    try:
        form = read_shape(kind, shape) if kind in KindOfValue.values else {}
    except BadInput as failure:
        fields |= failure.fields
    if kind not in KindOfValue.values:
        fields["kind"] = [tell("請選一個種類。")]
    if fields:
        raise BadInput(tell("規則沒有建立，有欄位要改。"), fields=fields)
    with recorded(by=actor, action="rulebook.create_rule", reason=reason):
        one_at_a_time()
        if Rule.objects.filter(code=code).exists():
            raise CannotDo(tell("這個代碼剛剛有人用了，規則沒有建立。請換一個代碼。"))
        return Rule.objects.create(
            code=code, name=name.strip(), name_en=name_en.strip(), topic=topic, kind=kind, unit=unit.strip()[:40],
            meaning=meaning.strip(), shape=form,
        )  # fmt: skip


def _wrong_words(code: str, name: str, name_en: str, meaning: str, reason: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if not CODE.fullmatch(code) or len(code) > 60:
        fields["code"] = [tell("代碼用英文、數字，中間可有點、底線、連字號，最多 60 字，例如 tender.limit。")]
    elif Rule.objects.filter(code=code).exists() or Rule.objects.filter(rows__contains=[code]).exists():
        fields["code"] = [tell("這個代碼已經有規則使用。")]
    for field, text, label, most in (
        ("name", name, tell("名稱"), 120),
        ("name_en", name_en, tell("英文名稱"), 200),
        ("meaning", meaning, tell("意義"), 500),
    ):
        if not text.strip() or len(text) > most or "\x00" in text:
            fields[field] = [tell("請寫%(what)s，最多 %(most)s 字。", what=label, most=most)]
    if not reason.strip() or len(reason) > 500:
        fields["reason"] = [tell("請寫理由，最多 500 字。")]
    return fields
