"""`shizheng up`: the database, the tables, the web workers and the job worker, until Ctrl-C."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import click

from shizheng.config.embedded import DatabaseTrouble
from shizheng.config.environment import PROJECT, Environment, environment
from shizheng.config.runtime import bring_up_to_date, database_in_use, start_django

STOP_SECONDS = 15


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C or SIGTERM)."""


@click.command()
@click.option("--demo/--no-demo", default=True, help="空的資料庫要不要放示範城市（預設放）。")
@click.option("--check", is_flag=True, help="只做準備（資料表、示範資料），不開網站。")
def up(demo: bool, check: bool) -> None:
    """啟動施政：資料庫、網站、背景工作。Ctrl-C 全部停止，資料留著。"""
    given = environment()
    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    try:
        with _only_one(given):
            _refuse_taken_port(given)
            say(f"資料放在 {given.data_dir}")
            say("啟動資料庫 …" if given.embedded else "使用設定的 PostgreSQL …")
            with database_in_use():
                start_django()
                bring_up_to_date(say)
                if demo:
                    from shizheng.config.demo import load_if_empty

                    load_if_empty(say)
                if not check:
                    _serve(given)
    except DatabaseTrouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    except Stopped:
        say("已停止，資料都還在。")


def say(text: str) -> None:
    """One line of progress."""
    click.echo(f"  {text}")


def _ask_to_stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


@contextmanager
def _only_one(given: Environment) -> Iterator[None]:
    given.data_dir.mkdir(parents=True, exist_ok=True)
    with open(given.data_dir / "up.lock", "a+", encoding="utf-8") as lock:
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
            raise click.ClickException(
                f"{given.host}:{given.port} 不能用（{failure.strerror}），可能有別的程式正在用。\n"
                f"請停掉那個程式，或換一個埠：SHIZHENG_PORT={given.port + 1} make run"
            ) from failure


def _serve(given: Environment) -> None:
    """Run web and worker processes as one group, and end with them."""
    web = [
        "-m", "granian", "--interface", "wsgi", "--host", given.host, "--port", str(given.port),
        "--workers", str(given.web_workers), "--blocking-threads", "4", "--no-ws", "--log-level", "error",
        "--respawn-failed-workers", "shizheng.config.wsgi:application",
    ]  # fmt: skip
    jobs = ["manage.py", "procrastinate", "worker", "--concurrency", "2", "--shutdown-graceful-timeout", "10"]
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shizheng.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in (("網站", web), ("背景工作", jobs)):
            # a session of its own: Ctrl-C in the terminal reaches us alone, and we stop the others in order
            processes[name] = subprocess.Popen(
                [sys.executable, *command], cwd=PROJECT, env=surroundings, start_new_session=True
            )
        _wait_until_ready(given, processes)
        _announce(given)
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    raise click.ClickException(
                        f"{name}的程序停了（代碼 {process.returncode}），全部停止。原因見上面的訊息。"
                    )
            time.sleep(0.5)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop(list(processes.values()))


def _wait_until_ready(given: Environment, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    host = f"[{given.host}]" if ":" in given.host else given.host.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (asked, not bound)
    deadline = time.monotonic() + 60
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
