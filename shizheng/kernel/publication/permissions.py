from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission(
        "publication.view", "檢視公布紀錄與重算結果", "See publications and their verification", "公布"
    ),
    Permission(
        "publication.issue", "公布、重新公布與撤回", "Issue, re-issue and withdraw publications", "公布"
    ),
)
