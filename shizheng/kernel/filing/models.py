"""Rounds of filing, the returns that are owed, what is typed into them, who signed, and corrections (B17)."""

from datetime import date

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class RoundState(models.TextChoices):
    PLANNED = "planned", _("已排定")
    OPEN = "open", _("填報中")
    CLOSED = "closed", _("已截止")
    LOCKED = "locked", _("已鎖定")


class ReturnState(models.TextChoices):
    DRAFT = "draft", _("未送出")
    SUBMITTED = "submitted", _("待簽核")
    RETURNED = "returned", _("被退回")
    SIGNED = "signed", _("已簽核")
    LOCKED = "locked", _("已鎖定")


class Round(models.Model):
    """One round of filing: what is filed, about which period, from when until when, and by which rules.

    `rule_versions` names the versions of the rulebook that set the days, the levels and the ladder; `ladder` and
    `levels` are what they said.
    """

    kind = models.CharField(_("填報種類"), max_length=60)
    title = models.CharField(_("名稱"), max_length=200)
    roc_year = models.PositiveSmallIntegerField(_("年度"))
    period = models.CharField(_("期間"), max_length=10)
    opens_on = models.DateField(_("開放日"))
    due_on = models.DateField(_("到期日"))
    closes_on = models.DateField(_("截止日"))
    nominal_due = models.DateField(_("規則的到期日"))
    levels = models.JSONField(_("簽核層級"), default=list)
    ladder = models.JSONField(_("催報階梯"), default=list)
    rule_versions = models.JSONField(_("依據的規則版本"), default=dict)
    state = models.CharField(_("狀態"), max_length=10, choices=RoundState.choices, default=RoundState.PLANNED)
    opened_at = models.DateTimeField(_("開放時間"), null=True, blank=True)
    locked_at = models.DateTimeField(_("鎖定時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("填報期別")
        verbose_name_plural = _("填報期別")
        ordering = ["-opens_on", "kind", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="filing_round_state")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "period"], name="filing_round_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")) & Q(closes_on__gte=F("due_on")),
                name="filing_round_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Return(models.Model):
    """What one unit owes in one round, about one subject. `signed_levels` of the round's levels have signed."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="returns", verbose_name=_("填報期別"))
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("填報機關")
    )
    subject_label = models.CharField(_("對象種類"), max_length=60)
    subject_pk = models.BigIntegerField(_("對象編號"))
    title = models.CharField(_("名稱"), max_length=300)
    row_count = models.PositiveIntegerField(_("項目數"), default=0)
    state = models.CharField(_("狀態"), max_length=10, choices=ReturnState.choices, default=ReturnState.DRAFT)
    signed_levels = models.PositiveSmallIntegerField(_("已簽核層數"), default=0)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承辦人"),
    )
    extended_due = models.DateField(_("展延到期日"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("送出時間"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("第一次送出時間"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("送出者"),
    )
    signed_at = models.DateTimeField(_("簽核完成時間"), null=True, blank=True)
    locked_at = models.DateTimeField(_("鎖定時間"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("更正時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("填報表")
        verbose_name_plural = _("填報表")
        ordering = ["round", "unit__order", "title", "id"]
        indexes = [models.Index(fields=["unit", "state"], name="filing_return_unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "subject_label", "subject_pk"], name="filing_return_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned"]) | Q(submitted_at__isnull=False),
                name="filing_sent_in_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="locked") | Q(locked_at__isnull=False), name="filing_locked_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def due_on(self) -> date:
        """The day on which this return is due: the round's, or the later one that it was given."""
        return self.extended_due or self.round.due_on


class Entry(models.Model):
    """What was typed into one field of one row, as typed. `source` says where a supplied value came from."""

    filing = models.ForeignKey(Return, models.PROTECT, related_name="entries", verbose_name=_("填報表"))
    row = models.CharField(_("項目"), max_length=60)
    field = models.CharField(_("欄位"), max_length=60)
    text = models.TextField(_("內容"), blank=True)
    source = models.JSONField(_("來源"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("填寫者"),
    )
    saved_name = models.CharField(_("填寫者姓名"), max_length=120, blank=True)
    saved_at = models.DateTimeField(_("填寫時間"))
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("填報內容")
        verbose_name_plural = _("填報內容")
        ordering = ["filing", "row", "field"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "row", "field"], name="filing_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.field}"


class Decision(models.TextChoices):
    SUBMITTED = "submitted", _("送出")
    WITHDRAWN = "withdrawn", _("收回")
    SIGNED = "signed", _("簽核")
    RETURNED = "returned", _("退回")
    LOCKED = "locked", _("鎖定")
    CORRECTED = "corrected", _("更正")
    EXTENDED = "extended", _("展延")


class SignOff(AppendOnly):
    """One decision on a return. `content` keeps what was decided on, wherever the content may have changed."""

    filing = models.ForeignKey(Return, models.PROTECT, related_name="sign_offs", verbose_name=_("填報表"))
    level = models.CharField(_("層級"), max_length=20, blank=True)
    decision = models.CharField(_("決定"), max_length=10, choices=Decision.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("人員"),
    )
    reason = models.TextField(_("理由"), blank=True)
    content = models.JSONField(_("當時內容"), null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("簽核紀錄")
        verbose_name_plural = _("簽核紀錄")
        ordering = ["id"]
        indexes = [models.Index(fields=["filing", "id"], name="filing_sign_offs_of")]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.get_decision_display()}"


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("待核可")
    APPROVED = "approved", _("已更正")
    REJECTED = "rejected", _("不同意")
    WITHDRAWN = "withdrawn", _("已收回")


class CorrectionRequest(models.Model):
    """A change asked for after the lock: `changes` lists row, field, what it was and what it should be."""

    filing = models.ForeignKey(Return, models.PROTECT, related_name="corrections", verbose_name=_("填報表"))
    changes = models.JSONField(_("更正內容"), encoder=DjangoJSONEncoder)
    reason = models.TextField(_("理由"))
    state = models.CharField(
        _("狀態"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("申請者")
    )
    asked_at = models.DateTimeField(_("申請時間"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核可者"),
    )
    decided_at = models.DateTimeField(_("核可時間"), null=True, blank=True)
    decision_reason = models.TextField(_("核可說明"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("更正申請")
        verbose_name_plural = _("更正申請")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=Q(state="asked"), name="filing_one_correction_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False), name="filing_correction_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing} {self.get_state_display()}"


class Reminder(AppendOnly):
    """One rung of the ladder taken for one return: to whom, and how many were told. Never taken twice."""

    filing = models.ForeignKey(Return, models.PROTECT, related_name="reminders", verbose_name=_("填報表"))
    step = models.CharField(_("階梯"), max_length=40)
    due_on = models.DateField(_("到期日"))
    to = models.CharField(_("對象"), max_length=20)
    people = models.JSONField(_("收件者"), default=list)
    told = models.PositiveIntegerField(_("通知數"), default=0)

    class Meta:
        verbose_name = _("催報紀錄")
        verbose_name_plural = _("催報紀錄")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "step", "due_on"], name="filing_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.step}"


class Presence(models.Model):
    """Who has a return open just now, and at which field."""

    untracked = "a heartbeat every few seconds while a page is open; it says nothing about the return itself"

    filing = models.ForeignKey(Return, models.CASCADE, related_name="presences", verbose_name=_("填報表"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("人員")
    )
    field = models.CharField(_("欄位"), max_length=130, blank=True)
    seen_at = models.DateTimeField(_("最後在場"))

    class Meta:
        verbose_name = _("在場")
        verbose_name_plural = _("在場")
        ordering = ["seen_at"]
        constraints = [models.UniqueConstraint(fields=["filing", "user"], name="filing_presence_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.filing_id}"
