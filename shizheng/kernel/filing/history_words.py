"""What the actions of filing are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "filing.plan_round": _("排定填報期別"),
    "filing.open_round": _("開放填報"),
    "filing.add_missing_returns": _("補建填報表"),
    "filing.change_round": _("改填報日期"),
    "filing.close_round": _("截止填報"),
    "filing.reopen_round": _("重新開放填報"),
    "filing.cancel_round": _("取消填報期別"),
    "filing.extend_due": _("展延期限"),
    "filing.lock_round": _("鎖定填報"),
    "filing.save_entries": _("填寫"),
    "filing.save_sheet": _("從試算表匯入"),
    "filing.assign_holder": _("指定承辦人"),
    "filing.submit_return": _("送出填報"),
    "filing.withdraw_return": _("收回填報"),
    "filing.sign_return": _("簽核填報"),
    "filing.send_back": _("退回填報"),
    "filing.request_correction": _("申請更正"),
    "filing.approve_correction": _("核可更正"),
    "filing.reject_correction": _("不同意更正"),
    "filing.withdraw_correction": _("收回更正申請"),
    "filing.note_presence": _("開著填報表"),
    "filing.remind": _("催報"),
}
