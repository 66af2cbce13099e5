"""What the actions of the calendar are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "calendar.load_shipped": _("載入隨附的行事曆"),
    "calendar.revise_day": _("修訂一天"),
    "calendar.revise_year": _("載入年度行事曆"),
    "calendar.record_closure": _("登錄停止上班"),
    "calendar.withdraw_closure": _("撤回停止上班"),
    "calendar.set_office_hours": _("設定辦公時段"),
}
