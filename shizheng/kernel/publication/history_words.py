"""What the actions of publications are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "publication.issue": _("公布文件"),
    "publication.clear_away": _("清除沒有公布用到的檔案"),
    "publication.withdraw": _("撤回公布的文件"),
}
