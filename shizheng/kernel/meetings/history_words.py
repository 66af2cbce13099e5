"""What the actions of meetings are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "meetings.create_series": _("建立會議系列"),
    "meetings.edit_series": _("修改會議系列"),
    "meetings.load_series": _("載入隨附的會議系列"),
    "meetings.open_meetings": _("依規則開立會議"),
    "meetings.plan_meeting": _("排定會議"),
    "meetings.edit_meeting": _("修改會議"),
    "meetings.cancel_meeting": _("取消會議"),
    "meetings.restore_meeting": _("恢復會議"),
    "meetings.fix_agenda": _("定案議程"),
    "meetings.reopen_agenda": _("重開議程"),
    "meetings.add_item": _("增列議程項目"),
    "meetings.drop_item": _("議程項目不討論"),
    "meetings.keep_item": _("恢復議程項目"),
    "meetings.move_item": _("調整議程次序"),
    "meetings.start_meeting": _("開始會議"),
    "meetings.write_discussion": _("寫討論"),
    "meetings.close_meeting": _("散會"),
    "meetings.resume_meeting": _("續行會議"),
    "meetings.add_attendance": _("記錄出席"),
    "meetings.edit_attendance": _("修改出席紀錄"),
    "meetings.remove_attendance": _("刪除出席紀錄"),
    "meetings.invite_members": _("列出應出席單位"),
    "meetings.record_resolution": _("記錄決議"),
    "meetings.change_resolution": _("更正決議"),
    "meetings.strike_resolution": _("刪除決議"),
    "meetings.keep_proof": _("附開會證明"),
    "meetings.issue_minutes": _("發會議紀錄"),
    "meetings.remind": _("催辦會議"),
}
