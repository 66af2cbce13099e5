"""What the actions of notifications are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "notifications.load_shipped": _("載入隨附的通知範本"),
    "notifications.edit_template": _("修改通知範本"),
    "notifications.restore_template": _("恢復隨附的通知範本"),
    "notifications.notify": _("通知"),
    "notifications.mark_read": _("讀了通知"),
    "notifications.set_preferences": _("設定通知"),
    "notifications.deliver": _("寄信"),
    "notifications.send_again": _("重新寄送"),
}
