"""Chromium and Chinese fonts for the browser tests: found, installed from Debian where we may, or said how.

Ends with 0 where the tests can run or will skip, and with 1 where continuous integration has no browser.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium-headless-shell", "chromium")
"""The same engine twice. The shell draws no window around a page, which is two thirds of the work of a visit:
it is taken where it is there."""
PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")
MEND = (
    "apt-get update && apt-get install -y chromium-headless-shell fonts-noto-cjk"
    "（或設定 SHIZHENG_CHROMIUM=/路徑/chromium）"
)


def chromium() -> str | None:
    """The browser that the tests drive; None where there is none."""
    given = os.environ.get("SHIZHENG_CHROMIUM")
    if given and os.access(given, os.X_OK):
        return given
    return next((found for found in map(shutil.which, NAMES) if found), None)


def fonts() -> bool:
    """Whether Chinese is drawn as letters and not as boxes."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-tw", "family"], capture_output=True).stdout.strip())


def install() -> None:
    """Install from Debian's packages where this user may; what goes wrong is said by `main`."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    print("  安裝瀏覽器測試用的 Chromium 與中文字型 … 第一次約一分鐘", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], **quiet)


def main() -> int:
    wanted = NAMES[:1] if os.environ.get("CI") else NAMES
    if not fonts() or not any(map(shutil.which, wanted)):
        install()
    if chromium() is not None and fonts():
        return 0
    missing = "找不到 Chromium" if chromium() is None else "沒有中文字型（畫面會是方框）"
    if os.environ.get("CI"):
        print(f"{missing}，瀏覽器測試不能執行。請先：{MEND}", file=sys.stderr)
        return 1
    print(f"  {missing}，瀏覽器測試會略過。要執行請先：{MEND}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
