"""Names of the built assets: what Vite made out of ``shizheng/web/assets``, read from its manifest."""

import json
from pathlib import Path
from typing import Any

from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "web"
MANIFEST = FOLDER / "manifest.json"

_cache: tuple[int, dict[str, Any]] | None = None


def manifest() -> dict[str, Any]:
    """The manifest of the last build; empty when nothing was built. Read again when the file changed."""
    global _cache
    try:
        stamp = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    if _cache is None or _cache[0] != stamp:
        _cache = (stamp, json.loads(MANIFEST.read_text(encoding="utf-8")))
    return _cache[1]


def files_of(entry: str) -> dict[str, list[str]]:
    """Addresses of one entry: ``{"css": […], "js": […]}``; both empty when it was not built."""
    found = manifest().get("entries", {}).get(entry, {})
    return {kind: [static(f"web/{name}") for name in found.get(kind, [])] for kind in ("css", "js")}


def sprite() -> str:
    """Address of the icon sprite, or an empty string when it was not built."""
    name = manifest().get("sprite", "")
    return static(f"web/{name}") if name else ""


def icons() -> frozenset[str]:
    """Names of the icons that the sprite holds."""
    return frozenset(manifest().get("icons", ()))
