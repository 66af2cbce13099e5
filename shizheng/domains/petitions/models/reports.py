"""What an officer writes into the month's quality and quantity report (J05, J06): kept by month; editions keep it as it went out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthReport(models.Model):
    """The words of one month's report (`2025-03`). `findings` empty: as drafted from the figures."""

    period = models.CharField(_("月份"), max_length=7, unique=True)
    foreword = models.TextField(_("前言"), blank=True)
    findings = models.TextField(_("分析"), blank=True)
    advice = models.TextField(_("建議"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("質量分析報告")
        verbose_name_plural = _("質量分析報告")
        ordering = ["-period"]

    def __str__(self) -> str:
        return self.period
