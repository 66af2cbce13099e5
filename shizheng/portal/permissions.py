"""Permissions of the portal."""

from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS: tuple[Permission, ...] = (
    Permission("portal.view_style", "看樣式頁", "See the style page", N_("介面")),
)
