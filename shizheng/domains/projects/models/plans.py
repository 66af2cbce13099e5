"""Planned curves. A version is never rewritten: a change order or a new schedule starts the next one (domain-rules 4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.models.types import Stage
from shizheng.kernel.history.models import AppendOnly


class PlanKind(models.TextChoices):
    ORIGINAL = "original", _("原定")
    RESCHEDULED = "rescheduled", _("調整期程")
    CHANGE_ORDER = "change_order", _("契約變更")


class PlanVersion(AppendOnly):
    """預定進度. It judges from month `from_period` (such as `2025-03`) on, until a later version does."""

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="plans", verbose_name=_("標案")
    )
    number = models.PositiveSmallIntegerField(_("版"))
    kind = models.CharField(_("種類"), max_length=12, choices=PlanKind.choices, default=PlanKind.ORIGINAL)
    from_period = models.CharField(_("自哪一月起"), max_length=7)
    works_from = models.DateField(_("預定開工"), null=True, blank=True)
    works_to = models.DateField(_("預定完工"), null=True, blank=True)
    contract_amount = models.DecimalField(
        _("契約金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("預定進度")
        verbose_name_plural = _("預定進度")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="projects_plan_number"),
            models.CheckConstraint(
                condition=Q(kind="original") | ~Q(reason=""), name="projects_new_plan_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return _("第 %(number)s 版") % {"number": self.number}


class PlannedCheckpoint(AppendOnly):
    """A weighted checkpoint of a version, with the day on which it is planned to be reached."""

    plan = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="checkpoints", verbose_name=_("預定進度")
    )
    position = models.PositiveSmallIntegerField(_("順序"))
    code = models.SlugField(_("代碼"), max_length=40)
    name = models.CharField(_("檢核點"), max_length=60)
    name_en = models.CharField(_("英文名稱"), max_length=100, blank=True)
    stage = models.CharField(_("階段"), max_length=10, choices=Stage.choices)
    weight = models.DecimalField(_("權重（%）"), max_digits=5, decimal_places=2)
    planned_on = models.DateField(_("預定日"))

    class Meta:
        verbose_name = _("預定檢核點")
        verbose_name_plural = _("預定檢核點")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="projects_checkpoint_place"),
            models.UniqueConstraint(fields=["plan", "code"], name="projects_checkpoint_code"),
        ]

    def __str__(self) -> str:
        return self.name


class PlannedWorks(AppendOnly):
    """預定施工進度 at the end of a month, cumulative, in percent."""

    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="works", verbose_name=_("預定進度"))
    period = models.CharField(_("月份"), max_length=7)
    percent = models.DecimalField(_("累計（%）"), max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = _("預定施工進度")
        verbose_name_plural = _("預定施工進度")
        ordering = ["plan", "period"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "period"], name="projects_works_once_a_month"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="projects_works_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.percent}"
