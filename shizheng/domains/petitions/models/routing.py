"""What a model said of a petition when it was to be given away: never who the citizen is, nor any of the words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition
from shizheng.kernel.history.models import AppendOnly


class RoutingAnswer(AppendOnly):
    """What one version of a model answered about whose petition it is, and whether it was given away by that alone."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="answers", verbose_name=_("陳情案件"))
    model = models.CharField(_("分案模型"), max_length=60)
    number = models.PositiveIntegerField(_("版本"))
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("建議的機關"))  # fmt: skip
    confidence = models.FloatField(_("信心"))
    threshold = models.FloatField(_("門檻"), null=True)
    by_itself = models.BooleanField(_("自動分案"))

    class Meta:
        verbose_name = _("分案建議")
        verbose_name_plural = _("分案建議")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "model", "number"], name="petitions_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.model} {self.number}"
