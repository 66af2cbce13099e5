"""Names of the built assets: what Vite made out of ``shizheng/web/assets``, read from its manifest."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "web"
MANIFEST = FOLDER / "manifest.json"

_manifest: dict[str, Any] | None = None


def manifest() -> dict[str, Any]:
    """The manifest of the build that was there when this process first asked; empty when nothing was built.

    Read once: the static file server, too, knows the files that were there when it started.
    """
    global _manifest
    if _manifest is None:
        try:
            _manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
    return _manifest


def files_of(entry: str) -> dict[str, list[str]]:
    """Addresses of one entry: ``{"css": […], "js": […]}``; both empty when it was not built."""
    found = manifest().get("entries", {}).get(entry, {})
    return {kind: [static(f"web/{name}") for name in found.get(kind, [])] for kind in ("css", "js")}


def sprite() -> str:
    """Address of the icon sprite, or an empty string when it was not built."""
    name = manifest().get("sprite", "")
    return _address(f"web/{name}", settings.STATIC_URL) if name else ""


@lru_cache(maxsize=8)
def _address(path: str, _root: str) -> str:
    """A page asks for the sprite with each of its icons."""
    return static(path)


def icons() -> frozenset[str]:
    """Names of the icons that the sprite holds."""
    return frozenset(manifest().get("icons", ()))
