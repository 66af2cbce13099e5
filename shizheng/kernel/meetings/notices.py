"""What meetings tell people, by whatever delivers it (`filing.notices`)."""

from shizheng.common.words import N_
from shizheng.kernel.filing.notices import Template

_EXAMPLE = {"title": "114 年 4 月工務局進度會報", "unit": "工務局", "due": "114-04-10", "who": "王小明"}
TEMPLATES = (
    Template("meetings.to_hold", N_("會議將到期"), N_("{title}請在 {due} 以前召開"), N_("{unit}：{title}還沒有召開，{due} 到期。請排定時間、定案議程。"), ("title", "unit", "due"), _EXAMPLE),
    Template("meetings.not_held", N_("應開會而未開"), N_("{title}逾期未開（{due} 到期）"), N_("{unit}：{title}應在 {due} 以前召開，到現在還沒有開會紀錄。請儘速召開；不開會時請取消並寫理由。"), ("title", "unit", "due"), _EXAMPLE),
    Template("meetings.minutes_due", N_("會議紀錄將到期"), N_("{title}的紀錄請在 {due} 以前發出"), N_("{unit}：{title}已開會，紀錄 {due} 到期。請整理後送主席核定發出。"), ("title", "unit", "due"), _EXAMPLE),
    Template("meetings.minutes_late", N_("會議紀錄逾期"), N_("{title}的紀錄逾期未發（{due} 到期）"), N_("{unit}：{title}的紀錄應在 {due} 以前發出，到現在還沒有。請儘速整理、核定、發出。"), ("title", "unit", "due"), _EXAMPLE),
    Template("meetings.minutes_out", N_("會議紀錄已發出"), N_("{title}的紀錄已發出"), N_("{title}的紀錄已由 {who} 核定發出。{unit}沒有要辦的事項，請參閱。"), ("title", "unit", "who"), _EXAMPLE),
    Template("meetings.resolved", N_("會議交辦事項"), N_("{title}：{unit}有 {count} 項要辦"), N_("{title}的紀錄已由 {who} 核定發出，{unit}要辦的有 {count} 項，最早的期限 {due}。各項內容與期限在所附的函裡。"), ("title", "unit", "who", "count", "due"), {**_EXAMPLE, "count": "2"}),
)  # fmt: skip
