"""調整、撤銷、恢復列管的申請: what an agency asks for, what its supervisor says, and what the commission decided (B01, B04; domain-rules 4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.models.projects import Level
from shizheng.domains.projects.rules.life import GROUND_LABELS, Ground


class Asked(models.TextChoices):
    ADJUST = "adjust", _("調整列管層級")
    WITHDRAW = "withdraw", _("撤銷列管")
    RESTORE = "restore", _("恢復列管")


class ApplicationState(models.TextChoices):
    SENT = "sent", _("待核定")
    RETURNED = "returned", _("退回補正")
    APPROVED = "approved", _("已核定")
    CANCELLED = "cancelled", _("已收回")


class ControlApplication(models.Model):
    """An application. `ends_on`: the planned end of the tender, `latest_on`: until when to apply by the rule, both as they
    were when it was sent; later than that, `late_reason` says why."""

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="applications", verbose_name=_("標案")
    )
    asked = models.CharField(_("申請事項"), max_length=8, choices=Asked.choices)
    ground = models.CharField(
        _("事由"),
        max_length=20,
        blank=True,
        choices=[(ground.value, _(GROUND_LABELS[ground])) for ground in Ground],
    )
    level = models.CharField(_("改為"), max_length=6, choices=Level.choices, blank=True)
    reason = models.TextField(_("理由"))
    late_reason = models.TextField(_("逾期申請的原因"), blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申請人")
    )
    sent_on = models.DateField(_("申請日"))
    ends_on = models.DateField(_("預定完成"), null=True, blank=True)
    latest_on = models.DateField(_("最晚申請日"), null=True, blank=True)
    opinion = models.TextField(_("機關主管意見"), blank=True)
    opinion_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("表示意見者"),
    )
    opinion_on = models.DateField(_("表示意見日"), null=True, blank=True)
    state = models.CharField(
        _("狀態"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.SENT
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核定者"),
    )
    decided_on = models.DateField(_("核定日"), null=True, blank=True)
    decision = models.TextField(_("核定意見"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("列管變更申請")
        verbose_name_plural = _("列管變更申請")
        ordering = ["-sent_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["sent", "returned"]),
                name="projects_one_application_open",
            ),
            models.CheckConstraint(
                condition=(Q(asked="withdraw") & ~Q(ground="")) | (~Q(asked="withdraw") & Q(ground="")),
                name="projects_withdrawal_has_ground",
            ),
            models.CheckConstraint(
                condition=(Q(asked="adjust") & ~Q(level="")) | (~Q(asked="adjust") & Q(level="")),
                name="projects_adjustment_has_level",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "returned"])
                | (Q(decided_by__isnull=False, decided_on__isnull=False) & ~Q(decision="")),
                name="projects_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(opinion="", opinion_by=None, opinion_on=None)
                | (~Q(opinion="") & Q(opinion_by__isnull=False, opinion_on__isnull=False)),
                name="projects_opinion_of_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_on"], name="projects_applications_open")]

    def __str__(self) -> str:
        return f"{self.get_asked_display()} {self.project_id}"

    @property
    def tone(self) -> str:
        """How the decision is marked: `good`, `warn` or nothing."""
        return {ApplicationState.APPROVED.value: "good", ApplicationState.RETURNED.value: "warn"}.get(
            self.state, ""
        )
