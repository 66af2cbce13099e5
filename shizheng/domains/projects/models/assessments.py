"""年度標案考核 (B06): a round for each assessed year, and what each tender scored (TC-10, TC-15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.common.roc import year_number


class AssessmentState(models.TextChoices):
    OPEN = "open", _("考核中")
    SIGNED = "signed", _("已核定")


class AssessmentMode(models.TextChoices):
    """TC-10: the group goes and looks; what it does not visit is assessed by its records alone."""

    SITE = "site", _("實地考核")
    PAPER = "paper", _("書面考核")


class Assessment(models.Model):
    """The assessment of the tenders of one year. `rules` holds what weighed and graded, with the versions, as of its opening."""

    roc_year = models.PositiveSmallIntegerField(_("考核年度"), unique=True)
    state = models.CharField(
        _("狀態"), max_length=6, choices=AssessmentState.choices, default=AssessmentState.OPEN
    )
    due_on = models.DateField(_("期限"))
    rules = models.JSONField(_("依據的規則版本"), default=dict)
    counted_at = models.DateTimeField(_("計分時間"))
    signed_at = models.DateTimeField(_("核定時間"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核定人")
    )  # fmt: skip
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("年度標案考核")
        verbose_name_plural = _("年度標案考核")
        ordering = ["-roc_year"]

    def __str__(self) -> str:
        return _("%(year)s 年度標案考核") % {"year": year_number(self.roc_year)}


class AssessedTender(models.Model):
    """One tender in it. `items` are the automatic scores with their evidence; scores and total from 0 to 100."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="tenders", verbose_name=_("年度標案考核")
    )
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="assessed", verbose_name=_("標案")
    )
    months = models.PositiveSmallIntegerField(_("列管月數"))
    items = models.JSONField(_("計分項目"), default=list)
    automatic = models.DecimalField(_("書面分數"), max_digits=5, decimal_places=2, null=True, blank=True)
    mode = models.CharField(
        _("考核方式"), max_length=5, choices=AssessmentMode.choices, default=AssessmentMode.SITE
    )
    visited_on = models.DateField(_("考核日"), null=True, blank=True)
    group = models.CharField(_("考核小組"), max_length=200, blank=True)
    site_score = models.DecimalField(_("實地分數"), max_digits=5, decimal_places=2, null=True, blank=True)
    findings = models.TextField(_("考核意見"), blank=True)
    total = models.DecimalField(_("總分"), max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("等第"), max_length=20, blank=True)
    reward = models.CharField(_("獎懲建議"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("受考核標案")
        verbose_name_plural = _("受考核標案")
        ordering = ["assessment", "project"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "project"], name="projects_assessed_once"),
            models.CheckConstraint(
                condition=Q(site_score=None) | Q(site_score__gte=0, site_score__lte=100),
                name="projects_site_score_is_of_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.project_id}"
