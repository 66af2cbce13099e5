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
)
