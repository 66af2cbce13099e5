"""What people bring back from the site: photographs with their place, and what they saw."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class PlaceFrom(models.TextChoices):
    """Who says where a photograph was taken."""

    CAMERA = "camera", _("相片所記")
    DEVICE = "device", _("手機定位")
    TYPED = "typed", _("人工標示")


class ProjectPhoto(models.Model):
    """A photograph of a tender. The picture is kept without what the camera wrote into it; that stands here.

    `key`: what the sender calls it, so that what is sent twice is kept once; `sha256` is of the bytes as they came.
    Degrees in WGS 84. Taken away ones stay with their reason in the history.
    """

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="photos", verbose_name=_("標案")
    )
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("相片"))
    small = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("縮圖"))
    key = models.CharField(_("送件代碼"), max_length=64)
    sha256 = models.CharField(_("原檔雜湊"), max_length=64)
    caption = models.CharField(_("說明"), max_length=300, blank=True)
    taken_at = models.DateTimeField(_("拍攝時間"), null=True, blank=True)
    longitude = models.DecimalField(_("經度"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("緯度"), max_digits=9, decimal_places=6, null=True, blank=True)
    place_from = models.CharField(_("位置來源"), max_length=6, choices=PlaceFrom.choices, blank=True)
    period = models.CharField(_("月份"), max_length=7)
    checkpoint = models.SlugField(_("檢核點"), max_length=40, blank=True)
    session = models.CharField(_("現場紀錄代碼"), max_length=64, blank=True)
    visit = models.ForeignKey(
        "projects.SiteVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name=_("實地查訪"),
    )
    public = models.BooleanField(_("可以公開"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上傳者")
    )
    added_at = models.DateTimeField(_("上傳時間"))
    removed = models.BooleanField(_("已刪除"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("標案相片")
        verbose_name_plural = _("標案相片")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="projects_photo_sent_once"),
            models.UniqueConstraint(
                fields=["project", "sha256"], condition=Q(removed=False), name="projects_photo_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None, place_from="")
                | Q(longitude__isnull=False, latitude__isnull=False) & ~Q(place_from=""),
                name="projects_photo_whole_place",
            ),
        ]
        indexes = [models.Index(fields=["project", "period"], name="projects_photos_of_month")]

    def __str__(self) -> str:
        return self.caption or str(self.file_id)


class SiteNote(AppendOnly):
    """現場紀錄: what somebody saw on site. `works` is the progress of the works as judged there, in percent: no figure
    of the month, which is filed."""

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="site_notes", verbose_name=_("標案")
    )
    key = models.CharField(_("送件代碼"), max_length=64)
    noted_at = models.DateTimeField(_("時間"))
    text = models.TextField(_("現場情形"))
    works = models.DecimalField(
        _("現場研判施工進度（%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    longitude = models.DecimalField(_("經度"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("緯度"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("現場紀錄")
        verbose_name_plural = _("現場紀錄")
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="projects_note_sent_once"),
            models.CheckConstraint(condition=~Q(text=""), name="projects_note_says_something"),
            models.CheckConstraint(
                condition=Q(works=None) | Q(works__gte=0, works__lte=100), name="projects_note_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
