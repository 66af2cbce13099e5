"""What a change of a rule would alter in score sheets (A05) and promises (A07), told before it is set."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.permissions import SYSTEM
from shizheng.common.words import called, read
from shizheng.domains.planning.models.promises import Programme, PromiseProgress
from shizheng.domains.planning.queries import boards, promises, scores
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.promises import STATE_LABELS
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook.effects import Effect, register
from shizheng.kernel.rulebook.queries import NoRuleInForce, RuleValue


def plug_in() -> None:
    """Called once when the app is ready."""
    for code in (scores.BANDS, scores.LOWER):
        register(code, changed_scores)
    register(promises.BEHIND, changed_states)


def changed_scores(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Agencies whose score, grade or place would be another, in the years that the proposal scores; newest first."""
    names = {node.id: node.name for node in organisations.tree()}
    for year in boards.years(SYSTEM):
        last_day = Period(PeriodKind.YEAR, year + ROC_OFFSET).last_day
        if not _covers(proposed, last_day):
            continue
        try:
            before = {each.agency_id: each for each in scores.ranking(SYSTEM, year).sheets}
            after = scores.ranking(SYSTEM, year, proposed=proposed).sheets
        except NoRuleInForce:  # the other rule of scoring is missing: nothing is scored in that year
            continue
        for sheet in after:
            old = before[sheet.agency_id]
            if (old.total.score, old.grade, old.rank) != (sheet.total.score, sheet.grade, sheet.rank):
                yield Effect(
                    text=_("%(year)s 年度 %(agency)s 評分") % {"year": year, "agency": names.get(sheet.agency_id, "")},
                    url=reverse("planning:score", args=[year, sheet.agency_id]),
                    before=_result(old),
                    after=_result(sheet),
                )  # fmt: skip


def _result(sheet: scores.Sheet) -> str:
    if sheet.total.score is None:
        return ""
    return _("%(score)s 分　%(grade)s　第 %(rank)s 名") % {
        "score": sheet.total.score, "grade": read(sheet.grade), "rank": sheet.rank,
    }  # fmt: skip


def changed_states(proposed: RuleValue, _current: RuleValue | None) -> Iterator[Effect]:
    """Action plans whose state would be another, in the quarters that were filed and that the proposal judges."""
    for made in Programme.objects.all():
        filed = PromiseProgress.objects.filter(promise__programme=made).order_by("-period")
        for code in filed.values_list("period", flat=True).distinct():
            period = parse_period(code)
            if not _covers(proposed, period.last_day):
                continue
            now = {each.promise.pk: each.state for each in promises.board(made, period).actions}
            for item in promises.board(made, period, rule=proposed).actions:
                before = now.get(item.promise.pk)
                if before is not item.state and before is not None and item.state is not None:
                    agency = called(item.promise.main_agency) if item.promise.main_agency else ""
                    yield Effect(
                        text=f"{item.promise.code} {item.promise.title} {period.label} {agency}".strip(),
                        url=reverse("planning:promise", args=[item.promise.pk]) + f"?quarter={code}",
                        before=_(STATE_LABELS[before]),
                        after=_(STATE_LABELS[item.state]),
                    )


def _covers(proposed: RuleValue, day: date) -> bool:
    return proposed.valid_from <= day and (proposed.valid_to is None or day < proposed.valid_to)
