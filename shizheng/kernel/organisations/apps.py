from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "shizheng.kernel.organisations"
    verbose_name = _("組織")

    def ready(self) -> None:
        from shizheng.kernel.organisations import queries
        from shizheng.web import frame
        from shizheng.web.nav import NavEntry, register

        frame.set_demonstration_check(queries.is_demonstration)
        register(
            NavEntry(
                _("機關"), "organisations:tree", "building-community", "organisations.view", 10, area="system"
            )
        )
