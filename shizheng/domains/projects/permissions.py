from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("projects.view", "檢視標案與進度", "See tenders and their progress", N_("標案管考")),
    Permission("projects.edit", "建檔與維護標案、登錄事件", "Enter and maintain tenders", N_("標案管考")),
    Permission("projects.plan", "訂定與變更預定進度", "Set and change planned progress", N_("標案管考")),
    Permission(
        "projects.endorse",
        "對本機關的列管變更申請表示意見",
        "Give the agency's opinion on applications to change control",
        N_("標案管考"),
    ),
    Permission(
        "projects.withdraw", "撤銷與恢復列管", "Withdraw and restore control", N_("標案管考"), whole_city=True
    ),
    Permission(
        "projects.reconcile",
        "讀入工程會與公告資料、催辦登錄",
        "Take in data of the national works system and notices, urge agencies",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.compile",
        "彙編與公布重大列管案件進度月報",
        "Compile the bulletin",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.manage_types",
        "維護標案類型與專案計畫",
        "Maintain types and programmes",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.visit",
        "召集與登錄實地查訪",
        "Call and record visits to sites",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.grants",
        "管理補助年度計畫與補助案",
        "Manage grant years and their items",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.assess",
        "辦理年度標案考核",
        "Carry out the yearly assessment of tenders",
        N_("標案管考"),
        whole_city=True,
    ),
    Permission(
        "projects.sign_assessment",
        "核定年度標案考核",
        "Sign off the yearly assessment of tenders",
        N_("標案管考"),
        whole_city=True,
    ),
)
