"""Files: what was kept, that it was sealed, who opened what is sealed, small pictures, and uploads that wait to be sent.

The bytes lie in the store under their hash; a row never changes, nor do bytes that a row names.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.common.words import read
from shizheng.kernel.files.rules import KINDS, size_text
from shizheng.kernel.history.models import AppendOnly

_SHA256 = r"^[0-9a-f]{64}$"
KIND_CHOICES = [(kind.code, _(kind.label)) for kind in KINDS.values()]


class FileFacts(models.Model):
    """What is known of a file by its content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("檔名"), max_length=200)
    kind = models.CharField(_("檔案類型"), max_length=10, choices=KIND_CHOICES)
    media_type = models.CharField(_("媒體類型"), max_length=100)
    size = models.PositiveIntegerField(_("位元組"))
    sha256 = models.CharField(_("雜湊"), max_length=64)
    pages = models.PositiveIntegerField(_("頁數"), null=True, blank=True)
    width = models.PositiveIntegerField(_("寬（像素）"), null=True, blank=True)
    height = models.PositiveIntegerField(_("高（像素）"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def size_text(self) -> str:
        """The size as people read it."""
        return size_text(self.size)

    @property
    def measure_text(self) -> str:
        """Pages or pixels; empty for other kinds."""
        if self.pages:
            return _now("%(n)s 頁") % {"n": self.pages}
        return f"{self.width:,} × {self.height:,}" if self.width and self.height else ""

    @property
    def kind_text(self) -> str:
        """What kind of file it is."""
        return read(KINDS[self.kind].label)


class StoredFile(FileFacts, AppendOnly):
    """A file that belongs to something. It is as visible as that; `sealed` as it was when it was kept."""

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    subject_label = models.CharField(_("對象種類"), max_length=100)
    subject_pk = models.BigIntegerField(_("對象編號"))
    sealed = models.BooleanField(_("存入時彌封"), default=False)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("上傳者")
    )

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["recorded_at", "id"]
        indexes = [
            models.Index(fields=["subject_label", "subject_pk"], name="files_of_subject"),
            models.Index(fields=["sha256"], name="files_by_hash"),
            models.Index(fields=["-recorded_at"], name="files_by_time"),
        ]
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=_SHA256), name="files_hash")]


class Sealing(AppendOnly):
    """That a file was sealed, or opened again, and why. The newest one counts."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="sealings", verbose_name=_("附件"))
    sealed = models.BooleanField(_("彌封"))
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("彌封紀錄")
        verbose_name_plural = _("彌封紀錄")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="files_sealing_reason")]

    def __str__(self) -> str:
        return self.reason[:60]


class Erasure(AppendOnly):
    """That what is in a file went for good, and why: its row stays, its bytes and small pictures do not."""

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="erasure", verbose_name=_("附件"))
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("附件清除紀錄")
        verbose_name_plural = _("附件清除紀錄")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="files_erasure_reason")]

    def __str__(self) -> str:
        return self.reason[:60]


class Way(models.TextChoices):
    DOWNLOAD = "download", _("下載")
    PREVIEW = "preview", _("看預覽")
    PHOTO = "photo", _("看拍攝資訊")


class Reading(AppendOnly):
    """That somebody opened a sealed file."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="readings", verbose_name=_("附件"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("開啟者")
    )
    way = models.CharField(_("方式"), max_length=10, choices=Way)

    class Meta:
        verbose_name = _("開啟紀錄")
        verbose_name_plural = _("開啟紀錄")
        ordering = ["-id"]
        indexes = [models.Index(fields=["file", "-id"], name="files_readings_of")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.way}"


class Preview(AppendOnly):
    """A small picture of a page of some bytes; page 0 says that there is none, and why."""

    source = models.CharField(_("原檔雜湊"), max_length=64)
    page = models.PositiveIntegerField(_("頁"))
    sha256 = models.CharField(_("雜湊"), max_length=64, blank=True)
    width = models.PositiveIntegerField(_("寬（像素）"), default=0)
    height = models.PositiveIntegerField(_("高（像素）"), default=0)
    failure = models.CharField(_("沒有預覽的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("預覽")
        verbose_name_plural = _("預覽")
        ordering = ["source", "page"]
        constraints = [
            models.UniqueConstraint(fields=["source", "page"], name="files_preview_once"),
            models.CheckConstraint(
                condition=Q(page=0, sha256="") | Q(page__gte=1, sha256__regex=_SHA256),
                name="files_preview_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source[:12]} {self.page}"


class HeldFile(FileFacts):
    """An upload whose form was not sent through yet. It is its owner's alone, and is cleared away after a day."""

    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("上傳者")
    )
    held_at = models.DateTimeField(_("上傳時間"))

    class Meta:
        verbose_name = _("待送出的附件")
        verbose_name_plural = _("待送出的附件")
        ordering = ["held_at"]
        indexes = [models.Index(fields=["held_at"], name="files_held_by_time")]
