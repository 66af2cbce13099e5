"""Programmes: a tag with targets, a filing cycle and control levels of its own, and what was filed about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Cycle(models.TextChoices):
    """How often the lead agency files about the programme as a whole."""

    NONE = "none", _("不另填報")
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季")


class ControlLevels(models.IntegerChoices):
    """Up to which level it is controlled (B15): units each month, the lead agency's meeting, RDEC each quarter."""

    ONE = 1, _("第一級：執行單位自主管控")
    TWO = 2, _("第二級：主政機關每月管控會議")
    THREE = 3, _("第三級：研考會每季提報市府會議")


class Programme(models.Model):
    """A tag with a target of its own: 前瞻基礎建設, 一般性補助款, 社會住宅 8 年 1 萬戶 (B15, B16, C10)."""

    code = models.SlugField(_("代碼"), max_length=40, unique=True)
    name = models.CharField(_("名稱"), max_length=100, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=150, blank=True)
    note = models.TextField(_("說明"), blank=True)
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("結束日"), null=True, blank=True)
    target_quantity = models.DecimalField(
        _("目標數量"), max_digits=24, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("單位"), max_length=20, blank=True)
    lead = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主政機關"),
    )
    cycle = models.CharField(_("填報週期"), max_length=7, choices=Cycle.choices, default=Cycle.NONE)
    control_levels = models.PositiveSmallIntegerField(
        _("管考層級"), choices=ControlLevels.choices, default=ControlLevels.ONE
    )
    measure = models.ForeignKey(
        "measures.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("連結的指標"),
    )
    promise_codes = models.CharField(_("連結的政見"), max_length=300, blank=True)
    in_use = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("專案計畫")
        verbose_name_plural = _("專案計畫")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProgrammeTarget(models.Model):
    """So much in all (cumulative, in the programme's unit) by a day."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="targets", verbose_name=_("專案計畫")
    )
    on = models.DateField(_("日期"))
    quantity = models.DecimalField(_("累計數量"), max_digits=24, decimal_places=6)

    class Meta:
        verbose_name = _("專案計畫的分期目標")
        verbose_name_plural = _("專案計畫的分期目標")
        ordering = ["programme", "on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "on"], name="projects_target_once_a_day"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="projects_target_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.on}"


class ProgrammeProgress(AppendOnly):
    """What the lead agency filed about a period, as locked; `planned` is the quantity planned for its last day then.

    `coordination` maps ids of tenders to what other agencies have to help with (TC-26). Nothing filed: `filed` is false.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="progress", verbose_name=_("專案計畫")
    )
    period = models.CharField(_("期間"), max_length=7)
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    filed = models.BooleanField(_("已填報"), default=True)
    quantity = models.DecimalField(_("累計數量"), max_digits=24, decimal_places=6, null=True)
    planned = models.DecimalField(_("預定累計數量"), max_digits=24, decimal_places=6, null=True)
    text = models.TextField(_("辦理情形"), blank=True)
    issues = models.TextField(_("落後原因與對策"), blank=True)
    coordination = models.JSONField(_("需跨機關協調"), default=dict)
    evidence = models.TextField(_("佐證檔案"), blank=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("專案計畫填報")
        verbose_name_plural = _("專案計畫填報")
        ordering = ["programme", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "period"], condition=Q(supersedes=None), name="projects_progress_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="projects_progress_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.period}"
