"""A list: where its items come from, how often their units tell how things stand, who releases them (C01, C04–C08)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.commitments.rules.days import CYCLE_LABELS, Cycle
from shizheng.domains.commitments.rules.workflow import NEEDED_LABELS, RELEASER_LABELS, Needed, Releaser


class CommitmentList(models.Model):
    """列管清單: 標案督導會報決議, 現勘後續, 市長承諾 … made in the browser. `fields`: own fields as `rules.fields` keeps them."""

    code = models.SlugField(_("代碼"), max_length=20, unique=True)
    name = models.CharField(_("名稱"), max_length=60, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=100, blank=True)
    note = models.TextField(_("說明"), blank=True)
    cycle = models.CharField(
        _("更新週期"),
        max_length=7,
        choices=[(each.value, _(CYCLE_LABELS[each])) for each in Cycle],
        default=Cycle.MONTH.value,
    )
    releaser = models.CharField(
        _("由誰解列"),
        max_length=11,
        choices=[(each.value, _(RELEASER_LABELS[each])) for each in Releaser],
        default=Releaser.RDEC.value,
    )
    needed = models.CharField(
        _("解列條件"),
        max_length=13,
        choices=[(each.value, _(NEEDED_LABELS[each])) for each in Needed],
        default=Needed.TOLD.value,
    )
    fields = models.JSONField(_("自訂欄位"), default=list, blank=True)
    in_use = models.BooleanField(_("使用中"), default=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("列管清單")
        verbose_name_plural = _("列管清單")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name
