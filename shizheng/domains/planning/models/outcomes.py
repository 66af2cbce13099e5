"""What became of a KPI in one round of results: as it was locked, by which version of which rule (A04, X-13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.planning.models.goals import Kpi
from shizheng.domains.planning.models.plans import Plan
from shizheng.domains.planning.rules.tallies import Status

STATUS_LABELS = {
    Status.MET: _("達標"),
    Status.ON_TRACK: _("照此速度可達標"),
    Status.AT_RISK: _("有落後之虞"),
    Status.NOT_MET: _("未達標"),
    Status.NO_TARGET: _("未訂目標"),
    Status.NOT_FILED: _("未填報"),
    Status.NOT_DUE: _("未到期"),
    Status.TO_CONFIRM: _("待確認"),
    Status.NOT_YET_MEASURABLE: _("尚未可衡量"),
    Status.NOT_APPLICABLE: _("不適用"),
}


class Outcome(models.Model):
    """The result of one KPI for one period, from a return that was signed and locked; a correction brings it up to date.

    The number itself is a figure of the measure: here stand its judgement with the versions of the rules that made it,
    and what the agency wrote. `narrative` holds the mark at which the system writes the figure.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outcomes", verbose_name=_("計畫"))
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="outcomes", verbose_name=_("衡量指標"))
    period = models.CharField(_("期間"), max_length=10)
    filing = models.ForeignKey("filing.Return", models.PROTECT, related_name="+", verbose_name=_("填報表"))
    status = models.CharField(
        _("判定"), max_length=20, choices=[(s.value, label) for s, label in STATUS_LABELS.items()]
    )
    comparison = models.CharField(_("比較"), max_length=200, blank=True)
    figure = models.CharField(_("數字編號"), max_length=100, blank=True)
    value = models.DecimalField(_("值"), max_digits=30, decimal_places=12, null=True, blank=True)
    rule = models.CharField(_("判定規則"), max_length=80, blank=True)
    rule_version = models.BigIntegerField(_("判定規則版本編號"), null=True, blank=True)
    at_risk_version = models.BigIntegerField(_("落後規則版本編號"), null=True, blank=True)
    narrative = models.TextField(_("敘述"), blank=True)
    sentence = models.TextField(_("系統寫入的數字"), blank=True)
    why_missing = models.TextField(_("沒有數字的理由"), blank=True)
    evidence = models.TextField(_("依據"), blank=True)
    evidence_files = models.JSONField(_("佐證"), default=list, blank=True)
    """Files of the return as `{"id": …, "name": …}`: their names are told, who opens them the return decides."""
    corrected_at = models.DateTimeField(_("更正時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("指標成果")
        verbose_name_plural = _("指標成果")
        ordering = ["plan", "period", "kpi"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "period"], name="planning_outcome_once"),
        ]
        indexes = [models.Index(fields=["plan", "period"], name="planning_outcomes_of")]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"
