"""Early warnings as they were given: kept, so that what came of them can be counted later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.history.models import AppendOnly


class CurveKind(models.TextChoices):
    """Of which curve: 嚴重落後 is that of the tender or that of its works (TC-18, TC-19)."""

    TENDER = "tender", _("標案進度")
    WORKS = "works", _("施工進度")


class EarlyWarning(AppendOnly):
    """How likely one curve of a tender was to fall severely behind within the two months after `period`.

    `share` from 0 to 1: in `less` of `alike` months of the past no more than `needed` of what was asked got done (0.5 is
    half of it). `lag` then and `projected` by the pace of late in percentage points; `near` by the rule of 即將落後.
    `trace` keeps how the chance came about (`rules.warning.Level`, the latest alike months, what was asked, the versions of
    the rules), so that it can be worked out again by hand; empty for what was given before it was kept.
    """

    project = models.ForeignKey(
        "projects.Project", models.PROTECT, related_name="warnings", verbose_name=_("標案")
    )
    period = models.CharField(_("月份"), max_length=7)
    curve = models.CharField(_("曲線"), max_length=6, choices=CurveKind.choices)
    share = models.DecimalField(_("機會"), max_digits=5, decimal_places=4, null=True)
    less = models.PositiveIntegerField(_("沒做到的月數"), default=0)
    alike = models.PositiveIntegerField(_("相似的月數"), default=0)
    narrow = models.JSONField(_("相似之處"), default=list)
    needed = models.DecimalField(_("要做到預定的比例"), max_digits=9, decimal_places=4, null=True)
    lag = models.DecimalField(_("當時差距"), max_digits=9, decimal_places=4)
    projected = models.DecimalField(_("照近月速度兩個月後的差距"), max_digits=9, decimal_places=4, null=True)
    near = models.BooleanField(_("即將落後"), default=False)
    trace = models.JSONField(_("計算過程"), default=dict)

    class Meta:
        verbose_name = _("預警")
        verbose_name_plural = _("預警")
        ordering = ["-period", "-share", "project"]
        constraints = [
            models.UniqueConstraint(fields=["project", "period", "curve"], name="projects_warned_once"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=1), name="projects_warning_share"
            ),
        ]
        indexes = [models.Index(fields=["period", "-share"], name="projects_warned_in")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period}"
