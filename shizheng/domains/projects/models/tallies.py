"""What the months of an agency come to, counted when they are locked: boards and rankings read these, not every record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class MonthTally(AppendOnly):
    """The tally of one agency in one month by the thresholds beside it (percentage points; None: no rule yet).

    Written in the transaction that locks or corrects, so that as of any moment the newest row says what the records of
    then say. Where a month has any row, each of its agencies has one. Counts of tenders; money in NTD.
    """

    period = models.CharField(_("月份"), max_length=7)
    agency = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦機關")
    )
    tolerance = models.DecimalField(_("符合預定的容許差距"), max_digits=20, decimal_places=6)
    tender = models.DecimalField(_("標案進度嚴重落後門檻"), max_digits=20, decimal_places=6, null=True)
    works = models.DecimalField(_("施工進度嚴重落後門檻"), max_digits=20, decimal_places=6, null=True)
    ahead = models.PositiveIntegerField(_("超前"))
    on_plan = models.PositiveIntegerField(_("符合預定"))
    behind = models.PositiveIntegerField(_("落後"))
    suspended = models.PositiveIntegerField(_("停工"))
    not_filed = models.PositiveIntegerField(_("未填報"))
    severe = models.PositiveIntegerField(_("嚴重落後"))
    money_of = models.PositiveIntegerField(_("經費填報件數"))
    executed = models.DecimalField(_("執行數"), max_digits=24, decimal_places=0)
    allocated = models.DecimalField(_("累計分配數"), max_digits=24, decimal_places=0)
    budget = models.DecimalField(_("年度預算"), max_digits=24, decimal_places=0)
    paid = models.DecimalField(_("實付數"), max_digits=24, decimal_places=0)
    unfiled_suspended = models.PositiveIntegerField(_("停工而未填報"))

    class Meta:
        verbose_name = _("機關月統計")
        verbose_name_plural = _("機關月統計")
        ordering = ["period", "agency", "id"]
        indexes = [models.Index(fields=["period", "agency", "-id"], name="projects_tally_of_month")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.period}"
