"""E04 基本設計審議: a case, its panel, opinions with answers and confirmations, what was done when; own reviews by quarter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.domains.procurement.rules.reviews import TOPIC_LABELS, VERDICT_LABELS, Topic, Verdict
from shizheng.domains.procurement.rules.workflow import STATES, TRANSITIONS
from shizheng.kernel.history.models import AppendOnly


class Stage(models.TextChoices):
    """What is reviewed: 先期規劃 and 基本設計 (WQ-05)."""

    PLANNING = "planning", _("先期規劃")
    BASIC = "basic", _("基本設計")


class MemberSource(models.TextChoices):
    """Where an expert comes from (E04)."""

    PCC = "pcc", _("工程會專家名單")
    THIRD = "third_party", _("第三公正單位")
    INTERNAL = "internal", _("府內")


class ReviewCase(models.Model):
    """審議案. Amounts in NTD. `control_number` names the tender of the register, empty where it stands in none.

    `state` and `since` follow from the acts; `due_on` is the day by which whoever is to act has to.
    """

    number = models.CharField(_("審議編號"), max_length=20, unique=True)
    name = models.CharField(_("工程名稱"), max_length=300)
    agency = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("主辦機關")
    )
    stage = models.CharField(_("審議階段"), max_length=8, choices=Stage.choices, default=Stage.BASIC)
    control_number = models.CharField(_("列管編號"), max_length=20, blank=True, db_index=True)
    amount = models.DecimalField(_("送審金額（元）"), max_digits=16, decimal_places=0)
    amount_after = models.DecimalField(
        _("審定金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True
    )
    state = models.CharField(
        _("狀態"), max_length=10, choices=[(code, _(label)) for code, label in STATES.items()]
    )
    since = models.DateField(_("狀態起日"))
    due_on = models.DateField(_("期限"), null=True, blank=True)
    checklist = models.JSONField(_("文件檢核"), default=dict, blank=True)
    note = models.TextField(_("說明"), blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("基本設計審議案")
        verbose_name_plural = _("基本設計審議案")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="procurement_review_amount_not_negative"),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="procurement_review_of")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ReviewAct(AppendOnly):
    """One step of a review: what was done on which day, from which state to which, with its files and amount.

    A step that was taken back is told again as `struck`, with the reason; `checklist` is what was checked in it,
    `said` how many answers and confirmations there were: with more, others have gone on from it.
    """

    case = models.ForeignKey(ReviewCase, models.PROTECT, related_name="acts", verbose_name=_("審議案"))
    act = models.CharField(
        _("辦理"), max_length=20, choices=[(each.name, _(each.label)) for each in TRANSITIONS.values()]
    )
    on = models.DateField(_("日期"))
    target = models.CharField(
        _("之後的狀態"), max_length=10, choices=[(code, _(label)) for code, label in STATES.items()]
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    amount = models.DecimalField(_("金額（元）"), max_digits=16, decimal_places=0, null=True, blank=True)
    text = models.TextField(_("說明"), blank=True)
    files = models.JSONField(_("附件"), default=list, blank=True)
    checklist = models.JSONField(_("文件檢核"), default=dict, blank=True)
    said = models.PositiveIntegerField(_("已有的回應與複核"), default=0)
    struck = models.BooleanField(_("收回"), default=False)
    reason = models.TextField(_("收回理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("審議歷程")
        verbose_name_plural = _("審議歷程")
        ordering = ["case", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="procurement_act_taken_back_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.on}"


class PanelMember(models.Model):
    """審議委員: name, affiliation and speciality, no more of the person than the review needs. Names are not published.

    A conflict of interest that was declared keeps the member from giving opinions.
    """

    case = models.ForeignKey(ReviewCase, models.PROTECT, related_name="panel", verbose_name=_("審議案"))
    name = models.CharField(_("姓名"), max_length=60)
    affiliation = models.CharField(_("服務單位"), max_length=120, blank=True)
    speciality = models.CharField(_("專長"), max_length=120)
    source = models.CharField(_("來源"), max_length=11, choices=MemberSource.choices)
    declared_on = models.DateField(_("利益衝突聲明日"), null=True, blank=True)
    conflict = models.BooleanField(_("有利益衝突"), default=False)
    conflict_note = models.CharField(_("利益衝突說明"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("審議委員")
        verbose_name_plural = _("審議委員")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "name", "affiliation"], name="procurement_member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Opinion(AppendOnly):
    """審議意見 of one expert about one topic. A correction supersedes under the same number; `struck`: never given."""

    case = models.ForeignKey(ReviewCase, models.PROTECT, related_name="opinions", verbose_name=_("審議案"))
    member = models.ForeignKey(
        PanelMember, models.PROTECT, related_name="opinions", verbose_name=_("審議委員")
    )
    number = models.PositiveSmallIntegerField(_("序號"))
    topic = models.CharField(
        _("面向"), max_length=11, choices=[(each.value, _(TOPIC_LABELS[each])) for each in Topic]
    )
    text = models.TextField(_("意見"))
    struck = models.BooleanField(_("刪除"), default=False)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("審議意見")
        verbose_name_plural = _("審議意見")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], condition=Q(supersedes=None), name="procurement_opinion_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""), name="procurement_opinion_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}-{self.number}"


class Answer(AppendOnly):
    """機關回應 to one opinion; a later one takes the place of the one before."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="answers", verbose_name=_("審議意見"))
    verdict = models.CharField(
        _("參採情形"), max_length=11, choices=[(each.value, _(VERDICT_LABELS[each])) for each in Verdict]
    )
    text = models.TextField(_("回應"))

    class Meta:
        verbose_name = _("機關回應")
        verbose_name_plural = _("機關回應")
        ordering = ["opinion", "id"]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.verdict}"


class Confirmation(AppendOnly):
    """複核 of one answer: accepted, or to be answered again. A correction supersedes what was confirmed by mistake."""

    answer = models.ForeignKey(
        Answer, models.PROTECT, related_name="confirmations", verbose_name=_("機關回應")
    )
    accepted = models.BooleanField(_("同意"))
    text = models.TextField(_("複核意見"), blank=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("審議意見複核")
        verbose_name_plural = _("審議意見複核")
        ordering = ["answer", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=Q(supersedes=None), name="procurement_confirmed_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(reason=""),
                name="procurement_confirmation_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.accepted}"


class OwnReviews(AppendOnly):
    """機關自辦審議: one quarter of one agency as it was locked (works below the threshold). Money in NTD."""

    agency = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("機關"))
    period = models.CharField(_("季"), max_length=7)
    filing = models.ForeignKey(
        "filing.Return", models.PROTECT, null=True, related_name="+", verbose_name=_("填報表")
    )
    filed = models.BooleanField(_("已填報"), default=True)
    cases = models.PositiveIntegerField(_("自辦審議件數"), null=True, blank=True)
    before = models.DecimalField(
        _("審議前金額（元）"), max_digits=18, decimal_places=0, null=True, blank=True
    )
    after = models.DecimalField(_("審議後金額（元）"), max_digits=18, decimal_places=0, null=True, blank=True)
    text = models.TextField(_("說明"), blank=True)
    reason = models.TextField(_("更正理由"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("取代")
    )

    class Meta:
        verbose_name = _("機關自辦審議")
        verbose_name_plural = _("機關自辦審議")
        ordering = ["agency", "period"]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.period}"
