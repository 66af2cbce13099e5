"""A mayor's programme: promises, their parts, action plans, and what was filed about them quarter by quarter (A07)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Programme(models.Model):
    """The programme of one term of office. `term_to` is its last day."""

    title = models.CharField(_("名稱"), max_length=200, unique=True)
    term_from = models.DateField(_("任期開始"))
    term_to = models.DateField(_("任期最後一天"))
    note = models.TextField(_("說明"), blank=True)
    published_at = models.DateTimeField(_("公布時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("政見")
        verbose_name_plural = _("政見")
        ordering = ["-term_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_to__gte=F("term_from")), name="planning_programme_has_days"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PromiseKind(models.TextChoices):
    PROMISE = "promise", _("政見")
    PART = "part", _("子項")
    ACTION = "action", _("行動計畫")


class Promise(models.Model):
    """政見 8, 子項 8-1 or 行動計畫 8-1-1. `order` sorts codes as people count; `ends_on` is the last day.

    An action plan has a main agency and days. Its progress is counted against `target_quantity`, or filed in percent,
    or is that of a KPI (`measure` in `measure_unit`), which is then never typed again.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="promises", verbose_name=_("政見方案")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上層")
    )
    code = models.CharField(_("編號"), max_length=11)
    order = models.CharField(_("排序"), max_length=11)
    kind = models.CharField(_("類別"), max_length=7, choices=PromiseKind.choices)
    happiness = models.BooleanField(_("幸福實踐方案"), default=False)
    title = models.CharField(_("名稱"), max_length=300)
    description = models.TextField(_("說明"), blank=True)
    main_agency = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主辦機關"),
    )
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("結束日"), null=True, blank=True)
    target_quantity = models.DecimalField(
        _("目標數量"), max_digits=24, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("單位"), max_length=20, blank=True)
    measure = models.ForeignKey(
        "measures.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("連結的指標"),
    )
    measure_unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("指標的機關"),
    )
    retired_on = models.DateField(_("停止列管日"), null=True, blank=True)
    retired_reason = models.TextField(_("停止列管理由"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("政見項目")
        verbose_name_plural = _("政見項目")
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="planning_promise_code",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(kind="promise", parent=None) | (~Q(kind="promise") & Q(parent__isnull=False)),
                name="planning_promise_parent",
            ),
            models.CheckConstraint(
                condition=~Q(kind="action")
                | Q(main_agency__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                name="planning_action_plan_whole",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="planning_promise_has_days"
            ),
            models.CheckConstraint(
                condition=Q(target_quantity=None) | Q(target_quantity__gt=0, measure=None),
                name="planning_promise_one_progress",
            ),
            models.CheckConstraint(
                condition=Q(measure=None, measure_unit=None)
                | Q(measure__isnull=False, measure_unit__isnull=False),
                name="planning_promise_kpi_of_unit",
            ),
        ]
        indexes = [models.Index(fields=["main_agency", "kind"], name="planning_promise_agency")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class JointAgency(models.Model):
    """協辦機關 of an action plan."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="joint", verbose_name=_("政見項目"))
    agency = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("協辦機關")
    )

    class Meta:
        verbose_name = _("協辦機關")
        verbose_name_plural = _("協辦機關")
        ordering = ["promise", "agency__order", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "agency"], name="planning_joint_agency_once"),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.agency}"


class PromiseProgress(AppendOnly):
    """What was filed about one action plan for one quarter. A correction supersedes; what was filed stays.

    `target` and `unit` are what the quantity counted against then; `figure` is the linked KPI's figure as it was.
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="progress", verbose_name=_("行動計畫"))
    period = models.CharField(_("季別"), max_length=7)
    filing = models.ForeignKey("filing.Return", models.PROTECT, related_name="+", verbose_name=_("填報表"))
    quantity = models.DecimalField(_("累計數量"), max_digits=30, decimal_places=10, null=True)
    percent = models.DecimalField(_("累計進度（%）"), max_digits=30, decimal_places=10, null=True)
    target = models.DecimalField(_("當時目標數量"), max_digits=24, decimal_places=6, null=True)
    unit = models.CharField(_("當時單位"), max_length=20, blank=True)
    missing = models.CharField(_("缺值"), max_length=20, blank=True)
    text = models.TextField(_("辦理情形"))
    obstacles = models.TextField(_("落後原因與改善措施"), blank=True)
    figure = models.JSONField(_("指標當時的值"), null=True)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="superseded_by",
        verbose_name=_("取代"),
    )

    class Meta:
        verbose_name = _("季進度")
        verbose_name_plural = _("季進度")
        ordering = ["promise", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "period"],
                condition=Q(supersedes=None),
                name="planning_progress_filed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.period}"
