"""What the actions of organisations are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "organisations.set_up_city": _("設立市政府"),
    "organisations.open_unit": _("新設單位"),
    "organisations.close_unit": _("裁撤單位"),
    "organisations.change_unit": _("修改單位"),
    "organisations.rename_unit": _("單位改名"),
    "organisations.move_unit": _("改隸單位"),
    "organisations.merge_units": _("合併單位"),
    "organisations.split_unit": _("分設單位"),
    "organisations.set_aliases": _("設定單位別名"),
    "organisations.load_agencies": _("匯入機關清單"),
    "organisations.show_todays_names": _("名稱到了生效日"),
}
