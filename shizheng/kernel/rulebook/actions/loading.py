"""Loading the rules that ship; run again it does nothing."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook.actions.changing import one_at_a_time
from shizheng.kernel.rulebook.models import Outcome, Rule, RuleDecision, RuleVersion
from shizheng.kernel.rulebook.queries import memory
from shizheng.kernel.rulebook.shipped import ShippedRule, shipped_rules

REASON = written("隨附的規則")


def load_shipped_rules() -> int:
    """Load rules and versions that ship and are not there yet; returns how many versions are new.

    The versions that come with a new rule count as known from the start. One that a later release adds counts as
    known from its loading on, so figures of earlier days stay; where people have changed the rule since, it comes as a
    proposal for them to decide on.
    """
    there = set(RuleVersion.objects.exclude(shipped_number=None).values_list("rule__code", "shipped_number"))
    shipped = shipped_rules()
    if all((rule.code, n) in there for rule in shipped for n in range(1, len(rule.versions) + 1)):
        return 0
    with recorded(by=SYSTEM, action="rulebook.load_shipped_rules", reason=REASON):
        one_at_a_time()
        made = _load(shipped)
    memory.forget_check()
    return made


def _load(shipped: list[ShippedRule]) -> int:
    existing = {rule.code: rule for rule in Rule.objects.all()}
    fresh = Rule.objects.bulk_create(
        Rule(
            code=each.code, name=each.name, name_en=each.name_en, topic=each.topic, kind=each.kind.value, unit=each.unit,
            meaning=each.meaning, shape=each.shape, rows=list(each.rows), version=len(each.versions),
        )
        for each in shipped if each.code not in existing
    )  # fmt: skip
    new_codes = {rule.code for rule in fresh}
    rules = existing | {rule.code: rule for rule in fresh}
    there = set(RuleVersion.objects.exclude(shipped_number=None).values_list("rule_id", "shipped_number"))
    changed_by_people = set(
        RuleDecision.objects.filter(outcome=Outcome.IN_FORCE, version__shipped_number=None).values_list(
            "rule_id", flat=True
        )
    )
    last: dict[int, int] = {}
    for rule_id, number in RuleDecision.objects.exclude(number=None).values_list("rule_id", "number"):
        last[rule_id] = max(last.get(rule_id, 0), number or 0)
    rows = [
        RuleVersion(
            rule=rules[each.code], value=one.value, valid_from=one.valid_from, valid_to=one.valid_to, source=one.source,
            reading=one.reading, unconfirmed=one.unconfirmed, reason=REASON, shipped_number=number,
        )
        for each in shipped
        for number, one in enumerate(each.versions, start=1)
        if (rules[each.code].pk, number) not in there
    ]  # fmt: skip
    decisions = []
    for row in RuleVersion.objects.bulk_create(rows):
        if row.rule_id in changed_by_people:
            continue
        last[row.rule_id] = last.get(row.rule_id, 0) + 1
        new = row.rule.code in new_codes
        decisions.append(
            RuleDecision(
                version=row, rule=row.rule, outcome=Outcome.IN_FORCE, number=last[row.rule_id], reason=REASON,
                from_start=new,
            )
        )  # fmt: skip
        if not new:
            row.rule.version += 1
            row.rule.rows = list(dict.fromkeys([*row.rule.rows, *_rows_of(shipped, row.rule.code)]))
            row.rule.save(update_fields=["version", "rows"])
    RuleDecision.objects.bulk_create(decisions)
    return len(rows)


def _rows_of(shipped: list[ShippedRule], code: str) -> tuple[str, ...]:
    return next(each.rows for each in shipped if each.code == code)
