"""System check: the built assets are there."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from shizheng.web import assets


@register()
def assets_are_built(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when pages would come without styles and scripts, with the command that mends it."""
    if assets.manifest():
        return []
    return [
        Warning(
            "畫面資源（樣式、程式、圖示）還沒有建置，頁面會沒有樣式。",
            hint="執行 python -m shizheng.web.build（或 make assets）。",
            id="web.W001",
        )
    ]
