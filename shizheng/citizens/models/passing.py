"""What passes: what somebody is still writing, and how often a source did what. Neither is a record; both go within hours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What a citizen has written and not sent yet, as ciphertext under a key made of the browser's own token.

    The token is in no table: who has the database cannot read a draft. After sending it holds number and code for an hour.
    """

    untracked = "what was not sent is nobody's record; it is gone within hours"

    token_hash = models.CharField(_("憑證雜湊"), max_length=64, unique=True)
    sealed = models.BinaryField(_("密文"), editable=False)
    sent = models.BooleanField(_("已送出"), default=False)
    changed_at = models.DateTimeField(_("修改時間"))

    class Meta:
        verbose_name = _("還沒送出的陳情")
        verbose_name_plural = _("還沒送出的陳情")
        ordering = ["id"]
        indexes = [models.Index(fields=["changed_at"], name="citizens_drafts_by_time")]

    def __str__(self) -> str:
        return str(self.pk)


class Allowance(models.Model):
    """How often a source (a keyed hash of its network address) did one thing since when."""

    untracked = "counts of the last minutes, kept to refuse floods and nothing else"

    what = models.CharField(_("動作"), max_length=20)
    source = models.CharField(_("來源"), max_length=64)
    since = models.DateTimeField(_("起算時間"))
    used = models.PositiveIntegerField(_("次數"))

    class Meta:
        verbose_name = _("公開頁的使用次數")
        verbose_name_plural = _("公開頁的使用次數")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["what", "source"], name="citizens_one_allowance")]
        indexes = [models.Index(fields=["since"], name="citizens_allowance_by_time")]

    def __str__(self) -> str:
        return f"{self.what} {self.used}"
