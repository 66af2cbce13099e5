from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("people.view", "檢視人員與角色", "See people and roles", N_("人員")),
    Permission(
        "people.manage",
        "管理帳號、登入與角色內容",
        "Manage accounts, sign-in and what roles allow",
        N_("人員"),
    ),
    Permission("people.assign_roles", "指派角色", "Assign roles", N_("人員")),
)
