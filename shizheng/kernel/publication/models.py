"""What was issued: the publication, its figures, its files, and that it was withdrawn. None of it is ever changed (A05, N14)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class Publication(AppendOnly):
    """One edition of something published: what it says as data, and the versions that it was made from.

    `series` names what the editions are editions of; the newest one that is not withdrawn stands.
    """

    code = models.CharField(_("編號"), max_length=30, unique=True)
    kind = models.CharField(_("種類"), max_length=60)
    title = models.CharField(_("名稱"), max_length=300)
    subject_label = models.CharField(_("對象種類"), max_length=100)
    subject_pk = models.BigIntegerField(_("對象編號"))
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    period = models.CharField(_("期間"), max_length=7, blank=True)
    series = models.CharField(_("系列"), max_length=120)
    edition = models.PositiveIntegerField(_("版次"))
    is_public = models.BooleanField(_("對外公開"), default=True)
    reason = models.TextField(_("理由"), blank=True)
    facts = models.JSONField(_("內容資料"), encoder=DjangoJSONEncoder)
    facts_sha256 = models.CharField(_("內容雜湊"), max_length=64)
    versions = models.JSONField(_("所依版本"), default=dict, encoder=DjangoJSONEncoder)
    issued_at = models.DateTimeField(_("發布時間"))
    issued_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("發布人")
    )

    class Meta:
        verbose_name = _("公布")
        verbose_name_plural = _("公布")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "edition"], name="publication_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="publication_edition_from_one"),
        ]
        indexes = [
            models.Index(fields=["subject_label", "subject_pk"], name="publication_of_subject"),
            models.Index(fields=["kind", "-issued_at"], name="publication_of_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def withdrawn(self) -> "Withdrawal | None":
        """That it was withdrawn, if it was."""
        return getattr(self, "withdrawal", None)

    @property
    def state(self) -> str:
        """`issued` or `withdrawn`."""
        return "withdrawn" if self.withdrawn else "issued"


class Withdrawal(AppendOnly):
    """That a publication no longer stands, and why. What was issued stays on record."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, related_name="withdrawal", verbose_name=_("公布")
    )
    reason = models.TextField(_("理由"))
    withdrawn_at = models.DateTimeField(_("撤回時間"))

    class Meta:
        verbose_name = _("撤回")
        verbose_name_plural = _("撤回")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="publication_withdrawal_reason")]

    def __str__(self) -> str:
        return self.reason[:60]


class IssuedFigure(AppendOnly):
    """A figure as it was issued: its id, what it was made from, and what it was."""

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="figures", verbose_name=_("公布")
    )
    position = models.PositiveIntegerField(_("次序"))
    ref = models.CharField(_("在文件中的代號"), max_length=60)
    figure_id = models.CharField(_("數字編號"), max_length=40)
    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="+", verbose_name=_("指標"))
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("單位"))
    period = models.CharField(_("期間"), max_length=7)
    definition = models.ForeignKey(
        "measures.DefinitionVersion", models.PROTECT, related_name="+", verbose_name=_("定義版本")
    )
    rule = models.CharField(_("判定規則版本"), max_length=80)
    rule_version = models.BigIntegerField(_("判定規則版本編號"), null=True, blank=True)
    """The version of the rulebook that judged; 0 is the built-in rule. NULL: issued before this was kept."""
    at_risk_version = models.BigIntegerField(_("落後規則版本編號"), null=True, blank=True)
    fact_ids = models.JSONField(_("所用的填報"), default=list)
    day = models.DateField(_("判定日"))
    exact = models.TextField(_("進位前的值"), blank=True)
    value = models.DecimalField(_("值"), max_digits=40, decimal_places=12, null=True, blank=True)
    places = models.PositiveSmallIntegerField(_("小數位數"), default=0)
    missing = models.CharField(_("缺值種類"), max_length=20, blank=True)
    text = models.CharField(_("印出的文字"), max_length=120)
    verdict = models.CharField(_("判定"), max_length=30)
    trace = models.JSONField(_("來歷"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("公布的數字")
        verbose_name_plural = _("公布的數字")
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "ref"], name="publication_figure_once"),
            models.UniqueConstraint(fields=["publication", "position"], name="publication_figure_position"),
        ]
        indexes = [
            models.Index(fields=["figure_id"], name="publication_figure_by_id"),
            models.Index(fields=["measure", "unit", "period"], name="publication_figure_of"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} {self.text}"

    @property
    def name(self) -> str:
        """What the measure was called when the figure was issued."""
        return str(self.trace.get("name", ""))

    def as_json(self) -> dict[str, Any]:
        """The figure for programs."""
        return {
            "id": self.figure_id, "ref": self.ref, "name": self.name, "measure_id": self.measure_id,
            "unit_id": self.unit_id, "period": self.period,
            "value": None if self.value is None else f"{self.value:.{self.places}f}", "exact": self.exact or None,
            "missing": self.missing or None, "text": self.text, "verdict": self.verdict,
            "definition_version_id": self.definition_id, "rule": self.rule,
            "rule_version_id": self.rule_version or None, "at_risk_version_id": self.at_risk_version, "fact_ids": self.fact_ids, "trace": self.trace,
        }  # fmt: skip


class Artefact(AppendOnly):
    """A file as it went out. Its bytes lie in the store under their hash."""

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="artefacts", verbose_name=_("公布")
    )
    position = models.PositiveIntegerField(_("次序"))
    name = models.CharField(_("檔名"), max_length=80)
    format = models.CharField(_("格式"), max_length=10)
    media_type = models.CharField(_("媒體類型"), max_length=100)
    size = models.PositiveIntegerField(_("位元組"))
    sha256 = models.CharField(_("雜湊"), max_length=64)
    made_with = models.CharField(_("產製工具"), max_length=80)

    class Meta:
        verbose_name = _("公布的檔案")
        verbose_name_plural = _("公布的檔案")
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "name"], name="publication_artefact_name"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="publication_artefact_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.name
