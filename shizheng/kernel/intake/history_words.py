"""What the actions of intake are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "intake.receive": _("上傳待匯入的檔案"),
    "intake.set_mapping": _("改欄位對應"),
    "intake.apply": _("匯入資料"),
    "intake.drop": _("放棄匯入"),
    "intake.edit_mapping": _("修改記住的欄位對應"),
    "intake.forget_mapping": _("刪除記住的欄位對應"),
    "intake.keep_report": _("存匯入報告"),
    "intake.clear_away": _("清除沒有匯入的檔案"),
}
