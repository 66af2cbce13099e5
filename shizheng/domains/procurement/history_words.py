"""What the actions on failed tenders are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "procurement.open_series": _("開立督導年度"),
    "procurement.edit_series": _("修改督導年度"),
    "procurement.list_case": _("列管流廢標案"),
    "procurement.edit_case": _("修改督導案"),
    "procurement.import_cases": _("匯入督導案"),
    "procurement.record_event": _("登錄督導案事件"),
    "procurement.correct_event": _("更正督導案事件"),
    "procurement.strike_event": _("刪除督導案事件"),
    "procurement.follow_tender": _("督導案跟著標案"),
    "procurement.record_months": _("登錄督導案月報"),
    "procurement.record_unfiled": _("督導案記為未填報"),
    "procurement.correct_months": _("更正督導案月報"),
}
