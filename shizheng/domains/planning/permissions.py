from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("planning.view", "檢視施政計畫與看板", "See plans and boards", N_("施政計畫")),
    Permission("planning.import", "匯入施政計畫", "Import plans", N_("施政計畫")),
    Permission(
        "planning.edit", "修改計畫內容、確認成果數字", "Edit plans and confirm result figures", N_("施政計畫")
    ),
    Permission("planning.accept", "採認計畫", "Accept plans", N_("施政計畫")),
    Permission("planning.publish", "公布與撤回計畫", "Publish and withdraw plans", N_("施政計畫")),
    Permission(
        "planning.manage_promises",
        "維護政見與行動計畫",
        "Manage promises and action plans",
        N_("政見"),
        whole_city=True,
    ),
    Permission(
        "planning.publish_promises",
        "公布與撤回政見",
        "Publish and withdraw promises",
        N_("政見"),
        whole_city=True,
    ),
)
