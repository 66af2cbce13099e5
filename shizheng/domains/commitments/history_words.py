"""What the actions on commitments are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "commitments.load_shipped": _("載入列管清單"),
    "commitments.create_list": _("新增列管清單"),
    "commitments.edit_list": _("修改列管清單"),
    "commitments.create": _("新增列管事項"),
    "commitments.edit": _("修改列管事項"),
    "commitments.follow_source": _("隨來源修改列管事項"),
    "commitments.import": _("匯入列管事項"),
    "commitments.tell": _("填報辦理情形"),
    "commitments.ask_extension": _("申請展延"),
    "commitments.decide_extension": _("決定展延"),
    "commitments.take_back_extension": _("撤回展延申請"),
    "commitments.ask_release": _("申請解列"),
    "commitments.decide_release": _("決定解列"),
    "commitments.take_back_release": _("撤回解列申請"),
    "commitments.reopen": _("重新列管"),
    "commitments.withdraw": _("撤銷列管"),
    "commitments.restore": _("恢復列管"),
    "commitments.chase": _("催辦列管事項"),
}
