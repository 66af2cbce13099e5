"""The thin envelope of a case, the number that it bears, and every step of its life."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Confidentiality(models.TextChoices):
    ORDINARY = "ordinary", _("一般")
    RESTRICTED = "restricted", _("限閱")


class Case(models.Model):
    """One case of a kind; the domain's own row stands beside it, one to one.

    `state` is written by `actions.apply_transition` alone. `due_at`, `due_on` follow from the clock's facts and are kept for
    lists; `due_at` empty: no version of the calendar knows the year. `stopped_at`: since when the clock stands still.
    Nothing personal stands in the title: that belongs into sealed parts.
    """

    kind = models.CharField(_("案件種類"), max_length=40)
    roc_year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("流水號"))
    number = models.CharField(_("案號"), max_length=40, unique=True)
    title = models.CharField(_("案由"), max_length=300)
    state = models.CharField(_("狀態"), max_length=30)
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦機關")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承辦人"),
    )
    channel = models.CharField(_("管道"), max_length=40, blank=True)
    confidentiality = models.CharField(
        _("限閱"), max_length=12, choices=Confidentiality.choices, default=Confidentiality.ORDINARY
    )
    district_code = models.CharField(_("行政區代碼"), max_length=8, blank=True)
    longitude = models.FloatField(_("經度"), null=True, blank=True)
    latitude = models.FloatField(_("緯度"), null=True, blank=True)
    received_at = models.DateTimeField(_("收件時間"))
    due_on = models.DateField(_("期限"), null=True, blank=True)
    due_at = models.DateTimeField(_("期限時間"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("停止計算時間"), null=True, blank=True)
    closed_at = models.DateTimeField(_("結案時間"), null=True, blank=True)
    returned = models.PositiveSmallIntegerField(_("退分次數"), default=0)
    ruled_at = models.DateTimeField(_("權責裁定時間"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("併入的案件")
    )
    anonymised_at = models.DateTimeField(_("去識別時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["kind", "-received_at", "-id"], name="cases_by_time"),
            models.Index(
                fields=["kind", "due_at"], include=["id", "due_on", "stopped_at"], name="cases_open_by_due",
                condition=Q(closed_at=None, merged_into=None),
            ),
            models.Index(
                fields=["kind", "state"], include=["id"], name="cases_open_by_state",
                condition=Q(closed_at=None, merged_into=None),
            ),
            models.Index(fields=["longitude", "latitude"], condition=Q(longitude__isnull=False), name="cases_by_place"),
            models.Index(fields=["kind", "-received_at"], condition=Q(longitude=None), name="cases_without_place"),
            models.Index(fields=["unit", "due_at"], condition=Q(closed_at=None), name="cases_open_of_unit"),
            models.Index(fields=["officer", "due_at"], condition=Q(closed_at=None), name="cases_open_of_officer"),
            models.Index(fields=["unit", "-closed_at"], name="cases_closed_of_unit"),
            models.Index(fields=["kind", "state"], name="cases_by_state"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["kind", "roc_year", "serial"], name="cases_number_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("received_at")),
                name="cases_closed_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(due_at__gte=F("received_at")), name="cases_due_after_receipt"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="cases_place_whole",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="cases_not_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseCounter(models.Model):
    """The last number given out of a kind in a year; its row is locked while a case is opened, so that no number is skipped."""

    untracked = "the number that it gave out stands on the case itself, with who opened it"

    kind = models.CharField(_("案件種類"), max_length=40)
    roc_year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最後一號"), default=0)

    class Meta:
        verbose_name = _("案號")
        verbose_name_plural = _("案號")
        ordering = ["kind", "roc_year"]
        constraints = [models.UniqueConstraint(fields=["kind", "roc_year"], name="cases_one_counter")]

    def __str__(self) -> str:
        return f"{self.kind} {self.roc_year} {self.last}"


class CaseStep(AppendOnly):
    """One step of a case's life: which act led from which state to which, who did it, when, and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", verbose_name=_("案件"))
    name = models.CharField(_("動作"), max_length=60)
    source = models.CharField(_("原狀態"), max_length=30, blank=True)
    target = models.CharField(_("新狀態"), max_length=30)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("人員"),
    )
    at = models.DateTimeField(_("時間"))
    reason = models.TextField(_("理由"), blank=True)
    fields = models.JSONField(_("附帶資料"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("案件經過")
        verbose_name_plural = _("案件經過")
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "id"], name="cases_steps_of")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
