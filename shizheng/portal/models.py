"""Saved views of list pages: a person's own names for states of a list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """One named state of one list page, private to its owner."""

    untracked = "個人的畫面偏好，不是公務紀錄"

    owner = models.ForeignKey(
        "people.User", verbose_name=_("使用者"), on_delete=models.CASCADE, related_name="+"
    )
    page = models.CharField(_("頁面"), max_length=100)
    name = models.CharField(_("名稱"), max_length=60)
    query = models.TextField(_("條件"), blank=True)

    class Meta:
        verbose_name = _("儲存的檢視")
        verbose_name_plural = _("儲存的檢視")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("owner", "page", "name"), name="portal_view_name_once"),
        )

    def __str__(self) -> str:
        return self.name
