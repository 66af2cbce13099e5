from shizheng.common.permissions import Permission
from shizheng.common.words import N_

GROUP = N_("人民陳情")
PERMISSIONS = (
    Permission("petitions.view", "檢視陳情案件", "See petitions", GROUP),
    Permission("petitions.open", "登錄陳情案件", "Take in petitions", GROUP),
    Permission("petitions.handle", "承辦陳情案件", "Handle petitions", GROUP),
    Permission("petitions.assign", "受理與分案", "Accept and assign petitions", GROUP),
    Permission("petitions.decide", "核定答復與展延", "Decide on replies and extensions", GROUP),
    Permission("petitions.lead", "首長核定答復", "Sign replies as head", GROUP),
    Permission("petitions.control", "追蹤解除、品質抽查與重啟", "Release, check and reopen petitions", GROUP),
    Permission("petitions.rule", "裁定權責", "Rule on responsibility for petitions", GROUP),
    Permission("petitions.read_sealed", "開啟陳情人資料", "Open sealed data of petitioners", GROUP),
    Permission("petitions.anonymise", "陳情案件去識別", "Anonymise petitions", GROUP, whole_city=True),
    Permission("petitions.import", "匯入歷史陳情", "Import petitions of earlier systems", GROUP, whole_city=True),
    Permission("petitions.manage", "維護案件分類、議題與答復範本", "Maintain categories, themes and templates of replies", GROUP, whole_city=True),
    Permission("petitions.compile", "彙編質量分析報告", "Compile quality and quantity reports", GROUP, whole_city=True),
)  # fmt: skip
