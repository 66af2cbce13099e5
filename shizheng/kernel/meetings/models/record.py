"""What belongs to one meeting: its agenda, who was there, what was said and what was resolved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly
from shizheng.kernel.meetings.models.series import Meeting


class Presence(models.TextChoices):
    PRESENT = "present", _("出席")
    DEPUTY = "deputy", _("代理出席")
    LEAVE = "leave", _("請假")
    ABSENT = "absent", _("缺席")


class Role(models.TextChoices):
    CHAIR = "chair", _("主席")
    MEMBER = "member", _("出席")
    OBSERVER = "observer", _("列席")
    RECORDER = "recorder", _("紀錄")


class Attendance(models.Model):
    """Who was there for which unit. People are written as they signed in; `deputy` is who came instead."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("會議"))
    unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("單位"),
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    post = models.CharField(_("職稱"), max_length=60, blank=True)
    role = models.CharField(_("身分"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    presence = models.CharField(
        _("出席情形"), max_length=10, choices=Presence.choices, default=Presence.PRESENT
    )
    deputy = models.CharField(_("代理人"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("出席紀錄")
        verbose_name_plural = _("出席紀錄")
        ordering = ["meeting", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(name=""), name="meetings_attendance_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.name}"


class Origin(models.TextChoices):
    FOLLOW_UP = "follow_up", _("前次決議追蹤")
    RULE = "rule", _("依規則")
    OWN = "own", _("自行增列")


class AgendaItem(models.Model):
    """議程項目, frozen when the agenda is fixed. `subject` names what it is about: a kind and its number, or nothing.

    `reason` says in words why it is on the agenda, `rule_versions` by which versions of the rulebook; `facts` keeps
    what was known of an earlier resolution. What is dropped stays, with the reason.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("會議"))
    position = models.PositiveIntegerField(_("次序"))
    origin = models.CharField(_("由來"), max_length=10, choices=Origin.choices, default=Origin.OWN)
    section = models.CharField(_("議程分節代碼"), max_length=40, blank=True)
    section_title = models.CharField(_("議程分節"), max_length=100, blank=True)
    title = models.CharField(_("案由"), max_length=300)
    subject_kind = models.CharField(_("對象種類"), max_length=60, blank=True)
    subject_id = models.CharField(_("對象編號"), max_length=60, blank=True)
    reason = models.TextField(_("列入理由"), blank=True)
    rule_versions = models.JSONField(_("依據的規則版本"), default=list, blank=True)
    unit_ids = models.JSONField(_("相關單位"), default=list, blank=True)
    facts = models.JSONField(_("當時資料"), default=dict, blank=True)
    dropped = models.BooleanField(_("不討論"), default=False)
    why_dropped = models.TextField(_("不討論的理由"), blank=True)
    discussion = models.TextField(_("討論"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("議程項目")
        verbose_name_plural = _("議程項目")
        ordering = ["meeting", "position", "id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="meetings_item_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped=False) | ~Q(why_dropped=""), name="meetings_dropped_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> tuple[str, str] | None:
        """What it is about."""
        return (self.subject_kind, self.subject_id) if self.subject_kind else None


class ResolutionKind(models.TextChoices):
    DIRECTIVE = "directive", _("主席裁示")
    DECISION = "decision", _("決議")
    NOTED = "noted", _("洽悉")


class Resolution(AppendOnly):
    """裁示 or 決議. A change supersedes; `struck` says that it no longer counts. `number` stays with it through both."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions", verbose_name=_("會議"))
    item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resolutions",
        verbose_name=_("議程項目"),
    )
    number = models.PositiveSmallIntegerField(_("序號"))
    kind = models.CharField(
        _("種類"), max_length=10, choices=ResolutionKind.choices, default=ResolutionKind.DIRECTIVE
    )
    text = models.TextField(_("內容"))
    main_unit = models.ForeignKey(
        "organisations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("主辦單位"),
    )
    joint_units = models.JSONField(_("協辦單位"), default=list, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    struck = models.BooleanField(_("刪除"), default=False)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("會議決議")
        verbose_name_plural = _("會議決議")
        ordering = ["meeting", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                condition=Q(supersedes=None),
                name="meetings_resolution_number_once",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="meetings_resolution_change_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(struck=False) | Q(supersedes__isnull=False), name="meetings_struck_supersedes"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ReminderAbout(models.TextChoices):
    HELD = "held", _("召開會議")
    MINUTES = "minutes", _("發會議紀錄")


class MeetingReminder(AppendOnly):
    """One rung of the ladder taken for one meeting: about what, to whom, how many were told. Never taken twice."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="reminders", verbose_name=_("會議"))
    about = models.CharField(_("催辦事項"), max_length=10, choices=ReminderAbout.choices)
    step = models.CharField(_("階梯"), max_length=40)
    due_on = models.DateField(_("到期日"))
    people = models.JSONField(_("收件者"), default=list)
    told = models.PositiveIntegerField(_("通知數"), default=0)

    class Meta:
        verbose_name = _("會議催辦紀錄")
        verbose_name_plural = _("會議催辦紀錄")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "about", "step", "due_on"], name="meetings_reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.step}"
