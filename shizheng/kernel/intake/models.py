"""Intake: what was uploaded and waits for its mapping, mappings that are remembered, and reports of what was taken in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class ColumnMapping(models.Model):
    """How files with these headings are read into a target; remembered when a file was taken in by it, or changed by hand."""

    target = models.CharField(_("匯入種類"), max_length=60)
    signature = models.CharField(_("欄名的雜湊"), max_length=64)
    headings: Any = models.JSONField(_("欄名"))
    mapping: Any = models.JSONField(_("欄位對應"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("最後修改")
    )
    changed_at = models.DateTimeField(_("修改時間"))
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("欄位對應")
        verbose_name_plural = _("欄位對應")
        ordering = ["target", "-changed_at"]
        constraints = [models.UniqueConstraint(fields=["target", "signature"], name="intake_mapping_once")]

    def __str__(self) -> str:
        return f"{self.target} {self.signature[:8]}"


class Upload(models.Model):
    """A file on its way: its bytes lie in the store until it is taken in, dropped, or forgotten after a week."""

    target = models.CharField(_("匯入種類"), max_length=60)
    filename = models.CharField(_("檔名"), max_length=200)
    sha256 = models.CharField(_("雜湊"), max_length=64)
    size = models.PositiveIntegerField(_("位元組"))
    kind = models.CharField(_("檔案類型"), max_length=40)
    headings: Any = models.JSONField(_("欄名"))
    rows = models.PositiveIntegerField(_("列數"))
    notes: Any = models.JSONField(_("讀檔時的說明"), default=list)
    mapping: Any = models.JSONField(_("欄位對應"))
    proposed: Any = models.JSONField(_("建議的依據"), default=dict)
    remembered = models.PositiveIntegerField(_("沿用的對應版次"), null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上傳者")
    )
    uploaded_at = models.DateTimeField(_("上傳時間"))
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("待匯入的檔案")
        verbose_name_plural = _("待匯入的檔案")
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["owner", "-uploaded_at"], name="intake_uploads_of")]

    def __str__(self) -> str:
        return self.filename


class Report(AppendOnly):
    """One file taken in: who, when (as stamped), by which mapping, what became of its rows, what was wrong or noted."""

    target = models.CharField(_("匯入種類"), max_length=60)
    filename = models.CharField(_("檔名"), max_length=200)
    sha256 = models.CharField(_("雜湊"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("匯入者")
    )
    reason = models.TextField(_("理由"), blank=True)
    mapping: Any = models.JSONField(_("欄位對應"), default=dict)
    mapping_version = models.PositiveIntegerField(_("對應版次"), null=True)
    headings: Any = models.JSONField(_("欄名"), default=list)
    rows = models.PositiveIntegerField(_("列數"))
    created = models.PositiveIntegerField(_("新增"))
    changed = models.PositiveIntegerField(_("修改"))
    unchanged = models.PositiveIntegerField(_("相同"))
    refused = models.PositiveIntegerField(_("沒有讀入"))
    noted = models.PositiveIntegerField(_("有附註的列"))
    problems: Any = models.JSONField(_("逐列的問題"), default=list)
    notes: Any = models.JSONField(_("說明"), default=list)

    class Meta:
        verbose_name = _("匯入報告")
        verbose_name_plural = _("匯入報告")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target", "-id"], name="intake_reports_of"),
            models.Index(fields=["sha256"], name="intake_reports_by_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.filename}"
