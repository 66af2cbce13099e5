"""一般性補助款 (B16): the plan of a year, its items among the tenders, their allocation and months as locked, the report."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class GrantYear(models.Model):
    """The grant plan of one year. `selected_on` is the day of the selection meeting (GR-13)."""

    programme = models.ForeignKey(
        "projects.Programme", models.PROTECT, related_name="grant_years", verbose_name=_("專案計畫")
    )
    roc_year = models.PositiveSmallIntegerField(_("年度"))
    central_agency = models.CharField(_("中央主管機關"), max_length=100)
    selected_on = models.DateField(_("選案審查會議日期"), null=True, blank=True)
    selection_note = models.TextField(_("選案審查紀要"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("補助年度計畫")
        verbose_name_plural = _("補助年度計畫")
        ordering = ["-roc_year", "programme"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "roc_year"], name="projects_grant_year_once")
        ]

    def __str__(self) -> str:
        return f"{self.roc_year} {self.programme_id}"


class GrantItem(models.Model):
    """A tender that the selection meeting took into the year. Money in NTD for this year: granted, and the city's own.

    One that is taken out again stays, with the day and the reason.
    """

    year = models.ForeignKey(GrantYear, models.PROTECT, related_name="items", verbose_name=_("補助年度計畫"))
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="grant_items", verbose_name=_("標案")
    )
    grant_amount = models.DecimalField(_("補助款（元）"), max_digits=16, decimal_places=0)
    own_share = models.DecimalField(_("自籌款（元）"), default=0, max_digits=16, decimal_places=0)
    note = models.TextField(_("說明"), blank=True)
    dropped_on = models.DateField(_("剔除日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("補助案")
        verbose_name_plural = _("補助案")
        ordering = ["year", "project"]
        constraints = [
            models.UniqueConstraint(fields=["year", "project"], name="projects_grant_item_once"),
            models.CheckConstraint(
                condition=Q(grant_amount__gte=0, own_share__gte=0), name="projects_grant_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_id} {self.project_id}"


class GrantAllocation(AppendOnly):
    """年度分配: twelve amounts in NTD, what is allocated in each month, as the set-up of the item was locked (GR-14)."""

    item = models.ForeignKey(GrantItem, models.PROTECT, related_name="allocations", verbose_name=_("補助案"))
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    amounts = ArrayField(
        models.DecimalField(max_digits=16, decimal_places=0), size=12, verbose_name=_("各月分配數")
    )
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("補助案年度分配")
        verbose_name_plural = _("補助案年度分配")
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(supersedes=None), name="projects_allocation_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="projects_allocation_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item_id)


class GrantMonth(AppendOnly):
    """A month (or quarter, where the rule says so) of an item as locked: money of the year to date in NTD.

    `annual` (granted and own), `awarded` and `completed` are what the register said then. `filed` is false where nobody
    filed: the item stays in every denominator.
    """

    item = models.ForeignKey(GrantItem, models.PROTECT, related_name="months", verbose_name=_("補助案"))
    period = models.CharField(_("期間"), max_length=7)
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    filed = models.BooleanField(_("已填報"), default=True)
    annual = models.DecimalField(_("年度經費"), max_digits=16, decimal_places=0)
    awarded = models.BooleanField(_("已決標"))
    completed = models.BooleanField(_("已完工"))
    allocated = models.DecimalField(_("累計分配數"), null=True, max_digits=16, decimal_places=0)
    paid = models.DecimalField(_("累計實付數"), null=True, max_digits=16, decimal_places=0)
    payable = models.DecimalField(_("應付數"), null=True, max_digits=16, decimal_places=0)
    surplus = models.DecimalField(_("節餘數"), null=True, max_digits=16, decimal_places=0)
    text = models.TextField(_("辦理情形"), blank=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("補助案月填報")
        verbose_name_plural = _("補助案月填報")
        ordering = ["item", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "period"], condition=Q(supersedes=None), name="projects_grant_month_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""),
                name="projects_grant_month_correction_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["period", "item"], name="projects_grant_of_month")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.period}"


class GrantReport(models.Model):
    """The words of the year's performance report (GR-01); its figures come from what was locked."""

    year = models.OneToOneField(
        GrantYear, models.PROTECT, related_name="report", verbose_name=_("補助年度計畫")
    )
    achievements = models.TextField(_("績效與成果"), blank=True)
    problems = models.TextField(_("未達目標的原因"), blank=True)
    improvements = models.TextField(_("改善與建議"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("補助款績效報告")
        verbose_name_plural = _("補助款績效報告")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year_id)
