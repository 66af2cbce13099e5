"""What is only ever added to: what units told, extensions asked for and decided, steps of release."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.commitments.rules.workflow import ACTS, GROUND_LABELS, Act, Ground
from shizheng.kernel.history.models import AppendOnly


class CommitmentUpdate(AppendOnly):
    """辦理情形 of one unit as of a day: in words, in percent or as a quantity so far. Evidence are files of this row."""

    owed = models.ForeignKey(
        "commitments.CommitmentUnit", models.PROTECT, related_name="updates", verbose_name=_("負責單位")
    )
    on = models.DateField(_("截至日"))
    text = models.TextField(_("辦理情形"))
    progress = models.DecimalField(_("進度（%）"), max_digits=5, decimal_places=2, null=True, blank=True)
    quantity = models.DecimalField(_("完成數量"), max_digits=24, decimal_places=6, null=True, blank=True)
    files = models.PositiveSmallIntegerField(_("佐證件數"), default=0)

    class Meta:
        verbose_name = _("辦理情形")
        verbose_name_plural = _("辦理情形")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress=None) | Q(progress__gte=0, progress__lte=100),
                name="commitments_progress_percent",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0), name="commitments_quantity_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owed_id} {self.on}"


class Extension(AppendOnly):
    """展延申請: until when, and why; `due_then` is the day that was owed when it was asked for."""

    owed = models.ForeignKey(
        "commitments.CommitmentUnit", models.PROTECT, related_name="extensions", verbose_name=_("申請單位")
    )
    due_then = models.DateField(_("申請時的期限"))
    until = models.DateField(_("展延至"))
    reason = models.TextField(_("理由"))
    asked_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申請人")
    )

    class Meta:
        verbose_name = _("展延申請")
        verbose_name_plural = _("展延申請")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("due_then")), name="commitments_extension_is_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owed_id} {self.until}"


class Outcome(models.TextChoices):
    """What became of a request for more time."""

    APPROVED = "approved", _("同意展延")
    REFUSED = "refused", _("不同意展延")
    TAKEN_BACK = "taken_back", _("撤回展延申請")


class ExtensionDecision(AppendOnly):
    """The one decision on a request for more time."""

    extension = models.OneToOneField(
        Extension, models.PROTECT, related_name="decision", verbose_name=_("展延申請")
    )
    outcome = models.CharField(_("決定"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("展延決定")
        verbose_name_plural = _("展延決定")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.extension_id} {self.outcome}"


class Step(AppendOnly):
    """A step of release of a unit, or (without one) of the whole: withdrawn, restored. `level`: who decided."""

    commitment = models.ForeignKey(
        "commitments.Commitment", models.PROTECT, related_name="steps", verbose_name=_("列管事項")
    )
    owed = models.ForeignKey(
        "commitments.CommitmentUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("負責單位"),
    )
    act = models.CharField(
        _("動作"), max_length=10, choices=[(each.value, _(ACTS[each].label)) for each in Act]
    )
    level = models.CharField(
        _("關卡"), max_length=6, blank=True, choices=[("agency", _("機關")), ("rdec", _("研考會"))]
    )
    ground = models.CharField(
        _("撤銷事由"),
        max_length=20,
        blank=True,
        choices=[(each.value, _(GROUND_LABELS[each])) for each in Ground],
    )
    on = models.DateField(_("日期"))
    reason = models.TextField(_("說明"))
    by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("人員")
    )

    class Meta:
        verbose_name = _("解列歷程")
        verbose_name_plural = _("解列歷程")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owed=None, act__in=["withdrawn", "restored"])
                | Q(owed__isnull=False) & ~Q(act__in=["withdrawn", "restored"]),
                name="commitments_step_of_whole_or_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.act}"
