"""The clock of a case as facts (how long, when it stood still, what was granted), and the ladder that follows from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.calendar.rules import Unit
from shizheng.kernel.cases.models.envelope import Case
from shizheng.kernel.cases.rules import Revised
from shizheng.kernel.history.models import AppendOnly

UNITS = [
    (Unit.WORKING_DAYS.value, _("工作天")),
    (Unit.CALENDAR_DAYS.value, _("日曆天")),
    (Unit.MONTHS.value, _("個月")),
    (Unit.HOURS.value, _("小時（全天候）")),
    (Unit.OFFICE_HOURS.value, _("小時（上班時間）")),
]
REVISED = [
    (Revised.LATER.value, _("取較晚的一天")),
    (Revised.CURRENT.value, _("依現行的版次")),
    (Revised.ANNOUNCED.value, _("依告知時的版次")),
]


class CaseClock(models.Model):
    """How long a case may take, by which rule, frozen on receipt with the ladder; and by which calendars its day was derived.

    `announced_version`: the calendar by which the day was told to the citizen; `derived_version`: the newest one that the
    kept day took into account.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="clock", verbose_name=_("案件"))
    amount = models.PositiveIntegerField(_("期限長度"))
    unit = models.CharField(_("單位"), max_length=20, choices=UNITS)
    roll = models.BooleanField(_("末日遇休息日順延"), default=True)
    district_code = models.CharField(_("停班依據的行政區"), max_length=8, blank=True)
    rule = models.CharField(_("期限的規則"), max_length=60, blank=True)
    ladder = models.JSONField(_("稽催階梯"), default=list)
    rule_versions = models.JSONField(_("依據的規則版本"), default=dict)
    revised = models.CharField(_("日曆改版時"), max_length=12, choices=REVISED, default=Revised.LATER.value)
    announced_version = models.PositiveIntegerField(_("告知時的日曆版次"))
    derived_version = models.PositiveIntegerField(_("推算時的日曆版次"))

    class Meta:
        verbose_name = _("案件期限")
        verbose_name_plural = _("案件期限")
        ordering = ["case"]
        indexes = [models.Index(fields=["derived_version"], name="cases_clock_derived")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount} {self.unit}"


class Ground(models.TextChoices):
    STATE = "state", _("狀態不計時")
    ASKED = "asked", _("個案停止計算")
    CLOSED = "closed", _("結案至重啟")


class CasePause(models.Model):
    """The clock stood still: because of the state, by somebody's decision, or between a closing and a reopening."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses", verbose_name=_("案件"))
    ground = models.CharField(_("類別"), max_length=10, choices=Ground.choices)
    since = models.DateTimeField(_("自"))
    until = models.DateTimeField(_("至"), null=True, blank=True)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("停止計算期間")
        verbose_name_plural = _("停止計算期間")
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="cases_pause_in_order"
            ),
            models.UniqueConstraint(
                fields=["case", "ground"], condition=Q(until=None), name="cases_one_pause_of_a_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.since}"


class Decided(models.TextChoices):
    ASKED = "asked", _("待核定")
    APPROVED = "approved", _("同意")
    REFUSED = "refused", _("不同意")


class CaseExtension(models.Model):
    """More time that was asked for, and what was decided; `told`: how the citizen was told before the time was over."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions", verbose_name=_("案件"))
    amount = models.PositiveIntegerField(_("延長多少"), default=0)
    until = models.DateField(_("延到哪一天"), null=True, blank=True)
    reason = models.TextField(_("理由"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("申請者")
    )
    asked_at = models.DateTimeField(_("申請時間"))
    state = models.CharField(_("決定"), max_length=10, choices=Decided.choices, default=Decided.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核定者"),
    )
    decided_at = models.DateTimeField(_("核定時間"), null=True, blank=True)
    decision_reason = models.TextField(_("核定說明"), blank=True)
    told = models.TextField(_("通知民眾的方式"), blank=True)
    due_before = models.DateTimeField(_("原期限"), null=True, blank=True)
    due_after = models.DateTimeField(_("新期限"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("案件展延")
        verbose_name_plural = _("案件展延")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="asked"), name="cases_one_extension_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, until=None) | Q(amount=0, until__isnull=False),
                name="cases_extension_one_way",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False), name="cases_extension_decided"
            ),
            models.CheckConstraint(condition=~Q(state="approved", told=""), name="cases_extension_told"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_state_display()}"


class CaseRung(models.Model):
    """When a rung of the frozen ladder comes, as the deadline stands now; written anew whenever the deadline moves."""

    untracked = (
        "derived from the ladder and the deadline of the case, which are in history; written anew with them"
    )

    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs", verbose_name=_("案件"))
    step = models.CharField(_("階梯"), max_length=40)
    to = models.CharField(_("對象"), max_length=20)
    before_due = models.BooleanField(_("在到期之前"))
    due_at = models.DateTimeField(_("期限時間"))
    comes_at = models.DateTimeField(_("何時"))

    class Meta:
        verbose_name = _("稽催時點")
        verbose_name_plural = _("稽催時點")
        ordering = ["comes_at", "id"]
        indexes = [models.Index(fields=["comes_at"], name="cases_rung_comes")]
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="cases_rung_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class CaseEscalation(AppendOnly):
    """A rung that was taken, for one deadline: to whom it went. Never taken twice."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations", verbose_name=_("案件"))
    step = models.CharField(_("階梯"), max_length=40)
    to = models.CharField(_("對象"), max_length=20)
    due_at = models.DateTimeField(_("期限時間"))
    taken_at = models.DateTimeField(_("稽催時間"))

    class Meta:
        verbose_name = _("稽催紀錄")
        verbose_name_plural = _("稽催紀錄")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "due_at"], name="cases_escalation_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"
