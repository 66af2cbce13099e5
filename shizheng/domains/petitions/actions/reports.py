"""The month's quality and quantity report (CP-08): its words written, an edition published."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.domains.petitions.models import MonthReport
from shizheng.domains.petitions.queries.reports import KIND, ended_month
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication import actions as publication

COMPILE = "petitions.compile"
FIELDS = ("foreword", "findings", "advice")
MOST = 6000


def write_report(
    actor: Actor, period_code: str, *, version: int | None, values: Mapping[str, Any]
) -> MonthReport:
    """Write words of a month's report; `version` is 0 where nothing was written yet. Empty findings: as drafted from the figures.

    Raises NotPermitted, NotFound (no month, or not over), Conflict, CannotDo (nothing changed), BadInput.
    """
    require(actor, COMPILE)
    refuse_unknown(values, FIELDS)
    period = ended_month(period_code)
    with recorded(by=actor, action="petitions.write_report"):
        row = MonthReport.objects.select_for_update().filter(period=period.code).first()
        row = row or MonthReport(period=period.code, version=0)
        compare(row.version, version)
        given = {name: str(value).replace("\r\n", "\n").strip() for name, value in values.items()}
        wrong: dict[str, list[str]] = {}
        for name, text in given.items():
            check_text(text, MOST, name, wrong)
        refuse(wrong)
        if all(getattr(row, name) == text for name, text in given.items()):
            raise CannotDo(_("內容與原來的相同，沒有存。"))
        for name, text in given.items():
            setattr(row, name, text)
        row.version += 1
        row.save()
    return row


def publish_report(actor: Actor, period_code: str, *, reason: str = "") -> Any:
    """Publish the next edition of a month's report. Raises NotPermitted, NotFound, CannotDo (nothing new)."""
    require(actor, COMPILE)
    period = ended_month(period_code)
    with recorded(by=actor, action="petitions.publish_report", reason=reason.strip()):
        return publication.issue(
            actor, KIND, organisations.city().pk, period=period.code, reason=reason, by_domain=True
        )
