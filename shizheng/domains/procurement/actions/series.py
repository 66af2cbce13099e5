"""Series opened and changed: a year's list of cases."""

from datetime import date

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, check_day, check_text, compare, refuse
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.procurement.actions.shared import SUPERVISE, one_at_a_time
from shizheng.domains.procurement.models import SupervisionSeries
from shizheng.kernel.history.actions import recorded


def open_series(
    actor: Actor, *, roc_year: int, opened_on: date | None = None, note: str = ""
) -> SupervisionSeries:
    """開立 a year's series; where the year has one already this is its next edition."""
    require(actor, SUPERVISE)
    wrong: Wrong = {}
    if not 34 <= roc_year <= 199:
        wrong["roc_year"] = [_("年度不合理，請填民國年。")]
    day = opened_on or clock.today()
    check_day(day, "opened_on", wrong)
    check_text(note, 20_000, "note", wrong)
    refuse(wrong)
    with recorded(by=actor, action="procurement.open_series"):
        one_at_a_time()
        last = SupervisionSeries.objects.filter(roc_year=roc_year).order_by("-edition").first()
        return SupervisionSeries.objects.create(
            roc_year=roc_year, edition=last.edition + 1 if last else 1, opened_on=day, note=note.strip()
        )


def edit_series(
    actor: Actor, series_id: int, *, version: int | None, opened_on: date, note: str, reason: str
) -> SupervisionSeries:
    """Change the day and the note of a series, with a reason; year and edition are given once."""
    require(actor, SUPERVISE)
    wrong: Wrong = {}
    check_day(opened_on, "opened_on", wrong)
    check_text(note, 20_000, "note", wrong)
    refuse(wrong)
    with recorded(by=actor, action="procurement.edit_series", reason=need_reason(reason)):
        row = SupervisionSeries.objects.select_for_update().filter(pk=series_id).first()
        if row is None:
            raise NotFound(_("找不到這個督導年度。請從督導年度清單進入。"))
        compare(row.version, version)
        if (row.opened_on, row.note) != (opened_on, note.strip()):
            row.opened_on, row.note = opened_on, note.strip()
            row.version += 1
            row.save()
    return row
