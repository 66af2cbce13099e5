from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("notifications.read", "看自己的通知", "Read one's own notifications", N_("通知")),
    Permission(
        "notifications.edit_templates",
        "修改通知範本",
        "Edit the templates of notifications",
        N_("通知"),
        whole_city=True,
    ),
    Permission(
        "notifications.manage",
        "看信件寄送情形並重新寄送",
        "See the delivery of mails and send them again",
        N_("通知"),
        whole_city=True,
    ),
)
