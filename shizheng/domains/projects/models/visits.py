"""參事實地查訪 (B07): a site meeting on a tender that is severely late or abnormal, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VisitWhy(models.TextChoices):
    """B07: 執行進度嚴重落後及異常者."""

    SEVERE = "severe", _("嚴重落後")
    ABNORMAL = "abnormal", _("執行異常")
    OTHER = "other", _("其他")


class VisitState(models.TextChoices):
    PLANNED = "planned", _("已排定")
    HELD = "held", _("已查訪")
    CANCELLED = "cancelled", _("已取消")


class SiteVisit(models.Model):
    """One visit. `grounds` says with numbers and rule why it was called; what is to be followed up is kept as commitments
    (journeys/visit_to_commitment.py), never here."""

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="visits", verbose_name=_("標案")
    )
    called_by = models.CharField(_("召集人"), max_length=60)
    why = models.CharField(_("查訪原因"), max_length=10, choices=VisitWhy.choices)
    grounds = models.TextField(_("依據"))
    visit_on = models.DateField(_("查訪日"))
    units = models.ManyToManyField(
        "organisations.Unit", through="projects.SiteVisitUnit", related_name="+", verbose_name=_("參加單位")
    )
    findings = models.TextField(_("查訪發現"), blank=True)
    conclusions = models.TextField(_("結論"), blank=True)
    state = models.CharField(_("狀態"), max_length=10, choices=VisitState.choices, default=VisitState.PLANNED)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("實地查訪")
        verbose_name_plural = _("實地查訪")
        ordering = ["-visit_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="held") | (~Q(findings="") & ~Q(conclusions="")),
                name="projects_visit_held_says_what_came_of_it",
            ),
        ]
        indexes = [models.Index(fields=["project", "-visit_on"], name="projects_visits_of")]

    def __str__(self) -> str:
        return f"{self.visit_on} {self.project_id}"


class SiteVisitUnit(models.Model):
    """A unit that takes part."""

    visit = models.ForeignKey(
        SiteVisit, models.CASCADE, related_name="taking_part", verbose_name=_("實地查訪")
    )
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("單位"))

    class Meta:
        verbose_name = _("查訪的參加單位")
        verbose_name_plural = _("查訪的參加單位")
        ordering = ["visit", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "unit"], name="projects_visited_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.unit_id}"
