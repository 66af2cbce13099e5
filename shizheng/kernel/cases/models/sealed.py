"""What only some may read of a case: under the case's own key, each reading kept; without the key nobody reads it any more."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.cases.models.envelope import Case
from shizheng.kernel.history.models import AppendOnly


class CaseKey(models.Model):
    """The key of a case, itself encrypted under the installation's; empty once it was destroyed. History never holds it."""

    history_exclude = ("wrapped",)

    case = models.OneToOneField(Case, models.PROTECT, related_name="key", verbose_name=_("案件"))
    wrapped = models.BinaryField(_("加密的金鑰"), null=True, editable=False)
    made_at = models.DateTimeField(_("建立時間"))
    destroyed_at = models.DateTimeField(_("銷毀時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("案件金鑰")
        verbose_name_plural = _("案件金鑰")
        ordering = ["case"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False, destroyed_at=None)
                | Q(wrapped=None, destroyed_at__isnull=False),
                name="cases_key_there_or_destroyed",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class SealedPart(models.Model):
    """One thing that is sealed (who it is, how to reach him or her, the words themselves), as ciphertext."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sealed", verbose_name=_("案件"))
    name = models.CharField(_("項目"), max_length=40)
    ciphertext = models.BinaryField(_("密文"), editable=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("彌封資料")
        verbose_name_plural = _("彌封資料")
        ordering = ["case", "name"]
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="cases_sealed_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class CaseReading(AppendOnly):
    """That somebody opened what is sealed, and for what."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readings", verbose_name=_("案件"))
    name = models.CharField(_("項目"), max_length=40)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("開啟者")
    )
    purpose = models.TextField(_("用途"))

    class Meta:
        verbose_name = _("彌封資料開啟紀錄")
        verbose_name_plural = _("彌封資料開啟紀錄")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="cases_readings_of")]
        constraints = [models.CheckConstraint(condition=~Q(purpose=""), name="cases_reading_purpose")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
