"""Models that answer for a name, all versions of each with their report cards, and the trainings that were asked for (J03)."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class RoutingModel(models.Model):
    """A question that is answered of texts, such as which agency: which version answers it, and from what confidence on
    its answer counts without a person (NULL: never)."""

    name = models.CharField(_("名稱"), max_length=60, unique=True)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    active = models.ForeignKey(
        "ModelVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("使用中的版本"),
    )
    threshold = models.DecimalField(
        _("自動分派的門檻"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    changed_at = models.DateTimeField(_("修改時間"))
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("分案模型")
        verbose_name_plural = _("分案模型")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold=None) | Q(threshold__gt=0, threshold__lte=1),
                name="routing_threshold_is_a_share",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ModelVersion(AppendOnly):
    """A model as it was made: the hash of its bytes, what from, and its report card. Never changed."""

    model = models.ForeignKey(
        RoutingModel, models.PROTECT, related_name="versions", verbose_name=_("分案模型")
    )
    number = models.PositiveIntegerField(_("版本"))
    sha256 = models.CharField(_("雜湊"), max_length=64)
    size = models.PositiveBigIntegerField(_("位元組"))
    made_from = models.CharField(_("訓練資料"), max_length=200)
    source_sha256 = models.CharField(_("訓練資料的雜湊"), max_length=64, blank=True)
    examples = models.PositiveIntegerField(_("訓練筆數"))
    labels = models.PositiveIntegerField(_("類別數"))
    accuracy = models.FloatField(_("正確率"))
    macro_f1 = models.FloatField(_("各類平均 F1（macro-F1）"))
    ece = models.FloatField(_("校準誤差"))
    card: Any = models.JSONField(_("成績單"), encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField(_("完成時間"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("要求的人")
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("模型版本")
        verbose_name_plural = _("模型版本")
        ordering = ["model", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="routing_version_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="routing_version_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} {self.number}"


class Activation(AppendOnly):
    """That a version answers from then on, and why."""

    model = models.ForeignKey(
        RoutingModel, models.PROTECT, related_name="activations", verbose_name=_("分案模型")
    )
    of = models.ForeignKey(
        ModelVersion, models.PROTECT, related_name="activations", verbose_name=_("模型版本")
    )
    is_roll_back = models.BooleanField(_("退回"), default=False)
    reason = models.TextField(_("理由"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("決定的人")
    )
    at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("啟用紀錄")
        verbose_name_plural = _("啟用紀錄")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="routing_activation_reason")]

    def __str__(self) -> str:
        return f"{self.model_id} {self.of_id}"


class State(models.TextChoices):
    QUEUED = "queued", _("等候訓練")
    DONE = "done", _("完成")
    FAILED = "failed", _("沒有完成")


class Training(models.Model):
    """A training that was asked for: from an upload or from a registered source, and what became of it."""

    model = models.ForeignKey(
        RoutingModel, models.PROTECT, related_name="trainings", verbose_name=_("分案模型")
    )
    source = models.CharField(_("資料來源"), max_length=60, blank=True)
    filename = models.CharField(_("檔名"), max_length=200, blank=True)
    sha256 = models.CharField(_("雜湊"), max_length=64, blank=True)
    columns: Any = models.JSONField(_("欄位"), default=dict)
    state = models.CharField(_("狀態"), max_length=10, choices=State, default=State.QUEUED)
    said = models.TextField(_("說明"), blank=True)
    made = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("做出的版本")
    )
    reason = models.TextField(_("理由"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("要求的人")
    )
    asked_at = models.DateTimeField(_("要求時間"))
    ended_at = models.DateTimeField(_("結束時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("訓練")
        verbose_name_plural = _("訓練")
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "-id"], name="routing_trainings_of")]

    def __str__(self) -> str:
        return f"{self.model_id} {self.asked_at:%Y-%m-%d}"
