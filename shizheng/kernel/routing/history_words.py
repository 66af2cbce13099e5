"""What the actions of routing are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "routing.ask_training": _("要求訓練分案模型"),
    "routing.train": _("訓練分案模型"),
    "routing.take_from_shelf": _("納入指令訓練的模型"),
    "routing.activate": _("啟用分案模型的一版"),
    "routing.roll_back": _("退回分案模型的前一版"),
    "routing.set_threshold": _("設定自動分派的門檻"),
    "routing.clear_away": _("清除沒有用到的模型檔案"),
}
