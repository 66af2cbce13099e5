from shizheng.common.permissions import Permission
from shizheng.common.words import N_

GROUP = N_("指標與數字")

PERMISSIONS = (
    Permission("measures.view", "查看指標與數字的來歷", "See measures and where figures come from", GROUP),
    Permission(
        "measures.define",
        "定義指標、修訂公式、選定讀法",
        "Define measures, revise formulas, choose readings",
        GROUP,
    ),
    Permission("measures.file", "填報數字", "File numbers", GROUP),
    Permission("measures.correct", "更正已填報的數字", "Correct filed numbers", GROUP),
)
