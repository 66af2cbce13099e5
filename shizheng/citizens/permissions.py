from shizheng.common.permissions import Permission
from shizheng.common.words import N_

GROUP = N_("市民服務")
PERMISSIONS = (
    Permission("citizens.view_survey", "檢視陳情滿意度", "See results of the petition survey", GROUP),
    Permission("citizens.handle_mail", "處理陳情來信", "Handle mails of petitioners", GROUP, whole_city=True),
    Permission("citizens.manage_faq", "維護常見問題", "Maintain frequent questions", GROUP, whole_city=True),
)
