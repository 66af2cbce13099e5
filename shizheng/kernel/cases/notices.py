"""What people are told about cases; delivered by whoever delivers what filing says (`filing.notices`)."""

from shizheng.common.words import N_
from shizheng.kernel.filing.notices import Template

_EXAMPLE = {
    "number": "115-P-000123",
    "title": "路燈不亮",
    "unit": "工務局",
    "due": "115-10-05",
    "who": "王小明",
    "reason": "不是本局管的路",
    "decision": "同意",
}
TEMPLATES = (
    Template("cases.reminder", N_("案件即將到期"), N_("{number} 在 {due} 到期"), N_("{unit}：{title}，{due} 到期。請在期限內辦結；做不到時，請在到期前申請展延。"), ("number", "title", "unit", "due"), _EXAMPLE),
    Template("cases.overdue", N_("案件逾期"), N_("{number} 已逾期（{due} 到期）"), N_("{unit}：{title}，{due} 到期，還沒有辦結。請儘速辦理。"), ("number", "title", "unit", "due"), _EXAMPLE),
    Template("cases.escalated", N_("案件逾期陳報"), N_("{unit}逾期未結：{number}"), N_("{unit}的{title}（{number}）在 {due} 到期，到現在還沒有辦結，請督促辦理。"), ("number", "title", "unit", "due"), _EXAMPLE),
    Template("cases.assigned", N_("分到案件"), N_("{number} 分給您辦理"), N_("{who} 把{title}（{number}）分給{unit}，{due} 到期。不是貴單位的權責，請在退分時限內退分並寫明理由。"), ("number", "title", "unit", "due", "who"), _EXAMPLE),
    Template("cases.returned", N_("案件退分"), N_("{number} 被退分"), N_("{who} 退分{title}（{number}）。理由：{reason}。請改分，或裁定權責。"), ("number", "title", "who", "reason"), _EXAMPLE),
    Template("cases.ruled", N_("權責裁定"), N_("{number} 裁定由{unit}辦理"), N_("{who} 裁定{title}（{number}）由{unit}辦理，{due} 到期。理由：{reason}。"), ("number", "title", "unit", "due", "who", "reason"), _EXAMPLE),
    Template("cases.extension_asked", N_("案件申請展延"), N_("{number} 申請展延，等您核定"), N_("{who} 申請展延{title}（{number}），現在的期限是 {due}。理由：{reason}。請在到期前核定。"), ("number", "title", "due", "who", "reason"), _EXAMPLE),
    Template("cases.extension_decided", N_("案件展延已決定"), N_("{number} 的展延：{decision}"), N_("{who} 對{title}（{number}）的展延申請：{decision}。現在的期限是 {due}。說明：{reason}。"), ("number", "title", "due", "who", "reason", "decision"), _EXAMPLE),
    Template("cases.limit_changed", N_("案件期限改了"), N_("{number} 的期限改為 {due}"), N_("{who} 改了{title}（{number}）的期限，現在 {due} 到期。理由：{reason}。"), ("number", "title", "due", "who", "reason"), _EXAMPLE),
)  # fmt: skip
