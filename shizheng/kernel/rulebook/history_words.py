"""What the actions of the rulebook are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "rulebook.load_shipped_rules": _("載入隨附的規則"),
    "rulebook.create_rule": _("新增規則"),
    "rulebook.propose_change": _("提出規則修改"),
    "rulebook.approve_change": _("核可規則修改"),
    "rulebook.reject_change": _("退回規則修改"),
    "rulebook.withdraw_change": _("撤回規則修改"),
}
