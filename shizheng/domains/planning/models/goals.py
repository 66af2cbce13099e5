"""Goals with their weights, and KPIs with all that the table prints about them (A03)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.planning.models.plans import Plan, Printed


class Direction(models.TextChoices):
    AT_LEAST = ">=", _("越高越好（≥）")
    AT_MOST = "<=", _("越低越好（≤）")
    EXACTLY = "=", _("剛好等於（＝）")


class Goal(Printed):
    """策略績效目標. Weights are per year and need not sum to 100 (X-10)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals", verbose_name=_("計畫"))
    position = models.PositiveIntegerField(_("次序"))
    number = models.PositiveSmallIntegerField(_("編號"), null=True, blank=True)
    name = models.TextField(_("策略績效目標"))
    name_in_part_one = models.TextField(_("第一部分所印名稱"), blank=True)
    weight = models.DecimalField(_("權重（%）"), max_digits=7, decimal_places=4, null=True, blank=True)
    description = models.TextField(_("說明"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("策略績效目標")
        verbose_name_plural = _("策略績效目標")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="planning_goal_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(weight=None) | Q(weight__gte=0), name="planning_goal_weight"),
        ]

    def __str__(self) -> str:
        return self.name


class Kpi(Printed):
    """衡量指標／關鍵績效指標. Unknown is null, never invented; the unit is a field of its own (X-05)."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="kpis", verbose_name=_("策略績效目標"))
    position = models.PositiveIntegerField(_("次序"))
    number = models.PositiveSmallIntegerField(_("編號"), null=True, blank=True)
    name = models.TextField(_("衡量指標"))
    weight = models.DecimalField(_("權重（%）"), max_digits=7, decimal_places=4, null=True, blank=True)
    system = models.TextField(_("評估體制"), null=True, blank=True)
    method = models.TextField(_("評估方式"), null=True, blank=True)
    formula_text = models.TextField(_("衡量標準"), null=True, blank=True)
    target_text = models.TextField(_("年度目標值（印出）"), null=True, blank=True)
    target_value = models.DecimalField(_("目標值"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("單位"), max_length=20, null=True, blank=True)
    direction = models.CharField(_("方向"), max_length=2, choices=Direction.choices, null=True, blank=True)
    measure = models.ForeignKey(
        "measures.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("指標定義"),
    )
    definition_version = models.PositiveIntegerField(_("定義版次"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("衡量指標")
        verbose_name_plural = _("衡量指標")
        ordering = ["goal", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "position"],
                name="planning_kpi_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(weight=None) | Q(weight__gte=0), name="planning_kpi_weight"),
            models.CheckConstraint(
                condition=Q(direction=None) | Q(direction__in=[">=", "<=", "="]),
                name="planning_kpi_direction",
            ),
        ]

    def __str__(self) -> str:
        return self.name
