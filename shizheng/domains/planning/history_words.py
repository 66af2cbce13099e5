"""What the actions of planning are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "planning.import_plan": _("匯入計畫"),
    "planning.discard_plan": _("捨棄草稿"),
    "planning.accept_plan": _("採認計畫"),
    "planning.publish_plan": _("公布計畫"),
    "planning.withdraw_plan": _("撤回公布"),
    "planning.edit_goal": _("修改目標"),
    "planning.edit_kpi": _("修改衡量指標"),
    "planning.edit_work_plan": _("修改工作計畫"),
    "planning.edit_item": _("修改計畫項目"),
    "planning.add_goal": _("新增目標"),
    "planning.add_kpi": _("新增衡量指標"),
    "planning.add_work_plan": _("新增工作計畫"),
    "planning.add_item": _("新增計畫項目"),
    "planning.remove_goal": _("刪除目標"),
    "planning.remove_kpi": _("刪除衡量指標"),
    "planning.remove_workplan": _("刪除工作計畫"),
    "planning.remove_item": _("刪除計畫項目"),
    "planning.move_goal": _("移動目標"),
    "planning.move_kpi": _("移動衡量指標"),
    "planning.move_workplan": _("移動工作計畫"),
    "planning.move_item": _("移動計畫項目"),
    "planning.confirm_figures": _("登錄成果數字"),
    "planning.confirm_from_figure": _("依已填報的數確認成果"),
    "planning.mark_not_yet_measurable": _("記為尚未可衡量"),
    "planning.match_result": _("對應成果與指標"),
    "planning.record_results": _("記錄成果"),
    "planning.correct_results": _("更正成果"),
}
