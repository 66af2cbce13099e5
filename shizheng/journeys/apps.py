from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shizheng import journeys


class JourneysConfig(AppConfig):
    name = "shizheng.journeys"
    verbose_name = _("領域之間的連結")

    def ready(self) -> None:
        for each in iter_modules(journeys.__path__):
            if each.ispkg or each.name == "apps":
                continue
            register = getattr(import_module(f"{journeys.__name__}.{each.name}"), "register", None)
            if register is not None:
                register()
