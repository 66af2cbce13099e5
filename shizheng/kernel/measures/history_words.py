"""What the actions of measures are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "measures.define": _("新增指標"),
    "measures.revise_definition": _("修訂指標定義"),
    "measures.choose_reading": _("選定讀法"),
    "measures.record_facts": _("填報數字"),
    "measures.correct_fact": _("更正數字"),
}
