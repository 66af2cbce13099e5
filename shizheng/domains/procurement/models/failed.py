"""F01 採購流廢標督導小組: a year's series, its cases, what happened to each, what agencies do about it each month."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.common.roc import year_number
from shizheng.common.words import tell
from shizheng.domains.procurement.rules.failed import (
    CAUSE_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    Cause,
    Kind,
    Outcome,
)
from shizheng.kernel.history.models import AppendOnly

CAUSES = [(cause.value, _(CAUSE_LABELS[cause])) for cause in Cause]


class Category(models.TextChoices):
    """採購標的分類（採購法 7）."""

    WORKS = "works", _("工程")
    GOODS = "goods", _("財物")
    SERVICES = "services", _("勞務")


class SupervisionSeries(models.Model):
    """One list of cases of one year, opened by the commission; a year may have more than one edition."""

    roc_year = models.PositiveSmallIntegerField(_("年度"))
    edition = models.PositiveSmallIntegerField(_("梯次"), default=1)
    opened_on = models.DateField(_("開案日"))
    note = models.TextField(_("說明"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("流廢標督導年度")
        verbose_name_plural = _("流廢標督導年度")
        ordering = ["-roc_year", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["roc_year", "edition"], name="procurement_series_once"),
        ]

    def __str__(self) -> str:
        if self.edition == 1:
            return tell("%(year)s 年度", year=year_number(self.roc_year))
        return tell("%(year)s 年度第 %(n)s 梯次", year=year_number(self.roc_year), n=self.edition)


class FailedTenderCase(models.Model):
    """列管的流廢標案. Amounts in NTD. What stands from `outcome` on follows from its events and is never typed.

    `tender_ref` names the tender of the register that it follows, 0 where it stands in none.
    """

    series = models.ForeignKey(
        SupervisionSeries, models.PROTECT, related_name="cases", verbose_name=_("年度")
    )
    tender_no = models.CharField(_("採購案號"), max_length=60)
    name = models.CharField(_("標案名稱"), max_length=300)
    agency = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦機關")
    )
    category = models.CharField(_("標的分類"), max_length=8, choices=Category.choices)
    amount = models.DecimalField(_("預算金額（元）"), max_digits=16, decimal_places=0)
    listed_on = models.DateField(_("列管日"))
    note = models.TextField(_("說明"), blank=True)
    tender_ref = models.PositiveBigIntegerField(_("標案登錄"), default=0)
    outcome = models.CharField(
        _("結果"),
        max_length=8,
        default=Outcome.OPEN.value,
        choices=[(each.value, _(OUTCOME_LABELS[each])) for each in Outcome],
    )
    settled_on = models.DateField(_("決標或不續辦日"), null=True, blank=True)
    award_amount = models.DecimalField(
        _("決標金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True
    )
    failed = models.PositiveSmallIntegerField(_("流標次數"), default=0)
    void = models.PositiveSmallIntegerField(_("廢標次數"), default=0)
    first_failed_on = models.DateField(_("首次流廢標日"), null=True, blank=True)
    last_failed_on = models.DateField(_("最近流廢標日"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("流廢標督導案")
        verbose_name_plural = _("流廢標督導案")
        ordering = ["-listed_on", "tender_no"]
        constraints = [
            models.UniqueConstraint(fields=["series", "tender_no"], name="procurement_case_once"),
            models.UniqueConstraint(
                fields=["series", "tender_ref"], condition=~Q(tender_ref=0), name="procurement_tender_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="procurement_amount_not_negative"),
        ]
        indexes = [models.Index(fields=["agency", "outcome"], name="procurement_of_agency")]

    def __str__(self) -> str:
        return f"{self.tender_no} {self.name}"


class CaseEvent(AppendOnly):
    """What happened to a case on a day. A correction supersedes; `struck` says that it did not happen after all.

    `followed` is the number of what happened to the tender in the register, 0 where it was told here.
    """

    case = models.ForeignKey(
        FailedTenderCase, models.PROTECT, related_name="events", verbose_name=_("督導案")
    )
    kind = models.CharField(
        _("事件"), max_length=8, choices=[(kind.value, _(KIND_LABELS[kind])) for kind in Kind]
    )
    on = models.DateField(_("日期"))
    bidders = models.PositiveSmallIntegerField(_("投標家數"), null=True, blank=True)
    amount = models.DecimalField(_("金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True)
    causes = models.JSONField(_("原因"), default=list, blank=True)
    text = models.TextField(_("說明"), blank=True)
    followed = models.PositiveBigIntegerField(_("標案事件"), default=0)
    struck = models.BooleanField(_("刪除"), default=False)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("督導案事件")
        verbose_name_plural = _("督導案事件")
        ordering = ["case", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="procurement_event_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class CaseMonth(AppendOnly):
    """One month of one case as it was locked: what its agency does about it. `filed` is false where nobody filed."""

    case = models.ForeignKey(
        FailedTenderCase, models.PROTECT, related_name="months", verbose_name=_("督導案")
    )
    period = models.CharField(_("月份"), max_length=7)
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    filed = models.BooleanField(_("已填報"), default=True)
    text = models.TextField(_("辦理情形"), blank=True)
    cause = models.CharField(_("主要原因"), max_length=13, blank=True, choices=CAUSES)
    measure = models.TextField(_("改善措施"), blank=True)
    next_on = models.DateField(_("下次招標日"), null=True, blank=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("督導案月報")
        verbose_name_plural = _("督導案月報")
        ordering = ["case", "period"]
        indexes = [models.Index(fields=["period", "case"], name="procurement_month_of")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.period}"
