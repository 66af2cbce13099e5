"""A plan: one agency, one ROC year, one edition (X-33), and the document it was read from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class SourceDocument(AppendOnly):
    """A document as it came in: its bytes' hash, and its text as read. Never changed; one row per content."""

    file_name = models.CharField(_("檔名"), max_length=255)
    sha256 = models.CharField(_("內容雜湊"), max_length=64, unique=True)
    size = models.PositiveIntegerField(_("位元組"))
    encoding = models.CharField(_("編碼"), max_length=20)
    text = models.TextField(_("讀到的文字"))

    class Meta:
        verbose_name = _("來源文件")
        verbose_name_plural = _("來源文件")

    def __str__(self) -> str:
        return self.file_name


class PlanState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    ACCEPTED = "accepted", _("已採認")
    PUBLISHED = "published", _("已公布")
    SUPERSEDED = "superseded", _("已被新版取代")


class Plan(models.Model):
    """年度施政計畫 (A02)."""

    agency = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    roc_year = models.PositiveSmallIntegerField(_("民國年度"))
    edition = models.PositiveSmallIntegerField(_("版別"), default=1)
    title = models.CharField(_("名稱"), max_length=200)
    state = models.CharField(_("狀態"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    source = models.ForeignKey(
        SourceDocument, models.PROTECT, related_name="plans", verbose_name=_("來源文件")
    )
    imported_at = models.DateTimeField(_("匯入時間"))
    imported_by = models.CharField(_("匯入者"), max_length=200)
    accepted_at = models.DateTimeField(_("採認時間"), null=True, blank=True)
    accepted_by = models.CharField(_("採認者"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("公布時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("施政計畫")
        verbose_name_plural = _("施政計畫")
        ordering = ["-roc_year", "agency_id", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "roc_year", "edition"], name="planning_edition_once"),
            models.UniqueConstraint(fields=["agency", "source"], name="planning_source_once"),
            models.UniqueConstraint(
                fields=["agency", "roc_year"],
                condition=Q(state__in=["accepted", "published"]),
                name="planning_one_in_force",
                violation_error_message=_("同一機關同一年度只能有一版計畫生效。"),
            ),
            models.CheckConstraint(
                condition=Q(roc_year__gte=1) & Q(roc_year__lte=300), name="planning_year_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", accepted_at=None)
                | (~Q(state="draft") & Q(accepted_at__isnull=False)),
                name="planning_accepted_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["roc_year", "state"], name="planning_plan_of_year"),
        ]

    def __str__(self) -> str:
        return self.title


class Printed(models.Model):
    """Base of what is printed somewhere in the source: the lines it was read from (1-based, inclusive)."""

    line_from = models.PositiveIntegerField(_("來源起始行"), null=True, blank=True)
    line_to = models.PositiveIntegerField(_("來源結束行"), null=True, blank=True)

    class Meta:
        abstract = True


class ImportWarning(Printed):
    """Something that could not be read, or was read with a doubt; an officer looks at it before acceptance."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="warnings", verbose_name=_("計畫"))
    position = models.PositiveIntegerField(_("次序"))
    code = models.CharField(_("代碼"), max_length=60)
    message = models.TextField(_("說明"))

    class Meta:
        verbose_name = _("匯入警示")
        verbose_name_plural = _("匯入警示")
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="planning_warning_position")]

    def __str__(self) -> str:
        return self.message
