from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def install_triggers(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Once per `migrate`: Django signals each app that has models, in order; wait for the last."""
    from django.apps import apps

    from shizheng.kernel.history import triggers

    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if sender.name == last.name:
        triggers.install(connections[using], settings.DATABASES["default"]["USER"])


class HistoryConfig(AppConfig):
    name = "shizheng.kernel.history"
    verbose_name = _("歷程")

    def ready(self) -> None:
        from shizheng.web import nav

        post_migrate.connect(install_triggers, dispatch_uid="history.install_triggers")
        nav.register(nav.NavEntry(_("歷程"), "history:entries", "history", "history.view", 80, area="system"))
