"""What was said to whom: templates by version, messages, mails on their way, and what became of each attempt.

Words that were sent and attempts to send are never changed. An address of a person is in none of these rows: it is read
from the account at the moment of sending.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.common.words import tell
from shizheng.kernel.history.models import AppendOnly


class Template(models.Model):
    """One kind of message. Its words are its versions; `version` is the number of the one in use."""

    code = models.CharField(_("代碼"), max_length=60, unique=True)
    name = models.CharField(_("名稱"), max_length=60)
    variables = models.JSONField(_("可用的變數"), default=list, blank=True)
    example = models.JSONField(_("範例"), default=dict, blank=True)
    urgent = models.BooleanField(_("急件"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=0)

    class Meta:
        verbose_name = _("通知範本")
        verbose_name_plural = _("通知範本")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The name in the reader's language."""
        return tell(self.name)


class TemplateVersion(AppendOnly):
    """The words of a template from one moment on, in Chinese and in English. `shipped`: nobody here wrote them."""

    template = models.ForeignKey(
        Template, models.PROTECT, related_name="versions", verbose_name=_("通知範本")
    )
    number = models.PositiveIntegerField(_("第幾版"))
    subject = models.CharField(_("主旨"), max_length=200)
    body = models.TextField(_("內文"))
    subject_en = models.CharField(_("英文主旨"), max_length=200, blank=True)
    body_en = models.TextField(_("英文內文"), blank=True)
    shipped = models.BooleanField(_("隨附"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("修改人")
    )
    reason = models.CharField(_("理由"), max_length=2000)

    class Meta:
        verbose_name = _("通知範本版本")
        verbose_name_plural = _("通知範本版本")
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="notifications_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.number}"

    def words(self, language: str) -> tuple[str, str]:
        """Subject and body in a language; Chinese where there is no English."""
        if language.startswith("en") and self.subject_en and self.body_en:
            return self.subject_en, self.body_en
        return self.subject, self.body


class Message(AppendOnly):
    """What one person was told, as it was said. `key` names the event: the same one is told once."""

    key = models.CharField(_("事由代號"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications", verbose_name=_("收件人")
    )
    template = models.ForeignKey(
        Template, models.PROTECT, related_name="messages", verbose_name=_("通知範本")
    )
    worded_by = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="+", verbose_name=_("用的版本")
    )
    subject = models.CharField(_("主旨"), max_length=500)
    body = models.TextField(_("內文"))
    url = models.CharField(_("頁面"), max_length=500)
    about_label = models.CharField(_("對象種類"), max_length=100, blank=True)
    about_pk = models.BigIntegerField(_("對象編號"), null=True, blank=True)
    urgent = models.BooleanField(_("急件"), default=False)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["key", "user"], name="notifications_told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_inbox"),
            models.Index(fields=["about_label", "about_pk"], name="notifications_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_read(self) -> bool:
        """Whether its receiver has opened it."""
        return hasattr(self, "reading")


class Reading(AppendOnly):
    """That somebody has read a message, and when (`recorded_at`)."""

    message = models.OneToOneField(Message, models.PROTECT, related_name="reading", verbose_name=_("通知"))

    class Meta:
        verbose_name = _("已讀")
        verbose_name_plural = _("已讀")

    def __str__(self) -> str:
        return f"{self.message_id} {self.recorded_at}"


class ByMail(models.TextChoices):
    """Whether and when a mail goes out beside the message on the site."""

    NOW = "now", _("立即寄")
    DIGEST = "digest", _("併入每日彙整")
    OFF = "off", _("不寄信")


class Preferences(models.Model):
    """How one person wants to be told. `kinds` maps a template's code to what differs from `by_mail`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="notification_preferences",
        verbose_name=_("人員"),
    )
    by_mail = models.CharField(_("電子郵件"), max_length=10, choices=ByMail.choices, default=ByMail.DIGEST)
    kinds = models.JSONField(_("各種通知"), default=dict, blank=True)
    quiet_from = models.TimeField(_("勿擾開始"), null=True, blank=True)
    quiet_to = models.TimeField(_("勿擾結束"), null=True, blank=True)
    digest_at = models.TimeField(_("每日彙整時間"))
    version = models.PositiveIntegerField(_("版次"), default=0)

    class Meta:
        verbose_name = _("通知設定")
        verbose_name_plural = _("通知設定")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="notifications_quiet_both",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class DeliveryState(models.TextChoices):
    HELD = "held", _("等每日彙整")
    WAITING = "waiting", _("待寄")
    SENT = "sent", _("已寄出")
    GATHERED = "gathered", _("併入彙整")
    DROPPED = "dropped", _("不必寄")
    FAILED = "failed", _("寄不出去")


class Delivery(models.Model):
    """One mail on its way: of one message, or of a day's messages put together (`message` is then empty).

    `mail_id` (its Message-ID) is given when the row is made and never again, so a mail sent twice after a crash is one mail to its
    receiver (RFC 5322, 3.6.4). `attempts` counts; what became of each is an `Attempt`.
    """

    key = models.CharField(_("事由代號"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("收件人")
    )
    channel = models.CharField(_("管道"), max_length=10, choices=[("email", _("電子郵件"))], default="email")
    message = models.OneToOneField(
        Message, models.PROTECT, related_name="delivery", null=True, blank=True, verbose_name=_("通知")
    )
    digest = models.ForeignKey(
        "self", models.PROTECT, related_name="gathered", null=True, blank=True, verbose_name=_("彙整")
    )
    state = models.CharField(_("狀態"), max_length=10, choices=DeliveryState.choices)
    next_at = models.DateTimeField(_("下次嘗試"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("嘗試次數"), default=0)
    mail_id = models.CharField(_("郵件編號"), max_length=200, unique=True)
    created_at = models.DateTimeField(_("建立時間"))
    give_up_at = models.DateTimeField(_("試到什麼時候"))
    sent_at = models.DateTimeField(_("寄出時間"), null=True, blank=True)
    note = models.CharField(_("說明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("信件")
        verbose_name_plural = _("信件")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "user", "channel"], name="notifications_delivered_once"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=False) | ~Q(state__in=["held", "waiting"]),
                name="notifications_waits_until",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state__in=["held", "waiting"]),
                name="notifications_due",
            )
        ]

    def __str__(self) -> str:
        return self.message.subject if self.message is not None else str(_("每日彙整"))


class Outcome(models.TextChoices):
    SENT = "sent", _("郵件伺服器收下")
    KEPT = "kept", _("測試模式：放進寄件匣資料夾")
    LATER = "later", _("暫時寄不出去")
    REFUSED = "refused", _("被拒收")
    AGAIN = "again", _("由人重新寄送")


class Attempt(AppendOnly):
    """What became of one attempt to send a mail, in the words of the server without addresses."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries", verbose_name=_("信件"))
    number = models.PositiveIntegerField(_("第幾次"))
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome.choices)
    code = models.PositiveIntegerField(_("回覆代碼"), null=True, blank=True)
    text = models.CharField(_("回覆"), max_length=500, blank=True)
    mail_id = models.CharField(_("郵件編號"), max_length=200)

    class Meta:
        verbose_name = _("寄送嘗試")
        verbose_name_plural = _("寄送嘗試")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.number} {self.outcome}"
