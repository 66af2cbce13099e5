"""Work plans, their items and points. Numbers restart at will, so position is the key (X-24)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.domains.planning.models.plans import Plan, Printed


class WorkPlan(Printed):
    """工作計畫／業務別. One without a printed name keeps none (X-23)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="work_plans", verbose_name=_("計畫"))
    position = models.PositiveIntegerField(_("次序"))
    number = models.PositiveSmallIntegerField(_("編號"), null=True, blank=True)
    name = models.TextField(_("工作計畫"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("工作計畫")
        verbose_name_plural = _("工作計畫")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="planning_work_plan_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.name or str(_("（未印出名稱）"))


class Item(Printed):
    """重要施政計畫項目. The printed number is only shown; the title of a leaf under another is 上層／下層."""

    work_plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="items", verbose_name=_("工作計畫"))
    position = models.PositiveIntegerField(_("次序"))
    number = models.CharField(_("編號"), max_length=40, blank=True)
    title = models.TextField(_("項目"))
    content = models.TextField(_("內容全文"), blank=True)
    pairing_inferred = models.BooleanField(_("名稱與內容的配對為推得"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("施政計畫項目")
        verbose_name_plural = _("施政計畫項目")
        ordering = ["work_plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_plan", "position"],
                name="planning_item_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title


class Point(Printed):
    """One point of an item's content (實施內容)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="points", verbose_name=_("項目"))
    position = models.PositiveIntegerField(_("次序"))
    text = models.TextField(_("實施內容"))

    class Meta:
        verbose_name = _("實施內容")
        verbose_name_plural = _("實施內容")
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "position"],
                name="planning_point_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
