"""What a petition has beside its case: class, source, category, the citizen's words, the look-up code; and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.reference import CLASSES, Category
from shizheng.domains.petitions.rules.classes import ENDED_LABELS, GROUND_LABELS, SOURCE_LABELS, Source
from shizheng.kernel.history.models import AppendOnly

SOURCES = [
    (each.value, label if each is Source.LINE_1999 else _(label)) for each, label in SOURCE_LABELS.items()
]
GROUNDS = [(each.value, _(label)) for each, label in GROUND_LABELS.items()]
ENDS = [(each.value, _(label)) for each, label in ENDED_LABELS.items()]


class Petition(models.Model):
    """One petition, beside its case (one to one).

    `words` are the citizen's own: who handles the case reads them, history never holds them, and they are erased when the
    case is anonymised. Who the citizen is lies in the case's sealed parts. `subject` of the case is written by the officer.
    `answered_at`: when the citizen had the answer that stands; empty again when the petition is taken up again.
    """

    history_exclude = ("words",)

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="petition", verbose_name=_("案件"))
    petition_class = models.CharField(_("類別"), max_length=20, choices=CLASSES)
    source = models.CharField(_("來源"), max_length=20, choices=SOURCES)
    file_number = models.CharField(_("來源檔號"), max_length=40, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name=_("分類"))  # fmt: skip
    words = models.TextField(_("陳情內容"), blank=True)
    language = models.CharField(_("語言"), max_length=20, default="zh-Hant")
    place = models.CharField(_("地點"), max_length=200, blank=True)
    anonymous = models.BooleanField(_("未具名"), default=False)
    letter_number = models.CharField(_("來文字號"), max_length=100, blank=True)
    letter_from = models.CharField(_("來文或交查機關"), max_length=100, blank=True)
    read_back = models.BooleanField(_("已朗讀或閱覽確認"), default=False)
    signed = models.BooleanField(_("已簽名或蓋章"), default=False)
    code_hash = models.CharField(_("查詢碼雜湊"), max_length=64)
    ground = models.CharField(_("不予處理的依據"), max_length=20, choices=GROUNDS, blank=True)
    promise_due = models.DateField(_("答應辦好的日期"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答復時間"), null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("重啟次數"), default=0)

    class Meta:
        verbose_name = _("陳情案件")
        verbose_name_plural = _("陳情案件")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["petition_class", "source"], name="petitions_by_class"),
            models.Index(fields=["promise_due"], condition=Q(promise_due__isnull=False), name="petitions_promised"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.file_number


class SourceCounter(models.Model):
    """The last number of a source's own file in a year (CP-06); locked while a petition is taken in, so that no number is skipped."""

    untracked = "the number that it gave out stands on the petition itself, with who took it in"

    source = models.CharField(_("來源"), max_length=20)
    roc_year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最後一號"), default=0)

    class Meta:
        verbose_name = _("來源檔號")
        verbose_name_plural = _("來源檔號")
        ordering = ["source", "roc_year"]
        constraints = [models.UniqueConstraint(fields=["source", "roc_year"], name="petitions_one_counter")]

    def __str__(self) -> str:
        return f"{self.source} {self.roc_year} {self.last}"


class Outcome(AppendOnly):
    """A petition was answered or ended otherwise, when, by whom, and whether in time: what the monthly table counts (CP-07, CP-11).

    One that is taken up again later keeps its outcome of then; the next answer is one more.
    """

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="outcomes", verbose_name=_("陳情案件"))  # fmt: skip
    ended = models.CharField(_("結果"), max_length=20, choices=ENDS)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    at = models.DateTimeField(_("時間"))
    due_at = models.DateTimeField(_("當時的期限"), null=True)
    in_time = models.BooleanField(_("依限"))
    first = models.BooleanField(_("第一次"), default=True)

    class Meta:
        verbose_name = _("陳情案件結果")
        verbose_name_plural = _("陳情案件結果")
        ordering = ["id"]
        indexes = [models.Index(fields=["at", "unit"], name="petitions_ended_in")]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.ended}"


class QualityCheck(AppendOnly):
    """Somebody of the control office looked at an answered petition: good, or sent back with what is missing."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="checks", verbose_name=_("陳情案件"))
    passed = models.BooleanField(_("合格"))
    findings = models.TextField(_("抽查意見"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("抽查者"))  # fmt: skip
    at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("陳情品質抽查")
        verbose_name_plural = _("陳情品質抽查")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.passed}"
