"""Reference data of our own making: the tree of categories, and templates of replies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.petitions.rules.classes import CLASS_LABELS

CLASSES = [(each.value, _(label)) for each, label in CLASS_LABELS.items()]


class Category(models.Model):
    """What petitions are about, as a tree of two levels; a category may say of which class its petitions usually are."""

    code = models.SlugField(_("代碼"), max_length=40, unique=True)
    name = models.CharField(_("名稱"), max_length=60)
    name_en = models.CharField(_("英文名稱"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上層分類"))  # fmt: skip
    usual_class = models.CharField(_("通常的類別"), max_length=20, choices=CLASSES, blank=True)
    order = models.PositiveSmallIntegerField(_("順序"), default=0)
    in_use = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("陳情分類")
        verbose_name_plural = _("陳情分類")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class AnswerTemplate(models.Model):
    """A template of a reply (答復範本). Names in braces are filled in from the case, or asked of the officer."""

    name = models.CharField(_("名稱"), max_length=80, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("分類"))  # fmt: skip
    text = models.TextField(_("範本"))
    in_use = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("答復範本")
        verbose_name_plural = _("答復範本")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
