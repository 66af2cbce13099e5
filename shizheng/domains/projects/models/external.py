"""What other systems say of our tenders (B11, B12): kept as it came, never rewritten; and what officers decided about it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.rules.reconciling import FIELD_LABELS, SOURCE_LABELS, Source
from shizheng.kernel.history.models import AppendOnly

SOURCES = [(each.value, _(SOURCE_LABELS[each])) for each in Source]


class ExternalRecord(AppendOnly):
    """One tender, or one month of it (`period`), as a source told it. The newest of a source, key and period counts.

    `key` tells tenders of a source apart; `number` is the tender number as written; `payload` holds only what was there.
    """

    source = models.CharField(_("來源"), max_length=10, choices=SOURCES)
    key = models.CharField(_("來源的鍵"), max_length=200)
    number = models.CharField(_("採購案號"), max_length=60, blank=True)
    number_key = models.CharField(_("案號（比對用）"), max_length=60, blank=True)
    title = models.CharField(_("標案名稱"), max_length=300, blank=True)
    agency_name = models.CharField(_("機關（原文）"), max_length=200, blank=True)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("機關")
    )
    period = models.CharField(_("月份"), max_length=7, blank=True)
    content_hash = models.CharField(_("內容的雜湊"), max_length=64)
    payload: Any = models.JSONField(_("內容"))

    class Meta:
        verbose_name = _("外部資料")
        verbose_name_plural = _("外部資料")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "key", "period", "-id"], name="projects_external_newest"),
            models.Index(fields=["source", "period"], name="projects_external_month"),
            models.Index(fields=["number_key"], name="projects_external_number"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number or self.key} {self.period}".strip()


class ExternalMatch(AppendOnly):
    """Which tender a source's tender is, where its number does not say so; or that it is none of ours. The newest counts."""

    source = models.CharField(_("來源"), max_length=10, choices=SOURCES)
    key = models.CharField(_("來源的鍵"), max_length=200)
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, related_name="+", verbose_name=_("標案")
    )
    dismissed = models.BooleanField(_("不列管"), default=False)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("外部資料的認定")
        verbose_name_plural = _("外部資料的認定")
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "key", "-id"], name="projects_external_match")]
        constraints = [
            models.CheckConstraint(
                condition=Q(project=None) | Q(dismissed=False), name="projects_match_or_dismissed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Choice(models.TextChoices):
    """What was decided about a difference."""

    TAKEN = "taken", _("採用對方")
    KEPT = "kept", _("保留我方")


class DifferenceDecision(AppendOnly):
    """What an officer decided about one field: a kept one stays decided until the other side says something else."""

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="decisions", verbose_name=_("標案")
    )
    source = models.CharField(_("來源"), max_length=10, choices=SOURCES)
    field = models.CharField(
        _("欄位"), max_length=20, choices=[(code.value, _(label)) for code, label in FIELD_LABELS.items()]
    )
    record = models.ForeignKey(ExternalRecord, models.PROTECT, related_name="+", verbose_name=_("外部資料"))
    ours = models.TextField(_("我方"), blank=True)
    theirs = models.TextField(_("對方"), blank=True)
    choice = models.CharField(_("決定"), max_length=5, choices=Choice.choices)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("差異的決定")
        verbose_name_plural = _("差異的決定")
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "source", "field", "-id"], name="projects_decisions_of")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.field} {self.choice}"


class PccUrging(AppendOnly):
    """That agencies were urged to enter a month in the national works system (B11; TC-22, TC-23), and how it stood then."""

    period = models.CharField(_("月份"), max_length=7)
    owed = models.PositiveIntegerField(_("應有資料的標案"))
    filled = models.PositiveIntegerField(_("已有資料的標案"))
    agencies = models.PositiveIntegerField(_("催辦的機關"))
    told = models.PositiveIntegerField(_("通知的人數"))

    class Meta:
        verbose_name = _("工程會系統催辦")
        verbose_name_plural = _("工程會系統催辦")
        ordering = ["-id"]
        indexes = [models.Index(fields=["period", "-id"], name="projects_urgings_of")]

    def __str__(self) -> str:
        return self.period
