"""The months of a tender as they were filed and locked: never rewritten, so that a published month stays what it was."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.history.models import AppendOnly


class Cause(models.TextChoices):
    """落後因素, so that patterns can be counted."""

    LAND = "land", _("用地")
    DESIGN = "design", _("設計")
    PERMIT = "permit", _("審查與許可")
    TENDER = "tender", _("招標")
    CONTRACTOR = "contractor", _("廠商履約")
    UTILITIES = "utilities", _("管線遷移")
    CHANGE = "change", _("變更設計")
    WEATHER = "weather", _("天候災害")
    LABOUR = "labour", _("缺工缺料")
    PROTEST = "protest", _("民眾異議")
    FUNDS = "funds", _("經費")
    OTHER = "other", _("其他")


class MonthRecord(AppendOnly):
    """One month of one tender, as locked. Progress in percent, money of the year to date in NTD.

    `plan` is the version that judged it, `reached` the code of the last checkpoint reached by the end of the month,
    `programmes` the ids of those that it belonged to at the lock (NULL: locked before this was kept).
    What nobody filed by the lock has `filed` false and no actual progress.
    """

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="months", verbose_name=_("標案")
    )
    period = models.CharField(_("月份"), max_length=7)
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    plan = models.ForeignKey(
        "projects.PlanVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("預定進度")
    )
    filed = models.BooleanField(_("已填報"), default=True)
    state = models.CharField(
        _("狀態"), max_length=10, choices=[(state.value, _(STATE_LABELS[state])) for state in State]
    )
    planned = models.DecimalField(_("預定進度（%）"), max_digits=9, decimal_places=4, null=True)
    actual = models.DecimalField(_("實際進度（%）"), max_digits=9, decimal_places=4, null=True)
    planned_works = models.DecimalField(_("預定施工進度（%）"), max_digits=9, decimal_places=4, null=True)
    actual_works = models.DecimalField(_("實際施工進度（%）"), max_digits=9, decimal_places=4, null=True)
    programmes = ArrayField(models.BigIntegerField(), verbose_name=_("專案計畫"), null=True)
    reached = models.SlugField(_("已達檢核點"), max_length=40, blank=True)
    reached_on = models.DateField(_("達成日"), null=True)
    year_budget = models.DecimalField(_("年度預算"), max_digits=16, decimal_places=0, null=True)
    allocated = models.DecimalField(_("累計分配數"), max_digits=16, decimal_places=0, null=True)
    paid = models.DecimalField(_("實付數"), max_digits=16, decimal_places=0, null=True)
    payable = models.DecimalField(_("應付數"), max_digits=16, decimal_places=0, null=True)
    surplus = models.DecimalField(_("節餘數"), max_digits=16, decimal_places=0, null=True)
    text = models.TextField(_("辦理情形"), blank=True)
    cause = models.CharField(_("落後因素"), max_length=12, choices=Cause.choices, blank=True)
    remedy = models.TextField(_("改善對策"), blank=True)
    catch_up_on = models.DateField(_("預定趕上日"), null=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("標案月進度")
        verbose_name_plural = _("標案月進度")
        ordering = ["project", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "period"], condition=Q(supersedes=None), name="projects_month_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="projects_month_correction_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["period", "project"], name="projects_of_month"),
            GinIndex(fields=["programmes"], name="projects_month_programmes"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period}"
