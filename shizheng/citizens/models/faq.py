"""Questions that come again and again, with their answers (J04); and searches that found none."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Faq(models.Model):
    """One question with its answer. `grams`: its characters and pairs of neighbouring ones, for the index of the search."""

    history_exclude = ("grams",)

    code = models.CharField(_("代碼"), max_length=40, unique=True)
    question = models.CharField(_("問題"), max_length=200)
    answer = models.TextField(_("答案"))
    question_en = models.CharField(_("英文問題"), max_length=300, blank=True)
    answer_en = models.TextField(_("英文答案"), blank=True)
    category = models.CharField(_("分類代碼"), max_length=40, blank=True)
    keywords = models.CharField(_("其他說法"), max_length=300, blank=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("負責機關"))  # fmt: skip
    published = models.BooleanField(_("公開"), default=False)
    order = models.PositiveSmallIntegerField(_("順序"), default=100)
    changed_at = models.DateTimeField(_("修改時間"))
    version = models.PositiveIntegerField(_("版次"), default=1)
    grams = ArrayField(models.CharField(max_length=2), default=list, editable=False, verbose_name=_("索引"))

    class Meta:
        verbose_name = _("常見問題")
        verbose_name_plural = _("常見問題")
        ordering = ["order", "id"]
        indexes = [GinIndex(fields=["grams"], name="citizens_faq_grams")]

    def __str__(self) -> str:
        return self.question


class FaqGap(models.Model):
    """What was searched for and not found, how often: the words alone, without who, and nothing that looks like a number."""

    untracked = "a count of searches without anybody's name"

    words = models.CharField(_("找的字"), max_length=40, unique=True)
    asked = models.PositiveIntegerField(_("次數"), default=0)
    first_on = models.DateField(_("第一次"))
    last_on = models.DateField(_("最近一次"))
    done = models.BooleanField(_("已處理"), default=False)

    class Meta:
        verbose_name = _("沒有答案的搜尋")
        verbose_name_plural = _("沒有答案的搜尋")
        ordering = ["-asked", "words"]

    def __str__(self) -> str:
        return self.words
