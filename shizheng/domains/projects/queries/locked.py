"""The month that something is published of: one that is locked."""

from django.db.models import Exists
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import MonthRecord
from shizheng.kernel.filing.queries import rounds_visible_to
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period


def locked_month(code: str) -> Period:
    """The month of a code. Raises BadInput for what is no month, CannotDo before it is locked."""
    return done(locked_steps(code))


def locked_steps(code: str) -> Steps[Period]:
    """The same beside what else is read."""
    try:
        found = parse_period(code)
    except PeriodNotUnderstood as failure:
        raise BadInput(str(failure), fields={"period": [str(failure)]}) from failure
    if found.kind is not PeriodKind.MONTH:
        message = _("標案進度按月公布，沒有「%(period)s」這個期間。請選月份。") % {"period": found.label}
        raise BadInput(message, fields={"period": [message]})
    rounds = rounds_visible_to(SYSTEM).filter(kind="projects.month", period=found.code, state="locked")
    locked = rounds.filter(Exists(MonthRecord.objects.filter(period=found.code))).values_list("pk")[:1]
    yield locked
    if not locked:
        raise CannotDo(_("%(period)s還沒有鎖定，不能公布。請先鎖定這個月的填報。") % {"period": found.label})
    return found
