"""Dated parameters: rules, the versions proposed for them, and what a second person decided on each.

A version is never changed, nor is a decision; so what was in force can be told for every day as of every moment.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Topic(models.TextChoices):
    """What a rule is about, in the order of the systems."""

    KPI = "kpi", _("指標判定與評分")
    FILING = "filing", _("填報")
    TENDER = "tender", _("標案管考")
    GRANT = "grant", _("補助款")
    QUALITY = "quality", _("工程品質")
    SAFETY = "safety", _("道安與公安")
    TRACKING = "tracking", _("專案列管與議會")
    DOCUMENT = "document", _("公文與公報")
    PETITION = "petition", _("人民陳情")
    SERVICE = "service", _("為民服務與話務")
    RESEARCH = "research", _("研究發展")
    REGION = "region", _("區域與青年平台")
    DIGITAL = "digital", _("資訊與智慧城市")
    SECRETARIAT = "secretariat", _("秘書業務")
    OTHER = "other", _("其他")


class KindOfValue(models.TextChoices):
    """The kinds of `rules.Kind` with their names."""

    THRESHOLD = "threshold", _("門檻")
    KPI_TARGET = "kpi_target", _("指標目標值")
    COUNT = "count", _("數量")
    RANK = "rank", _("名次")
    RANGE = "range", _("範圍")
    DEADLINE = "deadline", _("期限")
    DATE = "date", _("日期")
    MONTHLY_DEADLINE = "monthly_deadline", _("每月期限")
    QUARTERLY_DEADLINE = "quarterly_deadline", _("每季期限")
    YEARLY_DEADLINE = "yearly_deadline", _("每年期限")
    FREQUENCY = "frequency", _("頻率")
    STAGE_TARGET = "stage_target", _("階段目標")
    COMPOSITION = "composition", _("組成")
    CHOICE = "choice", _("讀法擇一")
    LADDER = "ladder", _("稽催階梯")
    TABLE = "table", _("級距表")
    FILING_ROUND = "filing_round", _("填報期程")
    TEXT = "text", _("文字")


class Outcome(models.TextChoices):
    IN_FORCE = "in_force", _("核准")
    REJECTED = "rejected", _("退回")
    WITHDRAWN = "withdrawn", _("撤回")


class Rule(models.Model):
    """One parameter of the city's work, for as long as it means the same. Its values are its versions.

    `rows` are the IDs of the rows in the plans' table of numeric rules that its versions come from. `version` grows by
    one with every approved change: whoever approves says which state of the rule the decision was made on.
    """

    code = models.CharField(_("代碼"), max_length=60, unique=True)
    name = models.CharField(_("名稱"), max_length=120)
    name_en = models.CharField(_("英文名稱"), max_length=200, blank=True)
    topic = models.CharField(_("主題"), max_length=20, choices=Topic)
    kind = models.CharField(_("種類"), max_length=20, choices=KindOfValue)
    unit = models.CharField(_("單位"), max_length=40, blank=True)
    meaning = models.CharField(_("意義"), max_length=500)
    shape = models.JSONField(_("值的形式"), default=dict, blank=True)
    rows = models.JSONField(_("計畫列號"), default=list, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=0)

    class Meta:
        verbose_name = _("規則")
        verbose_name_plural = _("規則")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RuleVersion(AppendOnly):
    """A value proposed for a rule from a day on. It counts once a second person has approved it."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions", verbose_name=_("規則"))
    value = models.JSONField(_("值"))
    valid_from = models.DateField(_("適用起日"))
    valid_to = models.DateField(_("適用迄日（不含）"), null=True, blank=True)
    source = models.CharField(_("依據"), max_length=300)
    reading = models.CharField(_("讀法"), max_length=500, blank=True)
    unconfirmed = models.BooleanField(_("待確認"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("提案人")
    )
    reason = models.CharField(_("提案理由"), max_length=500)
    shipped_number = models.PositiveIntegerField(_("隨附序號"), null=True, blank=True)

    class Meta:
        verbose_name = _("規則版本")
        verbose_name_plural = _("規則版本")
        ordering = ["rule", "id"]
        indexes = [models.Index(fields=["rule", "id"], name="rulebook_version_of_rule")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="rulebook_version_has_days"
            ),
            models.UniqueConstraint(fields=["rule", "shipped_number"], name="rulebook_shipped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.valid_from}"

    @property
    def decided(self) -> "RuleDecision | None":
        """What was decided, or None while it waits."""
        return getattr(self, "decision", None)

    @property
    def state(self) -> str:
        """`proposed`, `in_force`, `rejected` or `withdrawn`."""
        return self.decided.outcome if self.decided else "proposed"

    @property
    def number(self) -> int | None:
        """The number of the version among those of its rule; given when it is approved."""
        return self.decided.number if self.decided else None

    @property
    def proposed_reason(self) -> str:
        return self.reason

    @property
    def proposed_at(self) -> Any:
        return self.recorded_at

    @property
    def decided_by(self) -> Any:
        return self.decided.decided_by if self.decided else None

    @property
    def decided_at(self) -> Any:
        return self.decided.recorded_at if self.decided else None

    @property
    def decided_reason(self) -> str:
        return self.decided.reason if self.decided else ""


class RuleDecision(AppendOnly):
    """The end of a proposal: approved (with the version's number), rejected, or taken back by its author.

    `from_start`: shipped with the rule itself, so it counts as known on every earlier day too.
    """

    version = models.OneToOneField(
        RuleVersion, models.PROTECT, related_name="decision", verbose_name=_("規則版本")
    )
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", verbose_name=_("規則"))
    outcome = models.CharField(_("決定"), max_length=10, choices=Outcome)
    number = models.PositiveIntegerField(_("第幾版"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("決定者")
    )
    reason = models.CharField(_("決定理由"), max_length=500)
    from_start = models.BooleanField(_("一開始就有"), default=False)

    class Meta:
        verbose_name = _("規則決定")
        verbose_name_plural = _("規則決定")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rulebook_number_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.IN_FORCE, number__isnull=False)
                | (~Q(outcome=Outcome.IN_FORCE) & Q(number=None)),
                name="rulebook_number_when_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.outcome}"
