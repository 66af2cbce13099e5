"""跨機關協調事項: where a tender cannot go on without another agency, for the city meeting to take up (B03)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CrossAgencyMatter(models.Model):
    """What another unit is asked for, so that a tender can go on. Open until it is settled, with what came of it.

    It stands on the agenda of the city meetings of the months from `raised_on` on, as long as it is open.
    """

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="matters", verbose_name=_("標案")
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("請協助的機關")
    )
    text = models.TextField(_("請協助的事"))
    raised_on = models.DateField(_("提出日"))
    settled_on = models.DateField(_("解決日"), null=True, blank=True)
    outcome = models.TextField(_("結果"), blank=True)
    period = models.CharField(_("提出的月份"), max_length=7, blank=True)
    """The month in whose return it was raised; empty where it was raised on the page of the tender."""
    filed_unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("填報所請的機關")
    )
    filed_text = models.TextField(_("填報所請的事"), null=True)
    """What the return said when it last changed the matter: only another text there changes it again, so that what
    people have written since stays. Empty where the return asks no more; nothing where that was never noted."""
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("跨機關協調事項")
        verbose_name_plural = _("跨機關協調事項")
        ordering = ["settled_on", "raised_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="projects_matter_says_something"),
            models.CheckConstraint(
                condition=Q(settled_on=None, outcome="") | Q(settled_on__isnull=False) & ~Q(outcome=""),
                name="projects_matter_settled_with_outcome",
            ),
        ]
        indexes = [models.Index(fields=["settled_on", "raised_on"], name="projects_matters_open")]

    def __str__(self) -> str:
        return self.text[:60]
