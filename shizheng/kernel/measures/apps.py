from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "shizheng.kernel.measures"
    verbose_name = _("指標與數字")

