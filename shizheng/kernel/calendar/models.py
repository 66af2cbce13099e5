"""The work calendar by version: what each version added, changed and took back.

A row belongs to every version from `since` until before `until`; so any version can be put together again,
and a deadline set under version n can be shown as version n + 1 would have it.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.calendar.rules import DayKind
from shizheng.kernel.history.models import AppendOnly


class CalendarVersion(AppendOnly):
    """One edition of the calendar, never changed afterwards."""

    number = models.PositiveIntegerField(_("版次"), unique=True)
    identity = models.UUIDField(_("識別碼"), default=uuid.uuid4, unique=True, editable=False)
    published_date = models.DateField(_("公布日"), null=True, blank=True)
    note = models.CharField(_("說明"), max_length=500)
    source = models.CharField(_("依據"), max_length=500, blank=True)
    shipped_number = models.PositiveIntegerField(_("隨附版次"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("行事曆版本")
        verbose_name_plural = _("行事曆版本")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.note}"


class Versioned(models.Model):
    """A row of the calendar that holds from version `since` until before version `until`."""

    since = models.PositiveIntegerField(_("自版次"))
    until = models.PositiveIntegerField(_("至版次（不含）"), null=True, blank=True)
    source = models.CharField(_("依據"), max_length=500)

    class Meta:
        abstract = True


def _has_versions(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name=name)


class CalendarYear(Versioned):
    """A year that the calendar knows; others are refused."""

    year = models.PositiveSmallIntegerField(_("年（西元）"))

    class Meta:
        verbose_name = _("行事曆年度")
        verbose_name_plural = _("行事曆年度")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=Q(until=None), name="calendar_year_once"),
            _has_versions("calendar_year_has_versions"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(Versioned):
    """A day that has a name, or differs from the rule of the week."""

    date = models.DateField(_("日期"))
    kind = models.CharField(_("種類"), max_length=8, choices=[(kind.value, kind.value) for kind in DayKind])
    name = models.CharField(_("名稱"), max_length=100, blank=True)
    reason = models.CharField(_("修訂理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("行事曆日")
        verbose_name_plural = _("行事曆日")
        ordering = ["date"]
        indexes = [models.Index(fields=["date"], name="calendar_day_date")]
        constraints = [
            models.UniqueConstraint(fields=["date"], condition=Q(until=None), name="calendar_day_once"),
            _has_versions("calendar_day_has_versions"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.name}"


class Closure(Versioned):
    """Offices closed by a disaster: the whole city ("") or one district, all day or some hours."""

    date = models.DateField(_("日期"))
    district_code = models.CharField(_("行政區代碼"), max_length=8, blank=True)
    start_time = models.TimeField(_("停班起"), null=True, blank=True)
    end_time = models.TimeField(_("停班迄"), null=True, blank=True)
    cause = models.CharField(_("事由"), max_length=100)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("停班")
        verbose_name_plural = _("停班")
        ordering = ["-date", "district_code", "id"]
        indexes = [models.Index(fields=["date"], name="calendar_closure_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_time=None) | Q(end_time=None) | Q(end_time__gt=F("start_time")),
                name="calendar_closure_has_hours",
            ),
            models.UniqueConstraint(
                fields=["date", "district_code", "start_time", "end_time"], nulls_distinct=False,
                condition=Q(until=None), name="calendar_closure_once",
            ),
            _has_versions("calendar_closure_has_versions"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.date} {self.district_code} {self.cause}"


class OfficeHours(Versioned):
    """Office hours from a day on, and whether a day closed for some hours counts (待確認 as shipped)."""

    since_date = models.DateField(_("適用起日"))
    sessions = models.JSONField(_("辦公時段"))
    partly_closed_counts = models.BooleanField(_("部分停班仍算上班日"), default=True)

    class Meta:
        verbose_name = _("辦公時間")
        verbose_name_plural = _("辦公時間")
        ordering = ["since_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["since_date"], condition=Q(until=None), name="calendar_hours_once"
            ),
            _has_versions("calendar_hours_has_versions"),
        ]

    def __str__(self) -> str:
        return f"{self.since_date} {self.sessions}"
