"""Where a petition came from that another system had before: its number there, once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition
from shizheng.kernel.history.models import AppendOnly


class ForeignRecord(AppendOnly):
    """A petition as another system knew it: `origin` and `number` name it once, so that no file makes it twice.

    `digest`: SHA-256 of what the row said, to tell whether a later file says something else. `ended_known`: whether the row
    said when it ended; where it did not, the time of receipt stands for it and nothing is counted from it.
    """

    petition = models.OneToOneField(
        Petition, models.PROTECT, related_name="foreign", verbose_name=_("陳情案件")
    )
    origin = models.CharField(_("來源系統"), max_length=40)
    number = models.CharField(_("原系統案號"), max_length=80)
    matter = models.CharField(_("原系統分類"), max_length=200, blank=True)
    digest = models.CharField(_("內容雜湊"), max_length=64)
    ended_known = models.BooleanField(_("知道結案時間"), default=True)

    class Meta:
        verbose_name = _("匯入的歷史陳情")
        verbose_name_plural = _("匯入的歷史陳情")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["origin", "number"], name="petitions_foreign_once")]

    def __str__(self) -> str:
        return f"{self.origin} {self.number}"
