"""Themes (議題): what many petitions of several agencies are about, found by words and confirmed by officers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition


class Theme(models.Model):
    """One theme. `words`: one a line; a petition whose subject or category holds any of them is proposed for it.

    `looked_until`: the key of the last petition that was looked at, kept by the job that proposes.
    """

    history_exclude = ("looked_until",)

    name = models.CharField(_("名稱"), max_length=60, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=120, blank=True)
    words = models.TextField(_("詞"), blank=True)
    note = models.TextField(_("說明"), blank=True)
    in_use = models.BooleanField(_("使用中"), default=True)
    looked_until = models.BigIntegerField(_("看到哪一件"), default=0)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("陳情議題")
        verbose_name_plural = _("陳情議題")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Belonging(models.TextChoices):
    PROPOSED = "proposed", _("待確認")
    CONFIRMED = "confirmed", _("已確認")
    EXCLUDED = "excluded", _("不屬於")


class ThemePetition(models.Model):
    """A petition in a theme: proposed by words, confirmed, or said not to belong; what was decided can be undone."""

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="members", verbose_name=_("陳情議題"))
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="themes", verbose_name=_("陳情案件"))  # fmt: skip
    state = models.CharField(_("歸屬"), max_length=10, choices=Belonging.choices, default=Belonging.PROPOSED)
    by_words = models.BooleanField(_("依詞找到"), default=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("決定者")
    )  # fmt: skip
    at = models.DateTimeField(_("時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("議題的案件")
        verbose_name_plural = _("議題的案件")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "petition"], name="petitions_theme_once"),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(at__isnull=False), name="petitions_theme_decided_when"
            ),
        ]
        indexes = [models.Index(fields=["theme", "state"], name="petitions_theme_state")]

    def __str__(self) -> str:
        return f"{self.theme_id} {self.petition_id} {self.state}"
