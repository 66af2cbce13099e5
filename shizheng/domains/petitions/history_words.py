"""What the actions on petitions are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "petitions.load_shipped": _("載入陳情分類與答復範本"),
    "petitions.receive": _("收受陳情"),
    "petitions.receive_open311": _("收受 Open311 申報"),
    "petitions.save_service": _("維護 Open311 服務"),
    "petitions.save_attribute": _("維護分類的題目"),
    "petitions.bring_in": _("匯入歷史陳情"),
    "petitions.edit": _("修改分類與地點"),
    "petitions.change_class": _("改類別"),
    "petitions.dispatch": _("分案"),
    "petitions.accept_proposal": _("照建議分案"),
    "petitions.route": _("自動分案"),
    "petitions.hand_back": _("退分"),
    "petitions.rule": _("權責裁定"),
    "petitions.draft_reply": _("擬答復"),
    "petitions.give_part": _("提供會辦意見"),
    "petitions.check_quality": _("品質抽查"),
    "petitions.anonymise": _("去識別"),
    "petitions.save_category": _("維護陳情分類"),
    "petitions.create_theme": _("新增陳情議題"),
    "petitions.edit_theme": _("修改陳情議題"),
    "petitions.decide_theme": _("確認議題歸屬"),
    "petitions.propose_themes": _("依詞提出議題歸屬"),
    "petitions.write_report": _("撰寫質量分析報告"),
    "petitions.publish_report": _("公布質量分析報告"),
    "petitions.save_template": _("維護答復範本"),
}
