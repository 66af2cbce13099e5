from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "shizheng.domains.planning"
    verbose_name = _("施政計畫")

    def ready(self) -> None:
        from shizheng.domains.planning import (
            frame,
            promise_filing,
            promise_frame,
            publications,
            rounds,
            rule_effects,
        )

        frame.register()
        promise_frame.register()
        promise_filing.register_filing()
        publications.register()
        rounds.register()
        rule_effects.plug_in()
