from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "shizheng.kernel.jobs"
    verbose_name = _("背景工作")
