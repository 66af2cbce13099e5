"""What the pages share: a version as people read it, its effects, the reader."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.roc import in_words
from shizheng.kernel.rulebook import effects, queries
from shizheng.kernel.rulebook.models import Rule, RuleVersion
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import Stretch, VersionFact, stretches
from shizheng.kernel.rulebook.words import words_of

STATES: dict[str, tuple[str, str]] = {
    "proposed": ("warn", "clock-hour-4"),
    "in_force": ("good", "circle-check"),
    "rejected": ("bad", "circle-x"),
    "withdrawn": ("calm", "arrow-back-up"),
}


def reader(request: HttpRequest) -> Any:
    """Who looks."""
    return request.user


def state_words(code: str) -> str:
    """The state of a version in words."""
    return {
        "proposed": _("等候核准"), "in_force": _("已核准"), "rejected": _("已退回"), "withdrawn": _("已撤回"),
    }[code]  # fmt: skip


def days_words(start: date, end: date | None) -> str:
    """From a day until before another, in words."""
    if end is None:
        return _("%(start)s起") % {"start": in_words(start)}
    return _("%(start)s起，%(end)s前") % {"start": in_words(start), "end": in_words(end)}


@dataclass(frozen=True, slots=True)
class Line:
    """One version in words."""

    row: RuleVersion
    words: str
    days: str
    tone: str
    icon: str
    state: str


def line(rule: Rule, row: RuleVersion) -> Line:
    """One version as a page shows it."""
    tone, icon = STATES[row.state]
    return Line(
        row, words_of(queries.proposed_value(rule, row)), days_words(row.valid_from, row.valid_to), tone, icon,
        state_words(row.state),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reign:
    """A stretch of days with the version that counts in it."""

    days: str
    words: str
    number: int | None
    now: bool
    unconfirmed: bool


def reigns(code: str, as_of: Any) -> list[Reign]:
    """Which version counts from when to when, newest first."""
    held = queries.book().rules.get(code)
    if held is None:
        return []
    today = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    found = []
    for each in reversed(stretches(held.facts, as_of)):
        value = queries.rule_value(held, held.versions[each.version.id]) if each.version else None
        now = each.start <= today and (each.end is None or today < each.end)
        found.append(
            Reign(
                days_words(each.start, each.end), words_of(value) or _("沒有適用的版本"),
                value.number if value else None, now, bool(value and value.unconfirmed),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Preview:
    """What a proposed version would alter: on which days another value counts, and what apps can tell."""

    current: RuleValue | None
    proposed: RuleValue
    changes: list[tuple[str, str, str]]
    effects: list[effects.Effect]
    can_tell: bool
    past: bool
    failure: str


def preview(rule: Rule, row: RuleVersion) -> Preview:
    """The effects of a version that is not decided yet."""
    proposed = queries.proposed_value(rule, row)
    current = queries.value_or_none(rule.code, row.valid_from)
    found: list[effects.Effect] = []
    failure = ""
    try:
        found = effects.of(proposed, current)
    except CannotDo as problem:  # what cannot be told must not keep anybody from deciding
        failure = problem.message
    return Preview(
        current, proposed, _changes(rule, row, proposed), found, effects.can_tell(rule.code),
        row.valid_from < clock.today(), failure,
    )  # fmt: skip


def _changes(rule: Rule, row: RuleVersion, proposed: RuleValue) -> list[tuple[str, str, str]]:
    """(days, before, after) for every stretch of days on which the proposed version would count."""
    held = queries.book().rules.get(rule.code)
    facts = list(held.facts) if held else []
    new = VersionFact(0, max((each.number for each in facts), default=0) + 1, row.valid_from, row.valid_to)
    before = stretches(facts)
    out = []
    for start, end, old in _inside(before, new):
        value = queries.rule_value(held, held.versions[old.id]) if held and old else None
        out.append((days_words(start, end), words_of(value) or _("沒有適用的版本"), words_of(proposed)))
    return out


def _inside(before: list[Stretch], new: VersionFact) -> list[tuple[date, date | None, VersionFact | None]]:
    """The days of `new`, cut where another version counted until now."""
    edges = {new.valid_from} | {
        edge for each in before for edge in (each.start, each.end) if edge and new.covers(edge)
    }
    ordered = sorted(edges)
    out = []
    for place, start in enumerate(ordered):
        end = ordered[place + 1] if place + 1 < len(ordered) else new.valid_to
        counts = next(
            (s.version for s in before if s.start <= start and (s.end is None or start < s.end)), None
        )
        out.append((start, end, counts))
    return out
