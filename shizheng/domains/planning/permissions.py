from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("planning.view", "檢視施政計畫與看板", "See plans and boards", "施政計畫"),
    Permission("planning.import", "匯入施政計畫", "Import plans", "施政計畫"),
    Permission(
        "planning.edit", "修改計畫內容、確認成果數字", "Edit plans and confirm result figures", "施政計畫"
    ),
    Permission("planning.accept", "採認計畫", "Accept plans", "施政計畫"),
    Permission("planning.publish", "公布與撤回計畫", "Publish and withdraw plans", "施政計畫"),
)
