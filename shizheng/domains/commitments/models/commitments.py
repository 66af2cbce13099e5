"""One thing that was decided or promised, and the units that owe it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.commitments.rules.workflow import (
    GROUND_LABELS,
    STATE_LABELS,
    UNIT_LABELS,
    Ground,
    State,
    UnitState,
)


class Commitment(models.Model):
    """列管事項. `state`, `due_on` and `closed_on` follow from steps and extensions; the source is named, not joined."""

    number = models.CharField(_("列管編號"), max_length=30, unique=True)
    list = models.ForeignKey(
        "commitments.CommitmentList", models.PROTECT, related_name="commitments", verbose_name=_("列管清單")
    )
    roc_year = models.PositiveSmallIntegerField(_("列管年度"))
    text = models.TextField(_("列管事項"))
    agreed_on = models.DateField(_("決定日"))
    agreed_due = models.DateField(_("原訂期限"), null=True, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    target_quantity = models.DecimalField(
        _("目標數量"), max_digits=24, decimal_places=6, null=True, blank=True
    )
    quantity_unit = models.CharField(_("數量單位"), max_length=20, blank=True)
    extra = models.JSONField(_("自訂欄位"), default=dict, blank=True)
    source_kind = models.CharField(_("來源種類"), max_length=60, blank=True)
    source_key = models.CharField(_("來源編號"), max_length=60, blank=True)
    source_label = models.CharField(_("來源"), max_length=300, blank=True)
    source_url = models.CharField(_("來源網址"), max_length=300, blank=True)
    link_kind = models.CharField(_("進度來源種類"), max_length=60, blank=True)
    link_key = models.CharField(_("進度來源編號"), max_length=60, blank=True)
    note = models.TextField(_("說明"), blank=True)
    state = models.CharField(
        _("狀態"),
        max_length=9,
        choices=[(each.value, _(STATE_LABELS[each])) for each in State],
        default=State.ONGOING.value,
    )
    ground = models.CharField(
        _("撤銷事由"),
        max_length=20,
        blank=True,
        choices=[(each.value, _(GROUND_LABELS[each])) for each in Ground],
    )
    closed_on = models.DateField(_("結束日"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("列管事項")
        verbose_name_plural = _("列管事項")
        ordering = ["-roc_year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_key"],
                condition=~Q(source_key=""),
                name="commitments_one_of_a_source",
            ),
            models.CheckConstraint(
                condition=Q(target_quantity=None) | Q(target_quantity__gt=0),
                name="commitments_target_positive",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") & ~Q(ground="") | ~Q(state="withdrawn") & Q(ground=""),
                name="commitments_ground_of_withdrawal",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="commitments_by_state"),
            models.Index(fields=["list", "state"], name="commitments_of_list"),
        ]

    def __str__(self) -> str:
        return self.number


class Part(models.TextChoices):
    """主辦 and 協辦."""

    MAIN = "main", _("主辦")
    JOINT = "joint", _("協辦")


class CommitmentUnit(models.Model):
    """A unit that owes a commitment. Its state follows from its steps; what it told last stands here for lists.

    `passed`: levels that the request for release has passed. `asked_on`: the day of the request that stands or was granted.
    """

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="units", verbose_name=_("列管事項")
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("負責單位")
    )
    part = models.CharField(_("主協辦"), max_length=5, choices=Part.choices, default=Part.JOINT)
    state = models.CharField(
        _("解列狀態"),
        max_length=8,
        choices=[(each.value, _(UNIT_LABELS[each])) for each in UnitState],
        default=UnitState.PENDING.value,
    )
    passed = models.PositiveSmallIntegerField(_("通過的關卡"), default=0)
    asked_on = models.DateField(_("申請解列日"), null=True, blank=True)
    released_on = models.DateField(_("解列日"), null=True, blank=True)
    sent_back = models.BooleanField(_("被退回"), default=False)
    told_on = models.DateField(_("最近一次辦理情形的日期"), null=True, blank=True)
    progress = models.DecimalField(_("進度（%）"), max_digits=5, decimal_places=2, null=True, blank=True)
    quantity = models.DecimalField(_("完成數量"), max_digits=24, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("負責單位")
        verbose_name_plural = _("負責單位")
        ordering = ["commitment", "-part", "id"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "unit"], name="commitments_unit_once"),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(part="main") & ~Q(state="dropped"),
                name="commitments_one_main",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="commitments_of_unit")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.unit_id}"
