"""Permissions of the portal."""

from shizheng.common.permissions import Permission

PERMISSIONS: tuple[Permission, ...] = (
    Permission("portal.view_style", "看樣式頁", "See the style page", "介面"),
)
