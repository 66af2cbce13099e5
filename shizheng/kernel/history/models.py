"""The append-only record of every change, written by database triggers (see `triggers.py`)."""

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CurrentTransaction(Func):
    """The database's number of the running transaction (64 bits, never wraps)."""

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0
    output_field = models.BigIntegerField()


class AppendOnly(models.Model):
    """Base of facts: rows that the database refuses to change or delete, and stamps by itself.

    `recorded_at`, `recorded_by`, `recorded_action` and `transaction_id` are filled in by trigger from the
    surrounding `history.actions.recorded`, whatever the application sends. Such a row is its own history.
    """

    append_only = True

    recorded_at = models.DateTimeField(_("登錄時間"), db_default=Now(), editable=False)
    recorded_by = models.CharField(_("登錄者"), max_length=64, db_default="", editable=False)
    recorded_action = models.CharField(_("登錄動作"), max_length=100, db_default="", editable=False)
    transaction_id = models.BigIntegerField(_("交易序號"), db_default=CurrentTransaction(), editable=False)

    class Meta:
        abstract = True


class Operation(models.TextChoices):
    INSERT = "I", _("新增")
    UPDATE = "U", _("修改")
    DELETE = "D", _("刪除")


class Entry(models.Model):
    """One change of one row: what it was, what it became, who, why, when and from where."""

    append_only = True
    out_of_reach = True

    id = models.BigAutoField(_("序號"), primary_key=True)
    model = models.CharField(_("資料種類"), max_length=100)
    object_id = models.CharField(_("資料編號"), max_length=64)
    operation = models.CharField(_("異動"), max_length=1, choices=Operation.choices)
    before = models.JSONField(_("異動前"), null=True)
    after = models.JSONField(_("異動後"), null=True)
    actor_id = models.BigIntegerField(_("人員編號"), null=True)
    actor_name = models.CharField(_("人員"), max_length=200)
    action = models.CharField(_("動作"), max_length=100)
    reason = models.TextField(_("理由"))
    origin = models.JSONField(_("來源"), default=dict)
    recorded_at = models.DateTimeField(_("時間"), db_default=Now())
    transaction_id = models.BigIntegerField(_("交易序號"), db_default=CurrentTransaction())

    class Meta:
        verbose_name = _("歷程")
        verbose_name_plural = _("歷程")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="history_of_object"),
            models.Index(fields=["-recorded_at"], name="history_by_time"),
            models.Index(fields=["actor_id", "-id"], name="history_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} {self.get_operation_display()}"


class Moment(models.Model):
    """Which transactions had ended by a moment, so that "as of" orders by commit, not by a row's clock."""

    append_only = True
    out_of_reach = True

    at = models.DateTimeField(_("時刻"), primary_key=True)
    xmin = models.BigIntegerField(
        _("最早未完成交易"), db_column="snapshot_xmin"
    )  # xmin is a column of every table

    class Meta:
        verbose_name = _("時刻")
        verbose_name_plural = _("時刻")

    def __str__(self) -> str:
        return self.at.isoformat()


class Policy(models.Model):
    """What the owner of the database allows: at most one row, which the application can only read."""

    append_only = True
    out_of_reach = True

    id = models.PositiveSmallIntegerField(_("編號"), primary_key=True, default=1)
    settable_clock = models.BooleanField(_("時鐘可以設定（示範與測試）"), default=False)

    class Meta:
        verbose_name = _("歷程規則")
        verbose_name_plural = _("歷程規則")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="history_one_policy")]

    def __str__(self) -> str:
        return str(_("時鐘可以設定") if self.settable_clock else _("時鐘不能設定"))
