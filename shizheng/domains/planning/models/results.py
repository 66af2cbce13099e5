"""What the plan reports about the year before: rows, and the figures in their narratives (A04)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.planning.models.goals import Kpi
from shizheng.domains.planning.models.plans import Plan, Printed


class ResultStatus(models.TextChoices):
    """Judged against the target by the figure, never by the wording (X-02, X-13, X-36): the words of `Status`."""

    MET = "met", _("達標")
    ON_TRACK = "on_track", _("照此速度可達標")
    NOT_MET = "not_met", _("未達標")
    AT_RISK = "at_risk", _("有落後之虞")
    NOT_YET_MEASURABLE = "not_yet_measurable", _("尚未可衡量")
    TO_CONFIRM = "to_confirm", _("待確認")


class ResultRow(Printed):
    """One row of 上年度實施狀況及成果概述."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="results", verbose_name=_("計畫"))
    position = models.PositiveIntegerField(_("次序"))
    roc_year = models.PositiveSmallIntegerField(_("民國年度"), null=True, blank=True)
    period_start = models.DateField(_("期間開始"), null=True, blank=True)
    period_end = models.DateField(_("期間結束（不含）"), null=True, blank=True)
    period_text = models.TextField(_("期間（印出）"), blank=True)
    goal_name = models.TextField(_("策略績效目標"), blank=True)
    goal_weight = models.DecimalField(
        _("目標權重（%）"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    kpi_name = models.TextField(_("衡量指標"), blank=True)
    kpi_weight = models.DecimalField(
        _("指標權重（%）"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    kpi = models.ForeignKey(
        Kpi, models.SET_NULL, null=True, blank=True, related_name="results", verbose_name=_("對應的指標")
    )
    target_text = models.TextField(_("原訂目標值"), null=True, blank=True)
    narrative = models.TextField(_("績效衡量暨達成情形分析"), blank=True)
    status = models.CharField(
        _("達成情形"), max_length=20, choices=ResultStatus.choices, default=ResultStatus.TO_CONFIRM
    )
    status_note = models.TextField(_("判定說明"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("成果")
        verbose_name_plural = _("成果")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="planning_result_position"),
            models.CheckConstraint(
                condition=Q(period_end=None) | Q(period_end__gt=models.F("period_start")),
                name="planning_result_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_name} {self.period_text}"


class FigureRole(models.TextChoices):
    """What a printed number is. Nobody has said so until `confirmed`."""

    OPEN = "open", _("還沒有人確認")
    INPUT = "input", _("代入的數")
    PRINTED_VALUE = "value", _("印出的指標值")
    OTHER = "other", _("其他數字")


class ResultFigure(models.Model):
    """One number printed in a narrative, and what it is."""

    result = models.ForeignKey(ResultRow, models.CASCADE, related_name="figures", verbose_name=_("成果"))
    position = models.PositiveIntegerField(_("次序"))
    text = models.CharField(_("印出的文字"), max_length=100)
    value = models.DecimalField(_("數值"), max_digits=30, decimal_places=8, null=True, blank=True)
    unit = models.CharField(_("單位"), max_length=20, blank=True)
    start = models.PositiveIntegerField(_("在敘述裡的起點"))
    end = models.PositiveIntegerField(_("在敘述裡的終點"))
    role = models.CharField(_("是什麼數"), max_length=10, choices=FigureRole.choices, default=FigureRole.OPEN)
    input_name = models.CharField(_("代入的名稱"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("成果數字")
        verbose_name_plural = _("成果數字")
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "position"], name="planning_figure_position"),
            models.CheckConstraint(
                condition=(Q(role="input") & ~Q(input_name="")) | (~Q(role="input") & Q(input_name="")),
                name="planning_figure_input_named",
            ),
        ]

    def __str__(self) -> str:
        return self.text
