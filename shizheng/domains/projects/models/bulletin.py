"""What an officer writes before the month's bulletin (B08): a foreword, kept by month; editions keep it as they went out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BulletinForeword(models.Model):
    """前言 of the bulletin of a month (`2025-03`). Changed until it goes out, and for the next edition."""

    period = models.CharField(_("月份"), max_length=7, unique=True)
    text = models.TextField(_("前言"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("月報前言")
        verbose_name_plural = _("月報前言")
        ordering = ["-period"]

    def __str__(self) -> str:
        return self.period
