"""Series of meetings with their rule and members, and the meetings themselves (B02, B03, B04)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SeriesLevel(models.TextChoices):
    """Who meets (B04)."""

    AGENCY = "agency", _("機關")
    CITY = "city", _("市府")
    OTHER = "other", _("其他")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("已排定")
    FIXED = "fixed", _("議程已定")
    RUNNING = "running", _("開會中")
    HELD = "held", _("已開會")
    ISSUED = "issued", _("紀錄已發")
    CANCELLED = "cancelled", _("已取消")


class MeetingSeries(models.Model):
    """會議系列. Without a `unit`, a series of agencies meets once for each agency, any other in the city government.

    `due_rule` names the rule of the rulebook that says in which months it is due and by which day, `minutes_rule` the
    one that says how soon its minutes are. `agenda` names what its agenda comes from (`registry.AgendaSource`).
    `looks_back`: by how many months the month that it looks at lies before the month in which it is held.
    """

    code = models.SlugField(_("代碼"), max_length=40, unique=True)
    name = models.CharField(_("名稱"), max_length=100, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=150, blank=True)
    level = models.CharField(_("層級"), max_length=6, choices=SeriesLevel.choices)
    unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主辦單位"),
    )
    chair = models.CharField(_("主席職稱"), max_length=60, blank=True)
    due_rule = models.CharField(_("期限規則"), max_length=60, blank=True)
    minutes_rule = models.CharField(_("紀錄期限規則"), max_length=60, blank=True, default="meeting.minutes")
    agenda = models.CharField(_("議程來源"), max_length=60, blank=True)
    looks_back = models.PositiveSmallIntegerField(_("檢討前幾個月"), default=1)
    starts_on = models.DateField(_("起始日"), null=True, blank=True)
    note = models.TextField(_("說明"), blank=True)
    in_use = models.BooleanField(_("使用中"), default=True)
    members = models.ManyToManyField(
        "organisations.Unit", through="meetings.SeriesMember", related_name="+", verbose_name=_("成員單位")
    )
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("會議系列")
        verbose_name_plural = _("會議系列")
        ordering = ["level", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def by_agency(self) -> bool:
        """Whether every agency holds its own."""
        return self.level == SeriesLevel.AGENCY and self.unit_id is None


class SeriesMember(models.Model):
    """A unit that belongs to the meetings of a series; for one of agencies, which agencies hold it (all if none)."""

    series = models.ForeignKey(
        MeetingSeries, models.CASCADE, related_name="memberships", verbose_name=_("會議系列")
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("成員單位")
    )

    class Meta:
        verbose_name = _("成員單位")
        verbose_name_plural = _("成員單位")
        ordering = ["series", "unit__order", "unit"]
        constraints = [models.UniqueConstraint(fields=["series", "unit"], name="meetings_member_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.unit_id}"


class Meeting(models.Model):
    """One meeting of a series, of the unit that holds it, in the month `period` (`2025-04`).

    `at` is when it is to be held and, once closed, when it was. `due_on` is the day by which the rule wants it held;
    `rule_versions` names the versions of the rules that set the days.
    """

    series = models.ForeignKey(
        MeetingSeries, models.PROTECT, related_name="meetings", verbose_name=_("會議系列")
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦單位")
    )
    period = models.CharField(_("月份"), max_length=7)
    number = models.PositiveSmallIntegerField(_("當月次序"), default=1)
    title = models.CharField(_("名稱"), max_length=200)
    due_on = models.DateField(_("應開會日"), null=True, blank=True)
    rule_versions = models.JSONField(_("依據的規則版本"), default=dict, blank=True)
    at = models.DateTimeField(_("開會時間"), null=True, blank=True)
    place = models.CharField(_("地點"), max_length=200, blank=True)
    chair = models.CharField(_("主席"), max_length=100, blank=True)
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("紀錄人員"),
    )
    state = models.CharField(
        _("狀態"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    why_cancelled = models.TextField(_("取消理由"), blank=True)
    sections = models.JSONField(_("議程各節"), default=list, blank=True)
    """Code and title of the sections of the fixed agenda, in their order: those without items are shown as having none."""
    agenda_fixed_at = models.DateTimeField(_("議程定案時間"), null=True, blank=True)
    started_at = models.DateTimeField(_("開始時間"), null=True, blank=True)
    closed_at = models.DateTimeField(_("散會時間"), null=True, blank=True)
    minutes_due_on = models.DateField(_("紀錄期限"), null=True, blank=True)
    minutes_issued_at = models.DateTimeField(_("紀錄發出時間"), null=True, blank=True)
    minutes_code = models.CharField(_("紀錄的公布編號"), max_length=30, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("會議")
        verbose_name_plural = _("會議")
        ordering = ["-period", "series", "unit__order", "number"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="meetings_by_state"),
            models.Index(fields=["unit", "period"], name="meetings_of_unit"),
            models.Index(fields=["at"], name="meetings_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "unit", "period", "number"], name="meetings_once"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(why_cancelled=""), name="meetings_cancelled_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "issued"]) | Q(at__isnull=False, closed_at__isnull=False),
                name="meetings_held_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(minutes_issued_at__isnull=False),
                name="meetings_issued_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def first_day(self) -> date:
        """The first day of its month."""
        return date(int(self.period[:4]), int(self.period[5:]), 1)
