from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("jobs.view", "檢視背景工作", "See background jobs", N_("系統"), whole_city=True),
    Permission(
        "jobs.manage", "重跑或取消背景工作", "Retry or cancel background jobs", N_("系統"), whole_city=True
    ),
)
