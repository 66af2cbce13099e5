from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingConfig(AppConfig):
    name = "shizheng.kernel.filing"
    verbose_name = _("填報")

    def ready(self) -> None:
        from shizheng.kernel.filing import diary, frame, rule_effects

        diary.register()
        frame.plug_in()
        rule_effects.plug_in()
