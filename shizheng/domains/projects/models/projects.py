"""One tender under control, the programmes that it belongs to, and what happened to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.models.programmes import Programme
from shizheng.domains.projects.rules.life import (
    GROUND_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    Ground,
    Kind,
    State,
)
from shizheng.kernel.history.models import AppendOnly


class Level(models.TextChoices):
    """三級管考 (B04): who looks at it each month besides the office that carries it out."""

    SELF = "self", _("自行列管")
    AGENCY = "agency", _("機關列管")
    CITY = "city", _("府列管")


class Project(models.Model):
    """標案. Money in NTD. `state`, `contractor` and `award_amount` follow from happenings (as `tender_no` and
    `funds_held_on` do where one says so); the curves from plan versions."""

    number = models.CharField(_("列管編號"), max_length=20, unique=True)
    name = models.CharField(_("標案名稱"), max_length=300)
    type = models.ForeignKey(
        "projects.ProjectType", models.PROTECT, related_name="projects", verbose_name=_("類型")
    )
    agency = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦機關")
    )
    unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承辦單位"),
    )
    officer = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承辦人")
    )
    level = models.CharField(_("列管層級"), max_length=6, choices=Level.choices, default=Level.AGENCY)
    roc_year = models.PositiveSmallIntegerField(_("列管年度"))
    tender_no = models.CharField(_("採購案號"), max_length=60, blank=True, db_index=True)
    budget = models.DecimalField(_("預算金額（元）"), max_digits=16, decimal_places=0)
    funds_held_on = models.DateField(_("經費持有日"), null=True, blank=True)
    state = models.CharField(
        _("狀態"),
        max_length=10,
        choices=[(state.value, _(STATE_LABELS[state])) for state in State],
        default=State.PREPARING.value,
    )
    contractor = models.CharField(_("得標廠商"), max_length=200, blank=True)
    award_amount = models.DecimalField(
        _("決標金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True
    )
    place = models.CharField(_("地點"), max_length=200, blank=True)
    longitude = models.DecimalField(_("經度"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("緯度"), max_digits=9, decimal_places=6, null=True, blank=True)
    note = models.TextField(_("說明"), blank=True)
    measure = models.ForeignKey(
        "measures.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("連結的指標"),
    )
    promise_codes = models.CharField(_("連結的政見"), max_length=300, blank=True)
    programmes = models.ManyToManyField(
        Programme, through="projects.ProjectProgramme", related_name="projects", verbose_name=_("專案計畫")
    )
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("標案")
        verbose_name_plural = _("標案")
        ordering = ["-roc_year", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(budget__gte=0), name="projects_budget_not_negative"),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="projects_whole_place",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="projects_of_agency"),
            models.Index(fields=["state", "budget"], name="projects_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ProjectProgramme(models.Model):
    """A tender in a programme, with the quantity that it brings towards the programme's target."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tags", verbose_name=_("標案"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tags", verbose_name=_("專案計畫"))
    quantity = models.DecimalField(_("貢獻數量"), max_digits=24, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("標案的專案計畫")
        verbose_name_plural = _("標案的專案計畫")
        ordering = ["project", "programme"]
        constraints = [models.UniqueConstraint(fields=["project", "programme"], name="projects_tagged_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.programme_id}"


class Happening(AppendOnly):
    """What happened on a day. A correction supersedes; `struck` says that it did not happen after all."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="happenings", verbose_name=_("標案"))
    kind = models.CharField(
        _("事件"), max_length=10, choices=[(kind.value, _(KIND_LABELS[kind])) for kind in Kind]
    )
    on = models.DateField(_("日期"))
    amount = models.DecimalField(_("金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True)
    bidders = models.PositiveSmallIntegerField(_("投標家數"), null=True, blank=True)
    contractor = models.CharField(_("得標廠商"), max_length=200, blank=True)
    tender_no = models.CharField(_("採購案號"), max_length=60, blank=True)
    ground = models.CharField(
        _("事由"),
        max_length=20,
        blank=True,
        choices=[(ground.value, _(GROUND_LABELS[ground])) for ground in Ground],
    )
    text = models.TextField(_("說明"), blank=True)
    struck = models.BooleanField(_("刪除"), default=False)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("標案事件")
        verbose_name_plural = _("標案事件")
        ordering = ["project", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="projects_happening_correction_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["kind", "on"], name="projects_happened_on")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
