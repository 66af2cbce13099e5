from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasuresConfig(AppConfig):
    name = "shizheng.kernel.measures"
    verbose_name = _("指標與數字")

    def ready(self) -> None:
        from shizheng.kernel.measures import effects, search
        from shizheng.kernel.measures.queries.ruling import AT_RISK
        from shizheng.kernel.measures.rules.judging import RULE_CODE
        from shizheng.kernel.rulebook.effects import register
        from shizheng.web import nav, picking
        from shizheng.web import search as searching

        nav.register(
            nav.NavEntry(
                pgettext_lazy("nav", "指標定義"),
                "measures:list",
                "math-function",
                "measures.view",
                50,
                area="domain",
            )
        )
        for code in (RULE_CODE, AT_RISK):
            register(code, effects.changed_verdicts)
        searching.register(searching.Provider("measure", _("指標定義"), search.find))
        picking.register(picking.Source("measures", "measures.view", search.choices))
