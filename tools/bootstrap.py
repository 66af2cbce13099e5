"""Everything between a fresh clone and a working `.venv`: standard library only, run by the machine's python3.

    python3 tools/bootstrap.py          what `make run` needs
    python3 tools/bootstrap.py --dev    also what `make test` and `make check` need

Each step is skipped when nothing it depends on has changed. What is missing is said with the command that mends it.
"""

import fcntl
import hashlib
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = Path(os.environ.get("SHIZHENG_VENV", PROJECT / ".venv"))
PYTHON = VENV / "bin" / "python"
STEPS = 4
EVERY_SECONDS = 5  # a line of progress where nobody can overwrite one


def main() -> None:
    os.chdir(PROJECT)
    dev = "--dev" in sys.argv
    check_python()
    with one_at_a_time():
        make_environment()
        install("requirements-dev.lock" if dev else "requirements.lock")
        run_if_changed(
            "assets", assets_fingerprint, "[3/4] 建置畫面資源（樣式、程式、圖示）…", "shizheng.web.build"
        )
        run_if_changed(
            "catalogues", lambda: fingerprint("shizheng/**/*.po"), "[4/4] 編譯英文翻譯 …", "tools.catalogues"
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
    say(f"[1/{STEPS}] 建立 Python 環境 {VENV} …")
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
    total = len(re.findall(r"^\S+==", (PROJECT / lock).read_text(encoding="utf-8"), re.M))
    say(f"[2/{STEPS}] 安裝相依套件（{lock}，約 {total} 個，逐一核對雜湊）… 第一次約一分鐘，視網路而定")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    if not watched([*pip, "--progress-bar", "off", "--require-hashes", "-r", lock], Pip(total)):
        stop(
            "安裝套件失敗，原因在上面。多半是連不到套件庫：請檢查網路或 pip 的設定（pip config list），再執行一次；"
            "已經下載的不會重來。"
        )
    if subprocess.run([*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]).returncode:
        stop("安裝 shizheng 指令失敗，原因在上面。")
    stamp(lock).parent.mkdir(parents=True, exist_ok=True)
    stamp(lock).write_text(wanted)


class Pip:
    """Reads along what pip says: which package it is at, and what it waits for."""

    def __init__(self, total: int) -> None:
        self.total, self.seen, self.doing = total, 0, "準備"

    def read(self, line: str) -> None:
        """Take one line of pip's into account."""
        word, _, rest = line.strip().partition(" ")
        name = rest.split("==")[0].split(" ")[0]
        if word == "Collecting":
            self.seen += 1
            self.doing = f"取得套件 {self.seen}/{self.total}：{name}"
        elif word == "Downloading" and rest.endswith(")"):
            self.doing = (
                f"下載 {self.seen}/{self.total}：{name.rsplit('/', 1)[-1]} {rest[rest.rindex('(') :]}"
            )
        elif line.startswith("Installing collected"):
            self.doing = f"寫入 {self.seen} 個套件"
        elif "Retrying (Retry" in line:
            self.doing = "連不到套件庫，再試一次（請檢查網路）"

    def __str__(self) -> str:
        return self.doing


def watched(command: list[object], progress: Pip) -> bool:
    """Run a command that talks at length, and tell how far it is: in a terminal one line that counts, else now and then.

    Whether it succeeded; where not, its last lines are shown.
    """
    started, told, said = time.monotonic(), 0.0, []
    terminal = sys.stdout.isatty()
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as run:
        threading.Thread(target=lambda: [*map(lines.put, run.stdout), lines.put(None)], daemon=True).start()
        line: str | None = ""
        while line is not None:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                line = ""
            if line:
                said.append(line)
                progress.read(line)
            took = time.monotonic() - started
            if took - told >= (0.2 if terminal else EVERY_SECONDS):
                told = took
                text = f"      {progress}（{took:.0f} 秒）"
                print(f"\r\x1b[K{text}" if terminal else text, end="" if terminal else "\n", flush=True)
    if terminal:
        print("\r\x1b[K", end="", flush=True)
    if run.returncode:
        print("".join(said[-15:]), file=sys.stderr)
    return run.returncode == 0


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
