"""Who handles a case, since when and why; and which cases belong together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.cases.models.envelope import Case


class Part(models.TextChoices):
    MAIN = "main", _("主辦")
    CO = "co", _("會辦")


class How(models.TextChoices):
    OPENED = "opened", _("收件")
    AUTOMATIC = "automatic", _("自動分案")
    PROPOSED = "proposed", _("依建議分案")
    MANUAL = "manual", _("人工分案")
    RETURNED = "returned", _("退分")
    RULED = "ruled", _("權責裁定")


class CaseAssignment(models.Model):
    """A unit (and an officer of it) that handles a case, from a moment until another. `how` it came there."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments", verbose_name=_("案件"))
    part = models.CharField(_("主協辦"), max_length=4, choices=Part.choices)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承辦人"),
    )
    since = models.DateTimeField(_("自"))
    until = models.DateTimeField(_("至"), null=True, blank=True)
    how = models.CharField(_("怎麼分的"), max_length=10, choices=How.choices)
    reason = models.TextField(_("理由"), blank=True)
    suggested = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("建議改由"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("分案者"),
    )

    class Meta:
        verbose_name = _("分案")
        verbose_name_plural = _("分案")
        ordering = ["since", "id"]
        indexes = [
            models.Index(
                fields=["unit", "case"], condition=Q(until=None, part="co"), name="cases_beside_now"
            ),
            models.Index(fields=["how", "since"], name="cases_assigned_how"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(until=None, part="main"), name="cases_one_main_unit"
            ),
            models.UniqueConstraint(
                fields=["case", "unit"], condition=Q(until=None, part="co"), name="cases_co_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="cases_assigned_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"


class LinkKind(models.TextChoices):
    RELATED = "related", _("相關")
    DUPLICATE = "duplicate", _("重複")
    MERGED = "merged", _("併案")


class CaseLink(models.Model):
    """Two cases that belong together; of a merger `case` went into `other`. Undone ones stay to be read."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links", verbose_name=_("案件"))
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked", verbose_name=_("另一案件"))
    kind = models.CharField(_("關聯"), max_length=10, choices=LinkKind.choices)
    reason = models.TextField(_("理由"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("建立者")
    )
    made_at = models.DateTimeField(_("建立時間"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("解除者"),
    )
    undone_at = models.DateTimeField(_("解除時間"), null=True, blank=True)
    undone_reason = models.TextField(_("解除理由"), blank=True)

    class Meta:
        verbose_name = _("案件關聯")
        verbose_name_plural = _("案件關聯")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                Least("case", "other"),
                Greatest("case", "other"),
                "kind",
                condition=Q(undone_at=None),
                name="cases_link_once",
            ),
            models.CheckConstraint(condition=~Q(case=F("other")), name="cases_link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"
