"""The draft of a grant year's report: what the system can say of the stage targets, for the officer to go on from (GR-01)."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal
from shizheng.common.permissions import Actor
from shizheng.common.roc import in_words
from shizheng.common.words import tell
from shizheng.domains.projects.models import GrantReport, GrantYear
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.rules.grants import LABELS, Standing
from shizheng.kernel.measures.rules.periods import ROC_OFFSET, Period, PeriodKind


def report_of(year_id: int) -> GrantReport | None:
    """The words as they stand; None before anybody wrote any."""
    return GrantReport.objects.filter(year_id=year_id).first()


def last_quarter(year: GrantYear) -> Period:
    """The quarter whose lock ends the year."""
    return Period(PeriodKind.QUARTER, year.roc_year + ROC_OFFSET, 4)


def keeps_report(year: GrantYear, locked: Collection[Period] | None = None) -> str:
    """Why the report of a year cannot be published yet, in words; empty where it can. `locked`: its periods, where they are read."""
    last = last_quarter(year)
    if queries.quarter_period(year.pk, last, locked) is None:
        return _("%(period)s底的填報還沒有鎖定，不能發布年度報告。") % {"period": last.label}
    words = report_of(year.pk)
    if words is None or not words.achievements:
        return _("報告的「績效與成果」還沒有寫，不能發布。請先編寫報告。")
    return ""


def drafted(actor: Actor, year_id: int) -> str:
    """A sentence for each stage target that was judged; empty before anything is locked."""
    board = queries.grant_board(actor, year_id)
    lines = []
    for each in board.stages:
        if each.ratio is None or each.ratio.percent is None:
            continue
        values = {
            "day": in_words(each.on),
            "rate": tell(LABELS[each.rate]),
            "reached": format_decimal(each.ratio.percent, 2),
            "target": format_decimal(each.target),
        }
        if each.standing is Standing.MET:
            lines.append(_("%(day)s，%(rate)s %(reached)s%%，達成目標 %(target)s%%。") % values)
        else:
            lines.append(_("%(day)s，%(rate)s %(reached)s%%，未達目標 %(target)s%%。") % values)
    return "\n".join(lines)
