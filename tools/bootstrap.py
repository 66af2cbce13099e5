"""Everything between a fresh clone and a working `.venv`: standard library only, run by the machine's python3.

    python3 tools/bootstrap.py          what `make run` needs
    python3 tools/bootstrap.py --dev    also what `make test` and `make check` need

Each step is skipped when nothing it depends on has changed. What is missing is said with the command that mends it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = Path(os.environ.get("SHIZHENG_VENV", PROJECT / ".venv"))
PYTHON = VENV / "bin" / "python"


def main() -> None:
    os.chdir(PROJECT)
    dev = "--dev" in sys.argv
    check_python()
    with one_at_a_time():
        make_environment()
        install("requirements-dev.lock" if dev else "requirements.lock")
        run_if_changed(
            "assets", assets_fingerprint, "建置畫面資源（樣式、程式、圖示）…", "shizheng.web.build"
        )
        run_if_changed(
            "catalogues", lambda: fingerprint("shizheng/**/*.po"), "編譯英文翻譯 …", "tools.catalogues"
        )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two first starts at once would install into one another; the second waits for the first."""
    with open(PROJECT / "pyproject.toml", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一個指令正在這個資料夾安裝，等它完成 …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_python() -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        stop(
            f"施政需要 Python 3.11 到 3.13，這裡是 {sys.version.split()[0]}。\n"
            "  Debian 12：apt-get install -y python3 python3-venv\n"
            "  另有一個 Python 時：make PYTHON=/路徑/python3.12 run"
        )
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        stop(
            f"Python 的 venv 模組沒有裝。\n  Debian：apt-get install -y python3-venv（或 python3.{sys.version_info[1]}-venv）"
        )


def make_environment() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    say(f"建立 Python 環境 {VENV} …")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV]).returncode:
        stop(
            f"環境 {VENV} 建不起來，原因在上面。資料夾若屬於別的使用者，請改用那個使用者，或 chown -R $USER {PROJECT}"
        )


def install(lock: str) -> None:
    """Install exactly what the lock file says, by hash; what serves `make test` also serves `make run`."""
    wanted = fingerprint(lock, "pyproject.toml")
    for other in {lock, "requirements-dev.lock"}:
        kept = stamp(other)
        if kept.exists() and kept.read_text() == fingerprint(other, "pyproject.toml"):
            return
    say(f"安裝相依套件（{lock}，逐一核對雜湊）… 第一次約一分鐘")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    if subprocess.run([*pip, "--require-hashes", "-r", lock]).returncode:
        stop(
            "安裝套件失敗，原因在上面。多半是連不到套件庫：請檢查網路或 pip 的設定（pip config list），再執行一次。"
        )
    if subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."]).returncode:
        stop("安裝 shizheng 指令失敗，原因在上面。")
    stamp(lock).parent.mkdir(parents=True, exist_ok=True)
    stamp(lock).write_text(wanted)


def run_if_changed(name: str, wanted: Callable[[], str], message: str, module: str) -> None:
    kept = stamp(name)
    if kept.exists() and kept.read_text() == wanted():
        return
    say(message)
    if subprocess.run([PYTHON, "-m", module]).returncode:
        stop(f"這一步失敗，原因在上面。改好後再執行一次；單獨執行：{PYTHON} -m {module}")
    kept.write_text(wanted())


def assets_fingerprint() -> str:
    built = PROJECT / "shizheng" / "web" / "static" / "web" / "manifest.json"
    return fingerprint(
        "package-lock.json", "vite.config.js", "shizheng/web/build.py", "shizheng/web/assets/**/*"
    ) + str(built.exists())


def fingerprint(*patterns: str) -> str:
    digest = hashlib.sha256(str(sys.version_info[:2]).encode())
    for path in sorted({p for pattern in patterns for p in PROJECT.glob(pattern) if p.is_file()}):
        digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def stamp(name: str) -> Path:
    return VENV / "shizheng-stamps" / name


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def stop(text: str) -> None:
    raise SystemExit(f"\n{text}\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("已中斷，裝到一半的下次會接著做。")
