"""The first start says how far it is: nobody waits before a silent screen."""

import sys

import pytest

from tools import bootstrap
from tools.bootstrap import Pip, watched

TALK = [
    "Collecting django==5.2.19 (from -r requirements.lock (line 3))\n",
    "  Downloading https://packages.invalid/django-5.2.19-py3-none-any.whl (8.3 MB)\n",
    "Collecting lxml==6.0.2\n",
    "Installing collected packages: django, lxml\n",
]


def test_what_pip_says_becomes_how_far_it_is() -> None:
    progress, told = Pip(50), []
    for line in TALK:
        progress.read(line)
        told.append(str(progress))
    assert told == [
        "取得套件 1/50：django",
        "下載 1/50：django-5.2.19-py3-none-any.whl (8.3 MB)",
        "取得套件 2/50：lxml",
        "寫入 2 個套件",
    ]
    progress.read("WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by …\n")
    assert "請檢查網路" in str(progress)


def test_it_is_told_now_and_then_and_a_failure_shows_the_last_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "EVERY_SECONDS", 0.3)
    slow = "import time; print('Collecting lxml==6.0.2', flush=True); time.sleep(1.4)"
    assert watched([sys.executable, "-c", slow], Pip(7))
    told = capfd.readouterr().out.splitlines()
    assert len(told) >= 2 and "取得套件 1/7：lxml（" in told[-1] and told[-1].endswith("秒）")
    assert not watched([sys.executable, "-c", "print('no such host'); raise SystemExit(1)"], Pip(7))
    assert "no such host" in capfd.readouterr().err
