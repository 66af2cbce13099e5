"""By which words a petition is found: kept beside it, so that a search of two characters reads an index whatever there is."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition


class Wording(models.Model):
    """Numbers, subject, place, letter and category of a petition, as `common.grams` reads them; nothing that the citizen wrote."""

    untracked = (
        "derived from the petition and its case, which are in history; written by the acts that write those"
    )

    petition = models.OneToOneField(Petition, models.CASCADE, primary_key=True, related_name="wording", verbose_name=_("陳情案件"))  # fmt: skip
    grams = SearchVectorField(_("檢索字"))

    class Meta:
        verbose_name = _("陳情檢索字")
        verbose_name_plural = _("陳情檢索字")
        indexes = [GinIndex(fields=["grams"], name="petitions_wording_grams", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.petition_id)
