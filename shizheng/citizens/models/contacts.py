"""How a citizen wants to be told, and what was mailed. The address itself is a sealed part of the case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """Wishes of the citizen of a case. Mails go to an address only once its owner confirmed it by a link."""

    case = models.OneToOneField(
        "cases.Case", models.PROTECT, related_name="citizen_contact", verbose_name=_("案件")
    )
    language = models.CharField(_("語言"), max_length=10, default="zh-hant")
    has_mail = models.BooleanField(_("留了電子郵件"), default=False)
    asked_at = models.DateTimeField(_("寄出確認信的時間"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("確認時間"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("逾期沒有確認的時間"), null=True, blank=True)
    tell_answer = models.BooleanField(_("答復時通知"), default=True)
    tell_progress = models.BooleanField(_("有進度時通知"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("陳情人的通知方式")
        verbose_name_plural = _("陳情人的通知方式")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def reachable(self) -> bool:
        """Whether mails go to the address."""
        return self.has_mail and self.confirmed_at is not None and self.dropped_at is None


class LetterKind(models.TextChoices):
    CONFIRM = "confirm", _("確認電子郵件")
    PROGRESS = "progress", _("進度通知")
    ANSWERED = "answered", _("答復通知與滿意度調查")
    RECEIVED = "received", _("立案通知與收據")
    ASK = "ask", _("請確認陳情信")
    REMIND = "remind", _("再請確認陳情信")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("待寄")
    SENT = "sent", _("已寄")
    FAILED = "failed", _("寄不出去")
    DROPPED = "dropped", _("不必寄")


class Letter(models.Model):
    """A mail to the citizen of a case, or to who sent a mail that is no case yet. It never says what the citizen wrote."""

    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="letters", verbose_name=_("通知方式"))  # fmt: skip
    incoming = models.ForeignKey("citizens.IncomingMail", models.PROTECT, null=True, related_name="letters", verbose_name=_("來信"))  # fmt: skip
    kind = models.CharField(_("信件種類"), max_length=10, choices=LetterKind.choices)
    about = models.CharField(_("狀態或調查"), max_length=40, blank=True)
    mail_id = models.CharField(_("信件編號"), max_length=120, unique=True)
    made_at = models.DateTimeField(_("產生時間"))
    next_at = models.DateTimeField(_("下次寄送時間"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("寄送次數"), default=0)
    state = models.CharField(
        _("狀態"), max_length=10, choices=LetterState.choices, default=LetterState.WAITING
    )
    sent_at = models.DateTimeField(_("寄出時間"), null=True, blank=True)
    note = models.CharField(_("說明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("給陳情人的信")
        verbose_name_plural = _("給陳情人的信")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="citizens_letters_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False) ^ models.Q(incoming__isnull=False),
                name="citizens_letter_to_one",
            )
        ]

    def __str__(self) -> str:
        return self.mail_id
