"""`shizheng up` as a person meets it: it starts, refuses politely, stops cleanly, and keeps the data."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from shizheng.config.environment import PROJECT
from shizheng.config.folders import default_data_dir, make_folder
from shizheng.config.tests.conftest import COMMAND, ODD_NAME, copied, shizheng, surroundings


def read_until(process: subprocess.Popen[str], words: str, seconds: float = 300) -> str:
    assert process.stdout is not None
    seen, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        seen += line
        if words in line or not line:
            return seen
    raise AssertionError(seen)


def test_it_starts_refuses_a_second_start_stops_cleanly_and_keeps_the_data(
    installed_city: Path, folder: Path, port: int
) -> None:
    copied(installed_city, folder)
    process = subprocess.Popen(
        [*COMMAND, "up"],
        env=surroundings(folder, port), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        seen = read_until(process, "按 Ctrl-C 停止")
        assert f"http://127.0.0.1:{port}" in seen and "示範帳號" in seen
        assert "啟動網站與背景工作" in seen and "Launching" not in seen
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=10) as answer:
            assert answer.status == 200
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        second = shizheng(folder, port, "up")
        assert second.returncode == 1 and "已經在這個資料夾啟動" in second.stderr
        elsewhere = shizheng(folder.with_name("other"), port, "up")
        assert elsewhere.returncode == 1 and "可能有別的程式正在用" in elsewhere.stderr
        doctor = shizheng(folder, port, "doctor")
        assert doctor.returncode == 0, doctor.stdout
        process.send_signal(signal.SIGINT)
        assert "資料都還在" in read_until(process, "資料都還在")
        assert process.wait(30) == 0
    finally:
        process.kill()
    assert not (folder / "database" / "cluster" / "postmaster.pid").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    again = shizheng(folder, port, "up", "--check")
    assert again.returncode == 0 and "建立示範城市" not in again.stdout


def test_a_closed_terminal_or_a_killed_command_leaves_nothing_running(
    installed: Path, folder: Path, port: int
) -> None:
    copied(installed, folder)
    for number in (signal.SIGHUP, signal.SIGKILL):
        process = subprocess.Popen(
            [*COMMAND, "up", "--no-demo"],
            env=surroundings(folder, port), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            read_until(process, "按 Ctrl-C 停止")
            process.send_signal(number)
            process.wait(30)
        finally:
            process.kill()
        deadline = time.monotonic() + 20
        while answers(port) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not answers(port), number
    # the last command to use the database stops it, though the one that started it was killed
    assert shizheng(folder, port, "up", "--check", "--no-demo").returncode == 0
    assert not (folder / "database" / "cluster" / "postmaster.pid").exists()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_database_that_was_killed_starts_again_with_its_data(
    installed: Path, folder: Path, port: int
) -> None:
    copied(installed, folder)
    code = (
        "import os, signal, time\n"
        "from shizheng.config.runtime import embedded_server\n"
        "server = embedded_server(); server.acquire()\n"
        "pid = int((server.cluster / 'postmaster.pid').read_text().split()[0])\n"
        "os.kill(pid, signal.SIGKILL); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code], env=surroundings(folder, port), cwd=PROJECT)
    assert shizheng(folder, port, "doctor").returncode == 0


def test_a_database_that_is_killed_while_the_site_runs_comes_back_by_itself(
    installed: Path, folder: Path, port: int
) -> None:
    copied(installed, folder)
    process = subprocess.Popen(
        [*COMMAND, "up", "--no-demo"],
        env=surroundings(folder, port), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        read_until(process, "按 Ctrl-C 停止")
        os.kill(
            int((folder / "database" / "cluster" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL
        )
        read_until(process, "資料庫已重新啟動")
        deadline, status = time.monotonic() + 20, 0
        while status != 200 and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=10) as answer:
                    status = answer.status
            except OSError:
                time.sleep(0.3)
        assert status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
    assert not (folder / "database" / "cluster" / "postmaster.pid").exists()


@pytest.mark.parametrize("name", [ODD_NAME, "長" * 40])
def test_a_folder_may_be_called_anything(name: str, installed: Path, folder: Path, port: int) -> None:
    assert installed.name == ODD_NAME  # made there, from nothing
    done = shizheng(copied(installed, folder / name), port, "up", "--check", "--no-demo")
    assert done.returncode == 0, done.stderr


def test_a_database_that_does_not_start_is_quoted_with_its_own_reason(
    installed: Path, folder: Path, port: int
) -> None:
    copied(installed, folder)
    with open(folder / "database" / "cluster" / "postgresql.conf", "a", encoding="utf-8") as configuration:
        configuration.write("no_such_setting = 1\n")
    for words in (("up",), ("doctor",)):
        done = shizheng(folder, port, *words)
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "起不來" in said and "no_such_setting" in said
        assert "None" not in said and "Traceback" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the database to another user")
def test_a_folder_that_the_databases_user_cannot_enter_is_said_with_the_way_out(
    folder: Path, port: int
) -> None:
    folder.mkdir(mode=0o700)
    refused = shizheng(folder / "inside", port, "up", "--check")
    assert refused.returncode == 1
    assert "進不去" in refused.stderr and "SHIZHENG_DATA_DIR" in refused.stderr


def test_a_server_of_ones_own_needs_all_its_settings(folder: Path, port: int) -> None:
    done = subprocess.run(
        [*COMMAND, "up"],
        env=surroundings(folder, port) | {"SHIZHENG_DATABASE_URL": "postgresql://app@127.0.0.1/shizheng"},
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "SHIZHENG_OWNER_DATABASE_URL" in done.stderr


@pytest.mark.parametrize("part", ["up", "doctor"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("SHIZHENG_PORT", "http"), ("SHIZHENG_PORT", "70000"), ("SHIZHENG_DATA_DIR", "/proc/version/inside")],
)
def test_a_setting_that_cannot_be_used_is_said_without_a_traceback(
    part: str, name: str, value: str, folder: Path, port: int
) -> None:
    done = subprocess.run(
        [*COMMAND, part],
        env=surroundings(folder, port) | {name: value}, cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1 and value in said
    assert "Traceback" not in said


def test_a_server_that_does_not_answer_is_said_with_what_to_check(folder: Path, port: int) -> None:
    nowhere = f"postgresql://app@127.0.0.1:{port}/shizheng"
    given = {
        f"SHIZHENG_{name}": nowhere if name.endswith("URL") else "x" * 44
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "SECRET_KEY", "FIELD_KEY", "SIGNING_KEY")
    }
    for words in (["up"], ["doctor"], ["demo"]):
        done = subprocess.run(
            [*COMMAND, *words],
            env=surroundings(folder, port) | given, cwd=PROJECT, capture_output=True, text=True,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "資料庫連不上" in said and "SHIZHENG_DATABASE_URL" in said
        assert "Traceback" not in said


def test_root_keeps_the_data_where_the_databases_user_can_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, outside = tmp_path / "closed" / "clone", tmp_path / "lib"
    clone.mkdir(parents=True)
    clone.parent.chmod(0o700)
    elsewhere = outside / clone.relative_to("/")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir(clone, outside) == clone / "var"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir(clone, outside) == elsewhere
    make_folder(elsewhere)
    assert {folder.stat().st_mode & 0o777 for folder in (outside, elsewhere)} == {0o711}
    (clone / "var").mkdir()
    (clone / "var" / "secrets.env").touch()
    assert default_data_dir(clone, outside) == clone / "var"  # in use already


@pytest.mark.parametrize(
    "words", [(), ("up",), ("doctor",), ("workday",), ("import-plan",), ("demo",), ("workday", "add")]
)
def test_every_part_has_help(words: tuple[str, ...], folder: Path, port: int) -> None:
    done = shizheng(folder, port, *words, "--help")
    assert done.returncode == 0 and "用法" in done.stdout
