from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("calendar.view", "檢視工作日曆", "See the work calendar", N_("工作日曆")),
    Permission(
        "calendar.revise",
        "修訂工作日曆與停班",
        "Revise the work calendar and closures",
        N_("工作日曆"),
        whole_city=True,
    ),
)
