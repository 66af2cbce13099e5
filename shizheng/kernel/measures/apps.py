from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "shizheng.kernel.measures"
    verbose_name = _("指標與數字")

    def ready(self) -> None:
        from shizheng.kernel.measures import search
        from shizheng.web import nav
        from shizheng.web import search as searching

        nav.register(
            nav.NavEntry(_("指標定義"), "measures:list", "math-function", "measures.view", 50, area="domain")
        )
        searching.register(searching.Provider("measure", _("指標定義"), search.find))
