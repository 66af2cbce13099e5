"""The machine and the installation itself: Python, the data folder, the address, the proxy, the built assets."""

import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Iterator

from shizheng.config.doctor.findings import Finding, Level
from shizheng.config.environment import Environment, environment

ENOUGH_DISK = 2 * 1024**3
"""Bytes."""


def python() -> Iterator[Finding]:
    """Python"""
    version = sys.version.split()[0]
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding("good", f"Python {version}")
    else:
        yield Finding(
            "bad",
            f"Python {version} 不在 3.11 到 3.13",
            "make clean 後以合適的 Python 重來：make PYTHON=python3.12 run",
        )


def data_folder() -> Iterator[Finding]:
    """資料夾"""
    folder = environment().data_dir
    if not folder.exists():
        yield Finding("warning", f"還沒有資料夾 {folder}", "第一次啟動時會建立：make run")
        return
    if not os.access(folder, os.W_OK):
        yield Finding(
            "bad", f"資料夾 {folder} 不能寫", f"chown -R $USER {folder}，或用 SHIZHENG_DATA_DIR 指到別處"
        )
        return
    free = shutil.disk_usage(folder).free
    level: Level = "good" if free > ENOUGH_DISK else "warning"
    yield Finding(
        level,
        f"資料夾 {folder}，剩 {free / 1024**3:.1f} GB",
        "" if level == "good" else "清出空間，至少 2 GB",
    )
    kept = folder / "secrets.env"
    if kept.exists() and kept.stat().st_mode & 0o077:
        yield Finding("bad", "金鑰檔別人也讀得到", f"chmod 600 {kept}")


def proxy() -> Iterator[Finding]:
    """反向代理"""
    given = environment()
    if given.address.startswith("https://") and not given.trusted_proxies:
        yield Finding(
            "warning",
            "經過反向代理，卻沒有說有幾層：每個人都像從代理的位址來，一個人失敗多次就鎖住所有人的登入",
            "SHIZHENG_TRUSTED_PROXIES=1（自己的代理有幾層就填幾）",
        )


def port() -> Iterator[Finding]:
    """網址"""
    given = environment()
    with socket.socket(socket.AF_INET6 if ":" in given.host else socket.AF_INET) as probe:
        busy = probe.connect_ex((given.host, given.port)) == 0
    where = f"{given.host}:{given.port}"
    if not busy:
        yield Finding("good", f"{where} 可以用")
    elif _site_is_up(given):
        yield Finding("good", f"{where} 網站啟動中")
    else:
        yield Finding(
            "warning", f"{where} 有別的程式在用", "停掉那個程式，或換一個埠：SHIZHENG_PORT=… make run"
        )


def _site_is_up(given: Environment) -> bool:
    """Whether `shizheng up` runs on this data folder: it holds a lock as long as it does."""
    try:
        with open(given.data_dir / "up.lock", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def assets() -> Iterator[Finding]:
    """畫面資源"""
    from shizheng.web.assets import manifest

    if manifest():
        yield Finding("good", "畫面資源已建置")
    else:
        yield Finding("bad", "畫面資源還沒有建置，頁面會沒有樣式", "make assets")
