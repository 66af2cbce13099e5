from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("people.view", "檢視人員與角色", "See people and roles", "人員"),
    Permission(
        "people.manage", "管理帳號、登入與角色內容", "Manage accounts, sign-in and what roles allow", "人員"
    ),
    Permission("people.assign_roles", "指派角色", "Assign roles", "人員"),
)
