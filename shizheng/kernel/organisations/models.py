"""Units of the city government: their identity, and what they were called and belonged to on each day (A10)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    CITY = "city", _("市政府")
    AGENCY = "agency", _("一級機關")
    DISTRICT = "district", _("區公所")
    UNIT = "unit", _("所屬機關或單位")


class ControlLevel(models.TextChoices):
    """Who controls the plans of a unit (管制層級)."""

    CITY = "city", _("市府列管")
    AGENCY = "agency", _("機關自行列管")
    NONE = "none", _("不列管")


class SuccessionKind(models.TextChoices):
    MERGE = "merge", _("整併")
    SPLIT = "split", _("分設")


class Installation(models.Model):
    """Whose installation this is; one row."""

    id = models.PositiveSmallIntegerField(_("編號"), primary_key=True, default=1, editable=False)
    city_name = models.CharField(_("城市名稱"), max_length=50)
    city_name_en = models.CharField(_("城市英文名稱"), max_length=100, blank=True)
    is_demonstration = models.BooleanField(_("示範資料庫"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("安裝")
        verbose_name_plural = _("安裝")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisations_one_installation")]

    def __str__(self) -> str:
        return self.city_name


class Unit(models.Model):
    """One unit for as long as it lives. Its names here are today's; those of another day are in its periods."""

    code = models.CharField(_("代碼"), max_length=40, unique=True)
    kind = models.CharField(_("種類"), max_length=10, choices=UnitKind.choices)
    name = models.CharField(_("名稱"), max_length=100)
    short_name = models.CharField(_("簡稱"), max_length=50, blank=True)
    name_en = models.CharField(_("英文名稱"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("排序"), default=1000)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("機關")
        verbose_name_plural = _("機關")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                F("kind"), condition=Q(kind=UnitKind.CITY), name="organisations_one_city"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitPeriod(models.Model):
    """What a unit was called, belonged to and how it was controlled, from a day until before another."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="periods", verbose_name=_("機關"))
    name = models.CharField(_("名稱"), max_length=100)
    short_name = models.CharField(_("簡稱"), max_length=50, blank=True)
    name_en = models.CharField(_("英文名稱"), max_length=200, blank=True)
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="child_periods", verbose_name=_("上級機關")
    )
    control_level = models.CharField(
        _("管制層級"), max_length=10, choices=ControlLevel.choices, default=ControlLevel.AGENCY
    )
    start_date = models.DateField(_("開始日"))
    end_date = models.DateField(_("結束日（不含）"), null=True, blank=True)
    legal_basis = models.CharField(_("依據"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("機關沿革")
        verbose_name_plural = _("機關沿革")
        ordering = ["unit", "start_date"]
        indexes = [models.Index(fields=["name"], name="organisations_period_name")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "start_date"], name="organisations_period_start"),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gt=F("start_date")),
                name="organisations_period_has_days",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("unit")), name="organisations_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start_date}–{self.end_date or ''}"


class Succession(models.Model):
    """Who took over from whom, and when: the thread through mergers and splits."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions", verbose_name=_("前身"))
    successor = models.ForeignKey(
        Unit, models.PROTECT, related_name="precessions", verbose_name=_("承接機關")
    )
    kind = models.CharField(_("方式"), max_length=10, choices=SuccessionKind.choices)
    effective_date = models.DateField(_("生效日"))
    legal_basis = models.CharField(_("依據"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("機關承接")
        verbose_name_plural = _("機關承接")
        ordering = ["effective_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "effective_date"], name="organisations_succession_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class UnitAlias(models.Model):
    """Another name under which documents speak of a unit (X-26)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name=_("機關"))
    name = models.CharField(_("別名"), max_length=100)

    class Meta:
        verbose_name = _("機關別名")
        verbose_name_plural = _("機關別名")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="organisations_alias_once")]

    def __str__(self) -> str:
        return self.name
