from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("jobs.view", "檢視背景工作", "See background jobs", "系統", whole_city=True),
    Permission(
        "jobs.manage", "重跑或取消背景工作", "Retry or cancel background jobs", "系統", whole_city=True
    ),
)
