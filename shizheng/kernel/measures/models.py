"""Measures, their dated definitions, and the facts filed for them. Facts and definitions are never overwritten."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Direction(models.TextChoices):
    AT_LEAST = ">=", _("越高越好（≥）")
    AT_MOST = "<=", _("越低越好（≤）")
    EXACTLY = "=", _("剛好等於（=）")


class OverTime(models.TextChoices):
    LATEST = "latest", _("取最近一期")
    SUM = "sum", _("各期相加")
    MEAN = "mean", _("各期平均")
    RATIO_OF_SUMS = "ratio_of_sums", _("合計相除，不平均")


class OverUnits(models.TextChoices):
    RATIO_OF_SUMS = "ratio_of_sums", _("合計相除，不平均")
    SUM = "sum", _("各單位相加")
    MEAN = "mean", _("各單位平均")
    NONE = "none", _("不彙總")


class MissingKind(models.TextChoices):
    NOT_FILED = "not_filed", _("未填報")
    TO_BE_CONFIRMED = "to_be_confirmed", _("待確認")
    NOT_YET_MEASURABLE = "not_yet_measurable", _("尚未可衡量")
    NOT_APPLICABLE = "not_applicable", _("不適用")


class PeriodKind(models.TextChoices):
    YEAR = "year", _("年")
    HALF = "half", _("半年")
    QUARTER = "quarter", _("季")
    MONTH = "month", _("月")


class Progress(models.TextChoices):
    VALUE_OVER_TARGET = "value_over_target", _("實際 ÷ 目標")
    TARGET_OVER_VALUE = "target_over_value", _("目標 ÷ 實際")


class Measure(models.Model):
    """Something that is measured, for as long as it is called the same. What it means is in its definitions."""

    code = models.CharField(_("代碼"), max_length=80, unique=True)
    name = models.CharField(_("名稱"), max_length=300)
    owner = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("主管單位"),
        db_column="owner_id",
    )
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("指標")
        verbose_name_plural = _("指標")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DefinitionVersion(AppendOnly):
    """One version of what a measure means, for periods from `valid_from` until before `valid_to` (X-06).

    Of several versions valid on a day the one with the highest number counts; a choice of reading is a new version too.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="definitions", verbose_name=_("指標"))
    number = models.PositiveIntegerField(_("版"))
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("迄（不含）"), null=True, blank=True)
    unit = models.CharField(_("單位"), max_length=20, blank=True)
    direction = models.CharField(
        _("方向"), max_length=2, choices=Direction.choices, default=Direction.AT_LEAST
    )
    target = models.DecimalField(_("目標值"), max_digits=30, decimal_places=10, null=True, blank=True)
    target_period = models.CharField(
        _("目標的期間"), max_length=10, choices=PeriodKind.choices, default=PeriodKind.YEAR
    )
    targets = models.JSONField(_("分期目標"), default=dict, blank=True)
    places = models.PositiveSmallIntegerField(_("小數位數"), default=2)
    formula = models.JSONField(_("公式"), null=True, blank=True)
    formula_text = models.TextField(_("印出的衡量標準"), blank=True)
    inputs = models.JSONField(_("輸入"), default=list)
    aggregation_time = models.CharField(
        _("各期彙總"), max_length=20, choices=OverTime.choices, default=OverTime.LATEST
    )
    aggregation_units = models.CharField(
        _("各單位彙總"), max_length=20, choices=OverUnits.choices, default=OverUnits.NONE
    )
    progress = models.CharField(
        _("進度算法"), max_length=20, choices=Progress.choices, default=Progress.VALUE_OVER_TARGET
    )
    readings = models.JSONField(_("讀法"), default=list, blank=True)
    reading_in_force = models.CharField(_("採用的讀法"), max_length=40, blank=True)
    needs_confirmation = models.BooleanField(_("待確認"), default=False)
    notes = models.JSONField(_("說明"), default=list, blank=True)
    source = models.TextField(_("出處"), blank=True)
    reason = models.TextField(_("修訂理由"), blank=True)

    class Meta:
        verbose_name = _("指標定義")
        verbose_name_plural = _("指標定義")
        ordering = ["measure_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="measures_definition_number"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="measures_definition_dates"
            ),
            models.CheckConstraint(condition=Q(places__lte=12), name="measures_definition_places"),
        ]

    def __str__(self) -> str:
        return _("第 %(number)s 版") % {"number": self.number}


class Fact(AppendOnly):
    """One number (or list, or kind of missing) of one input, unit and period. A correction is a new fact.

    The database holds to one chain a key: one first fact, each superseded by at most one other.
    """

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="facts", verbose_name=_("指標"), db_index=False
    )
    input = models.CharField(_("輸入"), max_length=40)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("單位"), db_index=False
    )
    period = models.CharField(_("期間"), max_length=7)
    period_start = models.DateField(_("期間起"))
    period_end = models.DateField(_("期間迄（不含）"))
    value = models.DecimalField(_("值"), max_digits=30, decimal_places=10, null=True, blank=True)
    missing = models.CharField(
        _("缺值種類"), max_length=20, choices=MissingKind.choices, null=True, blank=True
    )
    rows = models.JSONField(_("明細"), null=True, blank=True, encoder=DjangoJSONEncoder)
    source = models.JSONField(_("來源"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    filed_by = models.ForeignKey(
        "people.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("填報人"),
        db_index=False,
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("填報的數")
        verbose_name_plural = _("填報的數")
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, missing=None, rows=None)
                | Q(value=None, missing__isnull=False, rows=None)
                | Q(value=None, missing=None, rows__isnull=False),
                name="measures_fact_one_of_value_missing_rows",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="measures_fact_period"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="measures_correction_has_reason"
            ),
            models.UniqueConstraint(
                fields=["measure", "unit", "input", "period"],
                condition=Q(supersedes=None),
                name="measures_fact_one_chain",
            ),
        ]
        indexes = [
            # the newest facts of a period over all measures (boards), and over time for one measure (trends)
            models.Index(fields=["period", "measure", "unit"], name="measures_fact_of_period"),
            models.Index(fields=["measure", "unit", "period_start"], name="measures_fact_of_measure"),
            models.Index(fields=["recorded_at"], name="measures_fact_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.input} {self.period}"
