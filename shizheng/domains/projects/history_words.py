"""What the actions on tenders are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "projects.load_shipped": _("載入標案類型與專案計畫"),
    "projects.create_type": _("新增標案類型"),
    "projects.edit_type": _("修改標案類型"),
    "projects.create_programme": _("新增專案計畫"),
    "projects.edit_programme": _("修改專案計畫"),
    "projects.create_project": _("標案建檔"),
    "projects.edit_project": _("修改標案"),
    "projects.import_projects": _("匯入標案"),
    "projects.record_happening": _("登錄標案事件"),
    "projects.correct_happening": _("更正標案事件"),
    "projects.strike_happening": _("刪除標案事件"),
    "projects.withdraw_project": _("撤銷列管"),
    "projects.restore_project": _("恢復列管"),
    "projects.set_plan": _("訂定預定進度"),
    "projects.record_months": _("登錄標案月進度"),
    "projects.record_unfiled": _("記為未填報"),
    "projects.correct_months": _("更正標案月進度"),
    "projects.raise_matter": _("提請跨機關協調"),
    "projects.edit_matter": _("修改協調事項"),
    "projects.settle_matter": _("登錄協調結果"),
    "projects.reopen_matter": _("重新提出協調事項"),
    "projects.add_photo": _("上傳相片"),
    "projects.edit_photo": _("修改相片的說明"),
    "projects.remove_photo": _("刪除相片"),
    "projects.add_site_note": _("登錄現場紀錄"),
    "projects.warn": _("標案預警"),
}
