"""What a change of a rule would alter among tenders, told before it is proposed and again before it is approved.

Months: agencies' rates, who reports (TC-17), severe tenders (TC-18, TC-19), proposals of reward and penalty (TC-05), in the
months that are locked. Days: who is tracked for failed openings (TC-08), who waits too long after completion, today.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import read
from shizheng.domains.projects.queries import ageing, judging, tendering, unplanned
from shizheng.domains.projects.queries.boards import AgencyRow, major_of, names_of
from shizheng.domains.projects.queries.judging import Judge, covers, judges
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.domains.projects.queries.ranking import proposals_of
from shizheng.domains.projects.queries.tallying import judged, tallies
from shizheng.domains.projects.rules.judging import Rate
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.effects import Effect
from shizheng.kernel.rulebook.effects import register as tell_of
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.rules import FilingRounds

MOST_MONTHS = 36
"""The newest locked months that are looked at."""
FILED = "filing.tender_month"
SEVERE = (judging.TENDER, judging.WORKS)
STREAKS = (judging.STREAK, judging.STREAK_MONTHS, *judging.GAPS.values())
RATES = (judging.TOLERANCE, judging.COUNTS, judging.REPORT, judging.OVERALL)


def register() -> None:
    """Called once when the app is ready."""
    for code in SEVERE:
        tell_of(code, changed_severe)
    for code in RATES:
        tell_of(code, changed_agencies)
    for code in STREAKS:
        tell_of(code, changed_proposals)
    for code in (judging.MAJOR, judging.TOLERANCE, judging.COUNTS):
        tell_of(code, changed_major)
    tell_of(tendering.FAILED_RULE, changed_tracked)
    for code in (ageing.UNACCEPTED, ageing.UNVALUED):
        tell_of(code, changed_ageing)
    tell_of(unplanned.RULE, changed_unplanned)
    tell_of("TC-02", told_elsewhere)


def _months(proposed: RuleValue) -> Iterator[tuple[Period, Judge, Judge]]:
    """Locked months on whose last day the proposal would count, the newest first, as judged now and then."""
    periods = [each for each in locked_periods(None)[:MOST_MONTHS] if covers(proposed, each.last_day)]
    now, then = judges(periods), judges(periods, proposed=proposed)
    for each in periods:
        yield each, now[each.code], then[each.code]


def changed_severe(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Tenders that would be severely behind, or no longer."""
    for period, now, then in _months(proposed):
        before, after = _severe(period, now), _severe(period, then)
        for pk in sorted(before.keys() ^ after.keys()):
            record = before.get(pk) or after[pk]
            yield Effect(
                text=f"{period.label} {record.project.number} {record.project.name}",
                url=reverse("projects:project", args=[pk]),
                before=_severe_words(pk in before),
                after=_severe_words(pk in after),
            )


def _severe(period: Period, rule: Judge) -> Mapping[int, Any]:
    rows: Any = judged({period.code: rule})
    return {each.project_id: each for each in rows.filter(is_severe=True).select_related("project")}


def _severe_words(severe: bool) -> str:
    return _("嚴重落後") if severe else _("沒有嚴重落後")


def changed_agencies(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Agencies whose 進度相符率 would be another, or that would have to report, or no longer."""
    tree = organisations.tree()
    for period, now, then in _months(proposed):
        before, after = (tallies({period.code: rule}) for rule in (now, then))
        names = names_of(tree, {agency for _code, agency in before})
        for key, tally in before.items():
            name = names.get(key[1], "")
            pair = [AgencyRow(key[1], name, tally, now), AgencyRow(key[1], name, after[key], then)]
            told = [_agency_words(each) for each in pair]
            if told[0] != told[1]:
                yield Effect(
                    text=f"{period.label} {name}",
                    url=reverse("projects:agency_board", args=[key[1]]) + f"?period={period.code}",
                    before=told[0],
                    after=told[1],
                )


def _agency_words(row: AgencyRow) -> str:
    report = _("要在市府會報報告") if row.reports else _("不用在市府會報報告")
    return _("進度相符率 %(rate)s；%(report)s") % {"rate": _rate(row.matching), "report": report}


def _rate(rate: Rate) -> str:
    if rate.percent is None:
        return _("沒有案件")
    return f"{format_decimal(round_half_up(rate.percent, 2), 2)}%（{rate.part:,} ÷ {rate.whole:,}）"


def changed_proposals(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Proposals of reward and penalty that would be made, or no longer, or for other months."""
    for period, now, then in _months(proposed):
        before, after = (
            {each.record.project_id: each for each in proposals_of(period, rule)} for rule in (now, then)
        )
        for pk in sorted(before.keys() | after.keys()):
            told = [_proposal_words(found.get(pk)) for found in (before, after)]
            if told[0] != told[1]:
                project = (before.get(pk) or after[pk]).record.project
                yield Effect(
                    text=f"{period.label} {project.number} {project.name}",
                    url=reverse("projects:streaks") + f"?period={period.code}",
                    before=told[0],
                    after=told[1],
                )


def _proposal_words(found: Any) -> str:
    if found is None:
        return _("沒有獎懲建議")
    what = _("建議獎勵") if found.ahead else _("建議懲處")
    return _("%(what)s，連續 %(n)s 個月") % {"what": what, "n": len(found.months)}


def changed_major(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """重大工程進度相符率 (TC-16) of the months in which it would be another."""
    for period, now, then in _months(proposed):
        told = [_rate(major_of(rule)) for rule in (now, then)]
        if told[0] != told[1]:
            yield Effect(
                text=_("%(period)s重大工程進度相符率") % {"period": period.label},
                url=reverse("projects:board") + f"?period={period.code}",
                before=told[0],
                after=told[1],
            )


def changed_tracked(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Tenders that would be tracked for failed openings today, or no longer."""
    if not covers(proposed, clock.today()):
        return
    yield from _lists(
        tendering.failed(SYSTEM).rows,
        tendering.failed(SYSTEM, proposed=proposed).rows,
        lambda each: _("列入流廢標追蹤") if each else _("不列入流廢標追蹤"),
    )


def changed_ageing(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Tenders that would be said to wait too long after completion today, or no longer, or on another level."""
    if not covers(proposed, clock.today()):
        return
    name = "unaccepted" if proposed.code == ageing.UNACCEPTED else "unvalued"
    what = _("未驗收") if name == "unaccepted" else _("未結算")

    def words(each: Any) -> str:
        step = getattr(each, name) if each else None
        return f"{what} {step.label}" if step else _("%(what)s：沒有逾時") % {"what": what}

    yield from _lists(ageing.ageing(SYSTEM).rows, ageing.ageing(SYSTEM, proposed=proposed).rows, words)


def changed_unplanned(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Tenders without a plan that would be late today, or no longer (TC-12)."""
    if not covers(proposed, clock.today()):
        return

    def words(each: Any) -> str:
        return _("未訂作業計畫，逾期 %(n)s 日") % {"n": each.late} if each else _("沒有逾期")

    yield from _lists(
        unplanned.unplanned(SYSTEM).late, unplanned.unplanned(SYSTEM, proposed=proposed).late, words
    )


def told_elsewhere(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """The day of TC-02 is what the plans say; when the month is filed in fact another rule says, which has to change as well."""
    found = rulebook.value_or_none(FILED, proposed.valid_from)
    window = found.value.window("M1") if found is not None and isinstance(found.value, FilingRounds) else None
    day = getattr(proposed.value, "day", None)
    if found is not None and window is not None and day != window.due.day:
        yield Effect(
            text=_("填報的到期日由「%(rule)s」決定，請一併提案") % {"rule": read(found.name)},
            url=reverse("rulebook:rule", args=[FILED]),
            before=_("每月 %(day)s 日到期") % {"day": window.due.day},
            after=_("每月 %(day)s 日到期") % {"day": window.due.day},
        )


def _lists(before: Sequence[Any], after: Sequence[Any], words: Callable[[Any], str]) -> Iterator[Effect]:
    now, then = ({each.project.pk: each for each in rows} for rows in (before, after))
    for pk in sorted(now.keys() | then.keys()):
        told = [words(found.get(pk)) for found in (now, then)]
        if told[0] != told[1]:
            project = (now.get(pk) or then[pk]).project
            yield Effect(
                text=f"{project.number} {project.name}",
                url=reverse("projects:project", args=[pk]),
                before=told[0],
                after=told[1],
            )
