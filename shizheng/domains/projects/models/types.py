"""Types of tenders (財物勞務, 委外設計, 用地取得, 發包工程 and what officers add) with the checkpoints that they propose."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Which part of the life a checkpoint closes; `works` is where 施工進度 runs."""

    PLANNING = "planning", _("計畫")
    DESIGN = "design", _("設計")
    LAND = "land", _("用地")
    TENDER = "tender", _("招標")
    AWARD = "award", _("決標")
    WORKS = "works", _("履約施工")
    COMPLETION = "completion", _("完工")
    ACCEPTANCE = "acceptance", _("驗收")
    CLOSING = "closing", _("結算結案")


class ProjectType(models.Model):
    """A type of tender. Changing it changes nothing of tenders that are there: they have taken its checkpoints over."""

    code = models.SlugField(_("代碼"), max_length=40, unique=True)
    name = models.CharField(_("名稱"), max_length=60, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=100, blank=True)
    has_works = models.BooleanField(_("有施工進度"), default=False)
    in_use = models.BooleanField(_("使用中"), default=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("標案類型")
        verbose_name_plural = _("標案類型")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class TypeCheckpoint(models.Model):
    """A checkpoint that a type proposes: weight in percent, and after how many days from the one before."""

    type = models.ForeignKey(
        ProjectType, models.CASCADE, related_name="checkpoints", verbose_name=_("標案類型")
    )
    position = models.PositiveSmallIntegerField(_("順序"))
    code = models.SlugField(_("代碼"), max_length=40)
    name = models.CharField(_("檢核點"), max_length=60)
    name_en = models.CharField(_("英文名稱"), max_length=100, blank=True)
    stage = models.CharField(_("階段"), max_length=10, choices=Stage.choices)
    weight = models.DecimalField(_("權重（%）"), max_digits=5, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("距前一檢核點（日曆天）"), default=30)

    class Meta:
        verbose_name = _("類型的檢核點")
        verbose_name_plural = _("類型的檢核點")
        ordering = ["type", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "position"],
                name="projects_type_checkpoint_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["type", "code"], name="projects_type_checkpoint_code"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="projects_type_checkpoint_weight"
            ),
        ]

    def __str__(self) -> str:
        return self.name
