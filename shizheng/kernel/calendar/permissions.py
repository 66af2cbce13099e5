from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("calendar.view", "檢視工作日曆", "See the work calendar", "工作日曆"),
    Permission(
        "calendar.revise",
        "修訂工作日曆與停班",
        "Revise the work calendar and closures",
        "工作日曆",
        whole_city=True,
    ),
)
