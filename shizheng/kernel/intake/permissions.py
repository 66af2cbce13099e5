from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("intake.view", "檢視匯入報告與欄位對應", "See import reports and mappings", N_("資料匯入")),
    Permission("intake.use", "匯入資料、維護欄位對應", "Import data and maintain mappings", N_("資料匯入")),
)
