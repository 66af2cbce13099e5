from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("procurement.view", "檢視流廢標督導", "See failed tenders under supervision", N_("採購督導")),
    Permission(
        "procurement.edit", "登錄流廢標事件與原因", "Record failures and their causes", N_("採購督導")
    ),
    Permission(
        "procurement.supervise",
        "開立督導年度、列管與不續辦",
        "Open series, list and drop cases",
        N_("採購督導"),
        whole_city=True,
    ),
    Permission(
        "procurement.submit_review",
        "設計審議送審、回應意見",
        "Submit designs for review and answer opinions",
        N_("採購督導"),
    ),
    Permission(
        "procurement.conduct_review",
        "辦理基本設計審議",
        "Conduct design reviews",
        N_("採購督導"),
        whole_city=True,
    ),
    Permission(
        "procurement.decide_review",
        "核定設計審議結果",
        "Decide about design reviews",
        N_("採購督導"),
        whole_city=True,
    ),
)
