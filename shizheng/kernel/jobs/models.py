"""What procrastinate does not keep: who retried or cancelled a job and why, and why an attempt failed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Act(models.TextChoices):
    RETRY = "retry", _("重跑")
    CANCEL = "cancel", _("取消")


class Outcome(models.TextChoices):
    QUEUED = "queued", _("已重新排入佇列")
    CANCELLED = "cancelled", _("已從佇列取消")
    ASKED = "asked", _("執行中，已要求停止")


class Intervention(AppendOnly):
    """One retry or cancelling by a person. `recorded_by` and `recorded_at` say who and when."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.BigIntegerField(_("背景工作編號"))  # no foreign key: jobs are cleared away, this stays
    task_name = models.CharField(_("工作代號"), max_length=128)
    act = models.CharField(_("動作"), max_length=10, choices=Act.choices)
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("理由"))
    actor_id = models.BigIntegerField(_("人員編號"), null=True)

    class Meta:
        verbose_name = _("背景工作的處置")
        verbose_name_plural = _("背景工作的處置")
        ordering = ["id"]
        indexes = [models.Index(fields=["job_id"], name="jobs_intervention_of_job")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.job_id}"


class Failure(AppendOnly):
    """Why one attempt of a job failed, as the task said it."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.BigIntegerField(_("背景工作編號"))
    task_name = models.CharField(_("工作代號"), max_length=128)
    attempt = models.PositiveIntegerField(_("第幾次執行"))
    message = models.TextField(_("原因"))

    class Meta:
        verbose_name = _("背景工作的失敗")
        verbose_name_plural = _("背景工作的失敗")
        ordering = ["id"]
        indexes = [models.Index(fields=["job_id"], name="jobs_failure_of_job")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.message}"
