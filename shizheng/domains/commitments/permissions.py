from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("commitments.view", "檢視列管事項", "See commitments", N_("列管事項")),
    Permission(
        "commitments.file",
        "填報辦理情形、申請展延與解列",
        "File updates, ask for extension and release",
        N_("列管事項"),
    ),
    Permission("commitments.edit", "建立與修改列管事項", "Enter and change commitments", N_("列管事項")),
    Permission(
        "commitments.decide",
        "決定展延與解列、撤銷與重新列管",
        "Decide on extension and release",
        N_("列管事項"),
    ),
    Permission(
        "commitments.manage_lists",
        "維護列管清單",
        "Maintain the lists of commitments",
        N_("列管事項"),
        whole_city=True,
    ),
)
