"""What a rule says on a day, as of a moment; what differs between two days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from shizheng.common.clock import TAIPEI
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.roc import in_words
from shizheng.common.words import called, read, tell
from shizheng.kernel.history.queries import horizon
from shizheng.kernel.rulebook.models import Rule, RuleVersion
from shizheng.kernel.rulebook.queries.memory import Held, HeldRule, book
from shizheng.kernel.rulebook.rules import AsOf, Kind, Value, read_value, resolve


class NoRuleInForce(CannotDo):
    """No version of a rule counts on the day asked, or nobody knew of one then."""

    code = "no_rule_in_force"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to look from, as `rules.AsOf` wants it."""

    moment: datetime
    horizon: int | None = None


@dataclass(frozen=True, slots=True)
class RuleValue:
    """What one version of a rule says. `value` is typed by `kind`; `raw` is the same as stored (JSON).

    `valid_from`, `valid_to` are the version's own half-open days; a later version may count on some of them.
    `version_id` and `number` are 0 for what is only proposed.
    """

    code: str
    name: str
    kind: Kind
    version_id: int
    number: int
    value: Value
    raw: Any
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    reading: str
    unconfirmed: bool
    shape: Any

    @property
    def label(self) -> str:
        """Code and number, as figures keep them: `kpi.met@3`."""
        return f"{self.code}@{self.number}"

    @property
    def title(self) -> str:
        """What people call the version: the rule's name and its number, 「標案月進度填報期程 第 1 版」."""
        return tell("%(code)s 第 %(version)s 版", code=read(self.name), version=self.number)


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule by another version on the second day than on the first; None: none counted."""

    code: str
    name: str
    topic: str
    before: RuleValue | None
    after: RuleValue | None

    @property
    def value_changed(self) -> bool:
        """Whether the value itself differs, not only its source or reading."""
        return (self.before and self.before.raw) != (self.after and self.after.raw)


def as_of_day(day: date | None) -> Moment | None:
    """The end of a day in Taipei as a moment to look from; None for today (one query)."""
    if day is None:
        return None
    moment = datetime.combine(day + timedelta(days=1), time(), TAIPEI) - timedelta(microseconds=1)
    return Moment(moment, horizon(moment))


def value_of(code: str, on: date, as_of: AsOf | None = None) -> RuleValue:
    """What a rule says on a day, as far as was known as of then. Raises NoRuleInForce.

    `code` is the rule's, or the ID of any row of the plans that it was made from (`PS-03`).
    """
    return values_of([code], on, as_of)[code]


def values_of(codes: Iterable[str], on: date, as_of: AsOf | None = None) -> dict[str, RuleValue]:
    """What several rules say on a day, by the codes asked (one query at most). Raises NoRuleInForce for the first that is missing."""
    held = book()
    return {code: _value(held.names.get(code), code, on, as_of) for code in codes}


def value_or_none(code: str, on: date, as_of: AsOf | None = None) -> RuleValue | None:
    """The same as `value_of`, or None where no version counts."""
    rule = book().names.get(code)
    fact = resolve(rule.facts, on, as_of) if rule else None
    return rule_value(rule, rule.versions[fact.id]) if rule and fact else None


def values_on_days(
    codes: Sequence[str], days: Iterable[date], as_of: AsOf | None = None
) -> dict[tuple[str, date], RuleValue]:
    """What several rules say on many days (one query at most); absent where no version counts."""
    held = book()
    found: dict[tuple[str, date], RuleValue] = {}
    for code in codes:
        rule = held.names.get(code)
        for day in days if rule else ():
            fact = resolve(rule.facts, day, as_of) if rule else None
            if rule and fact:
                found[code, day] = rule_value(rule, rule.versions[fact.id])
    return found


def _value(rule: HeldRule | None, code: str, on: date, as_of: AsOf | None) -> RuleValue:
    fact = resolve(rule.facts, on, as_of) if rule else None
    if rule is None or fact is None:
        raise _missing(rule, code, on, as_of)
    return rule_value(rule, rule.versions[fact.id])


def _missing(rule: HeldRule | None, code: str, on: date, as_of: AsOf | None) -> NoRuleInForce:
    if rule is None:
        return NoRuleInForce(
            tell(
                "規則「%(code)s」不存在，或還沒有核准的版本，所以無法判定。請到「規則」建立並核准後再試。",
                code=code[:60],
            )
        )
    day = in_words(on)
    first = in_words(min(each.valid_from for each in rule.facts))
    name = f"{rule.code} {called(rule)}"
    if as_of is None:
        return NoRuleInForce(
            tell(
                "規則 %(rule)s 在%(day)s沒有適用的版本；最早的一版自%(first)s起。"
                "請到「規則」提案補上這段期間的版本。",
                rule=name, day=day, first=first,
            )
        )  # fmt: skip
    return NoRuleInForce(
        tell(
            "規則 %(rule)s 在%(day)s沒有適用的版本（以%(then)s當時所知）；最早的一版自%(first)s起。"
            "請到「規則」提案補上這段期間的版本。",
            rule=name, day=day, first=first, then=in_words(as_of.moment.astimezone(TAIPEI).date()),
        )
    )  # fmt: skip


def rule_value(rule: HeldRule, held: Held) -> RuleValue:
    """One approved version in the form that everybody gets."""
    fact = held.fact
    return RuleValue(
        code=rule.code, name=rule.name, kind=rule.kind, version_id=fact.id, number=fact.number, value=held.value,
        raw=held.raw, unit=rule.unit, valid_from=fact.valid_from, valid_to=fact.valid_to, source=held.source,
        reading=held.reading, unconfirmed=held.unconfirmed, shape=rule.shape,
    )  # fmt: skip


def proposed_value(rule: Rule, row: RuleVersion) -> RuleValue:
    """A version of any state, saved or not, in the form that everybody gets."""
    return RuleValue(
        code=rule.code, name=rule.name, kind=Kind(rule.kind), version_id=row.pk or 0,
        number=(row.number or 0) if row.pk else 0, value=read_value(rule.kind, row.value, rule.shape), raw=row.value,
        unit=rule.unit, valid_from=row.valid_from, valid_to=row.valid_to, source=row.source, reading=row.reading,
        unconfirmed=row.unconfirmed, shape=rule.shape,
    )  # fmt: skip


def version(version_id: int) -> RuleValue:
    """One version by its id, also one that no longer counts or never did. Raises NotFound."""
    rule = book().of_version.get(version_id)
    if rule is not None:
        return rule_value(rule, rule.versions[version_id])
    row = RuleVersion.objects.select_related("rule", "decision").filter(pk=version_id).first()
    if row is None:
        raise NotFound(tell("找不到這個規則版本。"))
    return proposed_value(row.rule, row)


def differences(
    on_a: date, on_b: date, as_of_a: AsOf | None = None, as_of_b: AsOf | None = None
) -> list[Difference]:
    """Rules that another version governs on the second day than on the first, by topic and code."""
    found = []
    for rule in sorted(book().rules.values(), key=lambda each: (each.topic, each.code)):
        first, second = resolve(rule.facts, on_a, as_of_a), resolve(rule.facts, on_b, as_of_b)
        if first != second:
            before, after = (rule_value(rule, rule.versions[f.id]) if f else None for f in (first, second))
            found.append(Difference(rule.code, rule.name, rule.topic, before, after))
    return found
