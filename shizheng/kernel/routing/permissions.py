from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("routing.view", "檢視分案模型與成績單", "See routing models and their report cards", N_("分案"), whole_city=True),
    Permission(
        "routing.manage", "訓練、啟用與退回分案模型，定門檻", "Train, activate and roll back routing models, set thresholds",
        N_("分案"), whole_city=True,
    ),
)  # fmt: skip
