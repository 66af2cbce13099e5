"""What citizens say after sending: comments on their case, and their answers to the survey."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class CommentKind(models.TextChoices):
    COMMENT = "comment", _("補充說明")
    REOPEN = "reopen", _("申請重啟")


class Comment(models.Model):
    """Words that the citizen adds to a case. History never holds them; they are erased when the case is anonymised."""

    history_exclude = ("text",)

    case = models.ForeignKey(
        "cases.Case", models.PROTECT, related_name="citizen_comments", verbose_name=_("案件")
    )
    kind = models.CharField(_("種類"), max_length=10, choices=CommentKind.choices)
    text = models.TextField(_("內容"), blank=True)
    at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("民眾留言")
        verbose_name_plural = _("民眾留言")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Invitation(AppendOnly):
    """An answered petition's citizen is asked how it went: once for each answer, until a day (the rule's)."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="survey_invitations", verbose_name=_("案件"))  # fmt: skip
    serial = models.PositiveSmallIntegerField(_("第幾次答復"))
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("答復的機關")
    )
    questions = models.JSONField(_("題目"), default=list)
    invited_at = models.DateTimeField(_("邀請時間"))
    until = models.DateField(_("有效至"))

    class Meta:
        verbose_name = _("滿意度調查邀請")
        verbose_name_plural = _("滿意度調查邀請")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "serial"], name="citizens_invited_once")]
        indexes = [models.Index(fields=["invited_at", "unit"], name="citizens_invited_in")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.serial}"


class SurveyAnswer(AppendOnly):
    """What a citizen answered: a mark from 1 to 5 for each question, once."""

    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="answer", verbose_name=_("邀請")
    )
    marks = models.JSONField(_("評分"), default=dict)
    overall = models.PositiveSmallIntegerField(_("整體滿意"))
    at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("滿意度調查回答")
        verbose_name_plural = _("滿意度調查回答")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(overall__range=(1, 5)), name="citizens_mark_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.overall}"
