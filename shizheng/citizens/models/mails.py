"""Mails that came in: a row each, whatever became of it; its content lies beside it, sealed, and goes when its time is over."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Mailbox(models.Model):
    """How far a mailbox was read (RFC 9051, 2.3.1.1): numbers below `last_uid` are known as long as UIDVALIDITY stays."""

    untracked = "where reading goes on by the minute; what was read are rows with a history of their own"

    name = models.CharField(_("信箱"), max_length=300, unique=True)
    uid_validity = models.BigIntegerField(_("信箱編號的代次（UIDVALIDITY）"), default=0)
    last_uid = models.BigIntegerField(_("讀到的信箱編號（UID）"), default=0)
    stuck = models.PositiveSmallIntegerField(_("下一封讀不到的次數"), default=0)
    read_at = models.DateTimeField(_("上次讀信的時間"), null=True, blank=True)
    trouble = models.CharField(_("上次讀信的問題"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("陳情信箱")
        verbose_name_plural = _("陳情信箱")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class MailState(models.TextChoices):
    NEW = "new", _("剛收到")
    WAITING = "waiting", _("等寄件人確認")
    TAKEN = "taken", _("已立案")
    JOINED = "joined", _("補充到案件")
    IGNORED = "ignored", _("自動信，不回")
    REFUSED = "refused", _("沒有收下")
    EXPIRED = "expired", _("逾期沒有確認")
    SPAM = "spam", _("垃圾信")


class MailWhy(models.TextChoices):
    """Why a mail is where it is."""

    BOUNCE = "bounce", _("退信")
    LIST = "list", _("郵件清單或大量寄送")
    AUTO = "auto", _("自動回覆")
    OURS = "ours", _("我們自己寄出的信")
    TOO_LARGE = "too_large", _("太大，原信還在信箱")
    UNFETCHED = "unfetched", _("信箱給不出內容，原信還在信箱")
    HEADERS = "headers", _("標頭太長或太多")
    PARTS = "parts", _("分成太多段")
    DEEP = "deep", _("一層包一層太深")
    ENCRYPTED = "encrypted", _("加密的信，讀不到內容")
    UNREADABLE = "unreadable", _("格式損壞，讀不出來")
    NO_SENDER = "no_sender", _("沒有可以回信的寄件人")
    EMPTY = "empty", _("沒有內容")
    TOO_OFTEN = "too_often", _("同一寄件人一天內太多封")
    BY_HAND = "by_hand", _("承辦人收案")


class IncomingMail(models.Model):
    """One mail, once: `key` is the same however often it is delivered. Nothing of what it says or of who sent it stands here.

    `follows`: the mail whose request for confirmation it answers. `left_out`: why attachments were not taken, a code each.
    """

    key = models.CharField(_("信件識別"), max_length=64, unique=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="mails", verbose_name=_("信箱"))  # fmt: skip
    uid_validity = models.BigIntegerField(_("信箱編號的代次（UIDVALIDITY）"), null=True)
    uid = models.BigIntegerField(_("信箱編號（UID）"), null=True)
    arrived_at = models.DateTimeField(_("收到的時間"))
    size = models.PositiveIntegerField(_("大小（位元組）"))
    state = models.CharField(_("狀態"), max_length=10, choices=MailState.choices, default=MailState.NEW)
    why = models.CharField(_("原因"), max_length=12, choices=MailWhy.choices, blank=True)
    attachments = models.PositiveSmallIntegerField(_("附件"), default=0)
    left_out = models.JSONField(_("沒有收下的附件"), default=list, blank=True)
    language = models.CharField(_("語言"), max_length=10, default="zh-hant")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="citizen_mails", verbose_name=_("案件"))  # fmt: skip
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers", verbose_name=_("回覆的信"))  # fmt: skip
    asked_at = models.DateTimeField(_("請寄件人確認的時間"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("提醒的時間"), null=True, blank=True)
    settled_at = models.DateTimeField(_("處理的時間"), null=True, blank=True)
    erased_at = models.DateTimeField(_("清除內容的時間"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("陳情來信")
        verbose_name_plural = _("陳情來信")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "arrived_at"], name="citizens_mails_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="citizens_one_mail_a_uid")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class MailContent(models.Model):
    """The mail as it came and who sent it, as ciphertext bound to its row; deleted when its time is over."""

    untracked = "ciphertext of personal data: once deleted nothing of it may remain, in history neither"

    mail = models.OneToOneField(IncomingMail, models.PROTECT, related_name="content", verbose_name=_("來信"))
    sender = models.BinaryField(_("寄件人密文"), editable=False, default=b"")
    raw = models.BinaryField(_("原信密文"), editable=False)

    class Meta:
        verbose_name = _("來信內容")
        verbose_name_plural = _("來信內容")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.mail_id)


class MailReading(AppendOnly):
    """Somebody opened a mail: who, when, and what for."""

    mail = models.ForeignKey(IncomingMail, models.PROTECT, related_name="readings", verbose_name=_("來信"))
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("開啟者"))  # fmt: skip
    purpose = models.TextField(_("用途"))

    class Meta:
        verbose_name = _("來信開啟紀錄")
        verbose_name_plural = _("來信開啟紀錄")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.reader_id}"
