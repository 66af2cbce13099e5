"""Django app of the design system (label ``web``)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Holds templates, assets and registries; has no models."""

    name = "shizheng.web"
    label = "web"
    verbose_name = _("介面")

    def ready(self) -> None:
        """Register the check that says when assets were not built; let pure code and fields speak the reader's language."""
        from shizheng.web import checks, forms, speech  # noqa: F401

        speech.install()
        forms.say_plainly()
