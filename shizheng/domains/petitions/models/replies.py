"""Replies to the citizen: drafted, approved level by level, sent; and what units beside the main one contributed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition
from shizheng.domains.petitions.models.reference import AnswerTemplate
from shizheng.kernel.history.models import AppendOnly


class Reply(models.Model):
    """One draft of a reply; a changed draft is the next one. `promise`, `promise_on`: what it says will be done, and by when.

    The text may name the citizen: history never holds it, and it is erased when the case is anonymised.
    """

    history_exclude = ("text",)

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="replies", verbose_name=_("陳情案件"))
    serial = models.PositiveSmallIntegerField(_("稿次"))
    text = models.TextField(_("答復內容"), blank=True)
    template = models.ForeignKey(AnswerTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答復範本"))  # fmt: skip
    promise = models.CharField(_("答應辦的事"), max_length=300, blank=True)
    promise_on = models.DateField(_("哪一天以前辦好"), null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("擬稿人"))  # fmt: skip
    drafted_at = models.DateTimeField(_("擬稿時間"))
    approved_at = models.DateTimeField(_("核定時間"), null=True, blank=True)
    sent_at = models.DateTimeField(_("送出時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("答復")
        verbose_name_plural = _("答復")
        ordering = ["-serial"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "serial"], name="petitions_reply_once"),
            models.CheckConstraint(
                condition=Q(promise="", promise_on=None) | (~Q(promise="") & Q(promise_on__isnull=False)),
                name="petitions_promise_whole",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(approved_at__isnull=False), name="petitions_sent_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.serial}"


class Level(models.TextChoices):
    SUPERVISOR = "supervisor", _("單位主管")
    HEAD = "head", _("機關首長")


class Approval(AppendOnly):
    """What one level said of a draft: passed, or sent back with the reason."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="approvals", verbose_name=_("答復"))
    level = models.CharField(_("層級"), max_length=12, choices=Level.choices)
    passed = models.BooleanField(_("同意"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("核定者"))  # fmt: skip
    at = models.DateTimeField(_("時間"))
    reason = models.TextField(_("意見"), blank=True)

    class Meta:
        verbose_name = _("答復核定")
        verbose_name_plural = _("答復核定")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.level}"


class PartialReply(models.Model):
    """What a unit beside the main one says of its part; the citizen gets one answer, by the main unit."""

    history_exclude = ("text",)

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="parts", verbose_name=_("陳情案件"))
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("會辦機關"))  # fmt: skip
    text = models.TextField(_("會辦意見"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("填寫者"))  # fmt: skip
    at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("會辦意見")
        verbose_name_plural = _("會辦意見")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.unit_id}"
