"""What Open311 GeoReport v2 needs beside categories and petitions: services, their attributes, what came in with a request."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.models.petitions import Petition
from shizheng.domains.petitions.models.reference import Category


class Timing(models.TextChoices):
    """How the number of a request is given (`type` of a service)."""

    REALTIME = "realtime", _("送出時就給案號")
    BATCH = "batch", _("受理後憑代碼取案號")


class Datatype(models.TextChoices):
    """What an attribute asks for (`datatype`)."""

    STRING = "string", _("一行文字")
    NUMBER = "number", _("數字")
    DATETIME = "datetime", _("日期時間")
    TEXT = "text", _("多行文字")
    SINGLE = "singlevaluelist", _("選一項")
    MULTI = "multivaluelist", _("選多項")


LISTS = frozenset({Datatype.SINGLE.value, Datatype.MULTI.value})


class OpenService(models.Model):
    """How a category is offered as a service of Open311. A category without such a row is offered as the defaults say.

    `words_public`: what the sender writes, and the link to media, are shown to everybody once the petition is accepted;
    senders read so in the service's description. `others_listed`: petitions of this category that came another way are listed
    too, with category, place, state and agency alone.
    """

    category = models.OneToOneField(Category, models.PROTECT, related_name="open_service", verbose_name=_("分類"))  # fmt: skip
    offered = models.BooleanField(_("開放申報"), default=True)
    timing = models.CharField(
        _("給案號的方式"), max_length=10, choices=Timing.choices, default=Timing.REALTIME
    )
    description = models.CharField(_("說明"), max_length=300, blank=True)
    description_en = models.CharField(_("英文說明"), max_length=300, blank=True)
    words_public = models.BooleanField(_("公開申報者寫的說明"), default=False)
    others_listed = models.BooleanField(_("也列出其他管道的案件"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("Open311 服務")
        verbose_name_plural = _("Open311 服務")
        ordering = ["category__order", "id"]

    def __str__(self) -> str:
        return str(self.category)


class CategoryAttribute(models.Model):
    """One question that a category asks of whoever reports (attribute of a service definition).

    `variable` False: only shown, nothing is answered. `values`: for lists, `key`, `name`, `name_en` each.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="attributes", verbose_name=_("分類"))
    code = models.SlugField(_("代碼"), max_length=40)
    datatype = models.CharField(_("型別"), max_length=16, choices=Datatype.choices)
    label = models.CharField(_("問題"), max_length=200)
    label_en = models.CharField(_("英文問題"), max_length=200, blank=True)
    help = models.CharField(_("填寫說明"), max_length=200, blank=True)
    help_en = models.CharField(_("英文填寫說明"), max_length=200, blank=True)
    required = models.BooleanField(_("必填"), default=False)
    variable = models.BooleanField(_("要回答"), default=True)
    values = models.JSONField(_("選項"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("順序"), default=0)
    in_use = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("分類的題目")
        verbose_name_plural = _("分類的題目")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["category", "code"], name="petitions_attribute_once")]

    def __str__(self) -> str:
        return self.label


class ServiceRequest(models.Model):
    """What came with a petition over Open311: answers to the category's questions, a link to media, through which key.

    Answers and link are the citizen's: history never holds them, and they are erased when the petition is anonymised.
    `words_public`: what the service said when it was sent. `token_hash`: of the token of a service that gives numbers later.
    """

    history_exclude = ("answers", "media_url", "token_hash")

    petition = models.OneToOneField(Petition, models.PROTECT, related_name="service_request", verbose_name=_("陳情案件"))  # fmt: skip
    key_name = models.CharField(_("金鑰用途"), max_length=80)
    answers = models.JSONField(_("題目的回答"), default=list, blank=True)
    media_url = models.CharField(_("媒體網址"), max_length=1000, blank=True)
    address_id = models.CharField(_("地址代碼"), max_length=20, blank=True)
    words_public = models.BooleanField(_("說明公開"), default=False)
    token_hash = models.CharField(_("代碼雜湊"), max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("Open311 申報")
        verbose_name_plural = _("Open311 申報")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.petition)


class RateCount(models.Model):
    """How many calls somebody made within a span of time; `who` is a keyed hash, and old rows are taken away each night."""

    untracked = "a count of calls within minutes or a day; it says nothing about petitions and is thrown away"

    who = models.CharField(_("誰"), max_length=64)
    span = models.CharField(_("種類"), max_length=20)
    begins = models.DateTimeField(_("起"))
    calls = models.PositiveIntegerField(_("次數"), default=0)

    class Meta:
        verbose_name = _("呼叫次數")
        verbose_name_plural = _("呼叫次數")
        ordering = ["begins"]
        constraints = [models.UniqueConstraint(fields=["who", "span", "begins"], name="petitions_one_count")]
        indexes = [models.Index(fields=["begins"], name="petitions_counts_old")]

    def __str__(self) -> str:
        return f"{self.span} {self.calls}"
