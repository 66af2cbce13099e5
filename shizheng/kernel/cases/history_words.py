"""What the actions on cases are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "cases.open_case": _("收案"),
    "cases.bring_in": _("自他系統匯入案件"),
    "cases.apply_transition": _("案件進行"),
    "cases.assign": _("分案"),
    "cases.release": _("取消會辦"),
    "cases.hand_back": _("退分"),
    "cases.rule_on_responsibility": _("權責裁定"),
    "cases.ask_extension": _("申請展延"),
    "cases.decide_extension": _("核定展延"),
    "cases.change_limit": _("改列期限"),
    "cases.pause": _("停止計算期限"),
    "cases.resume": _("繼續計算期限"),
    "cases.link": _("建立案件關聯"),
    "cases.unlink": _("解除案件關聯"),
    "cases.merge": _("併案"),
    "cases.unmerge": _("解除併案"),
    "cases.seal": _("彌封資料"),
    "cases.read_sealed": _("開啟彌封資料"),
    "cases.anonymise": _("去識別"),
    "cases.derive_again": _("依新日曆重算期限"),
    "cases.escalate": _("案件稽催"),
}
