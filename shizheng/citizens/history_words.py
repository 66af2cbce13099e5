"""What history calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "citizens.send_petition": _("市民網路陳情"),
    "citizens.comment": _("市民補充說明"),
    "citizens.reopen": _("市民申請重啟"),
    "citizens.confirm": _("市民確認電子郵件"),
    "citizens.set_wishes": _("市民改通知方式"),
    "citizens.drop_unconfirmed": _("電子郵件逾期沒有確認"),
    "citizens.deliver_letters": _("寄出給陳情人的信"),
    "citizens.keep_mail": _("收進來信"),
    "citizens.settle_mail": _("決定來信怎麼處理"),
    "citizens.confirm_mail": _("寄件人確認陳情信"),
    "citizens.chase_mails": _("提醒確認或逾期"),
    "citizens.open_mail": _("開啟來信"),
    "citizens.take_mail": _("來信收案"),
    "citizens.mark_spam": _("列為垃圾信"),
    "citizens.erase_mails": _("清除來信內容"),
    "citizens.answer_survey": _("市民填滿意度調查"),
    "citizens.save_faq": _("修改常見問題"),
    "citizens.import_faq": _("匯入常見問題"),
    "citizens.delete_gap": _("沒有答案的搜尋已處理"),
    "citizens.load_shipped": _("載入隨附的常見問題"),
}
