"""`shizheng up`: the database, the tables, the web workers and the job worker, until Ctrl-C."""

import ctypes
import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from shizheng.config import warming
from shizheng.config.environment import PROJECT, Environment, environment
from shizheng.config.folders import make_folder
from shizheng.config.runtime import (
    bring_up_to_date,
    database_in_use,
    embedded_server,
    said_plainly,
    start_django,
)

READY_SECONDS, STOP_SECONDS = 120, 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# looked up here, not in the child: after a fork beside threads as little as possible may be done
PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


@click.command()
@click.option("--demo/--no-demo", default=True, help="空的資料庫要不要放示範城市（預設放）。")
@click.option("--check", is_flag=True, help="只做準備（重做資料表與觸發器、示範資料），不開網站。")
def up(demo: bool, check: bool) -> None:
    """啟動施政：資料庫、網站、背景工作。Ctrl-C 全部停止，資料留著。"""
    given = environment()
    for number in STOP_SIGNALS:
        signal.signal(number, _ask_to_stop)
    try:
        with said_plainly(), _only_one(given):
            _refuse_taken_port(given)
            say(f"資料放在 {given.data_dir}")
            say("啟動資料庫 …" if given.embedded else "使用設定的 PostgreSQL …")
            with database_in_use():
                start_django()
                bring_up_to_date(say, always=check)
                if demo:
                    from shizheng.config.demo import load_if_empty

                    load_if_empty(say)
                if not check:
                    _serve(given)
    except Stopped:
        with suppress(OSError):  # the terminal may be gone
            say("已停止，資料都還在。")


def say(text: str) -> None:
    """One line of progress."""
    click.echo(f"  {text}")


def _ask_to_stop(number: int, frame: object) -> None:
    _ignore_signals()
    raise Stopped


def _ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _only_one(given: Environment) -> Iterator[None]:
    try:
        make_folder(given.data_dir)
        lock = open(given.data_dir / "up.lock", "a+", encoding="utf-8")  # noqa: SIM115 (closed below)
    except OSError as failure:
        raise click.ClickException(
            f"資料夾 {given.data_dir} 不能寫（{failure.strerror}）。請用 SHIZHENG_DATA_DIR 指到可以寫的資料夾。"
        ) from failure
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise click.ClickException(
                f"施政已經在這個資料夾啟動了（{lock.read().strip() or '正在啟動'}）。\n"
                "請直接開那個網址；要另開一個，請給別的資料夾與埠：SHIZHENG_DATA_DIR=… SHIZHENG_PORT=… make run"
            ) from None
        lock.truncate(0)
        lock.write(f"{given.address}，程序 {os.getpid()}")
        lock.flush()
        yield


def _refuse_taken_port(given: Environment) -> None:
    family = socket.AF_INET6 if ":" in given.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given.host, given.port))
        except OSError as failure:
            raise click.ClickException(_why_not(given, failure)) from failure


def _why_not(given: Environment, failure: OSError) -> str:
    where = f"{given.host}:{given.port} 不能用"
    if failure.errno == errno.EADDRINUSE:
        other = given.port + 1 if given.port < 65535 else 8000
        return f"{where}，可能有別的程式正在用。\n請停掉那個程式，或換一個埠：SHIZHENG_PORT={other} make run"
    if failure.errno == errno.EACCES:
        return f"{where}：1024 以下的埠要有特權。\n請換一個埠：SHIZHENG_PORT=8000 make run"
    return f"{where}：這台機器沒有這個位址（{failure.strerror}）。\n請檢查 SHIZHENG_HOST；只給自己用是 127.0.0.1。"


def _serve(given: Environment) -> None:
    """Run web and worker processes as one group, and end with them."""
    web = [
        "-m", "granian", "--interface", "wsgi", "--host", given.host, "--port", str(given.port),
        "--workers", str(given.web_workers), "--blocking-threads", "4", "--no-ws", "--log-level", "error",
        "--respawn-failed-workers", "shizheng.config.wsgi:application",
    ]  # fmt: skip
    jobs = ["-m", "shizheng.config.worker"]
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shizheng.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    # where the web processes count requests together; counting begins anew with each start
    counters = Path(tempfile.mkdtemp(prefix="shizheng-metrics-"))
    surroundings["PROMETHEUS_MULTIPROC_DIR"] = str(counters)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    say("啟動網站與背景工作 …")
    try:
        for name, command, more in (("網站", web, {warming.VARIABLE: "1"}), ("背景工作", jobs, {})):
            # a session of its own: Ctrl-C in the terminal reaches us alone, and we stop the others in order
            processes[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT, env=surroundings | more, start_new_session=True, preexec_fn=_end_with_parent,
            )  # fmt: skip
        _wait_until_ready(given, processes)
        _refuse_ended(processes)
        _announce(given)
        database = embedded_server()
        while True:
            _refuse_ended(processes)
            if database is not None and database.has_died():
                say("資料庫停了（被別的程式結束，或記憶體不足），重新啟動 …")
                database.revive()
                say("資料庫已重新啟動，已存的資料都還在。")
            time.sleep(0.5)
    finally:
        _ignore_signals()
        _stop(list(processes.values()))
        shutil.rmtree(counters, ignore_errors=True)


def _refuse_ended(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise click.ClickException(
                f"{name}的程序停了（代碼 {process.returncode}），全部停止。原因見上面的訊息。"
            )


def _end_with_parent() -> None:
    """In the child: end when we are killed outright, so that nothing keeps the port (Linux; elsewhere nothing is done)."""
    if PRCTL is not None:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(given: Environment, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    host = f"[{given.host}]" if ":" in given.host else given.host.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (asked, not bound)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and all(p.poll() is None for p in processes.values()):
        try:
            request = urllib.request.Request(
                f"http://{host}:{given.port}/account/login/", headers={"Host": "localhost"}
            )
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 (our own address)
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            raise click.ClickException(
                f"網站回答錯誤 {answer.code}。請執行 shizheng doctor 看哪裡不對。"
            ) from answer
        except OSError:
            time.sleep(0.2)
        else:
            return
    if all(process.poll() is None for process in processes.values()):
        raise click.ClickException(f"等了 {READY_SECONDS} 秒，網站沒有回應，全部停止。原因見上面的訊息。")


def _announce(given: Environment) -> None:
    from shizheng.config.demo import sign_ins

    click.echo(f"\n施政已啟動：{given.address}\n")
    accounts = sign_ins()
    if accounts:
        click.echo("示範帳號（只在示範資料庫）：")
        for account in accounts:
            click.echo(f"  {account.username:<14} {account.password:<22} {account.role}　{account.unit}")
            if account.totp_secret:
                click.echo(f"  {'':<14} 驗證碼金鑰 {account.totp_secret}（現在是 {account.totp_now()}）")
        click.echo("")
    click.echo("按 Ctrl-C 停止。")


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
