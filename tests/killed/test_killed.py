"""kill -9 at random moments of importing, sending in, signing, locking, closing a month of tenders and publishing: all of it
or nothing, and again it goes through. (Restoring a backup is killed in shizheng/config/tests/test_backup.py.)

Each act is killed 6 times, evenly over the time that it takes when it is killed; `SHIZHENG_KILLS=50` kills each 50 times:

    SHIZHENG_KILLS=50 .venv/bin/pytest tests/killed shizheng/config/tests/test_backup.py -k killed -s
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from conftest import TEMPLATE, clone_of
from shizheng.config.backup import database as backup
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.tests.conftest import make_town, on
from shizheng.kernel.filing.tests.kind import Domain
from tests.killed import kind, months
from tests.killed.acts import ACTS, LATE, OPEN, SIGNED, day

KILLS = int(os.environ.get("SHIZHENG_KILLS", "6"))
MORE = 10
"""Kills beyond those, for as long as none came before the commit (each sooner than the one before) or none after (later)."""
REACH = 1.1
"""The kills are spread over the act and a tenth more."""
PROJECT = Path(__file__).parents[2]


def make_everything_ready() -> None:
    """A return to send in, a late one to sign, a round to lock, a plan to publish."""
    from shizheng.domains.planning import actions as planning
    from shizheng.domains.planning.tests.conftest import plan_text
    from shizheng.kernel.measures.tests.factories import make_measure
    from shizheng.kernel.organisations import factories as organisations
    from shizheng.kernel.people import factories as people

    kind.register()
    town = make_town(Domain())
    people.person("rdec_head", username="rdechead", second_factor=True)
    more = [organisations.agency(code=f"A{n}") for n in range(4)]
    everywhere = [people.person(role, username=f"all-{role}") for role in ("officer", "supervisor", "head")]
    for row in kind.ROWS:
        make_measure(organisations.city(), kind.measure_code(row))
    with on("2017-07-05"):
        _fill(actions.open_round(town.rdec, kind.CODE, OPEN).returns.get(unit=town.works), town.officer)
    with on("2018-07-05"):
        late = actions.open_round(town.rdec, kind.CODE, LATE).returns.get(unit=town.works)
        _fill(late, town.officer)
        actions.lock_round(town.rdec, late.round_id, reason="補報中")
    with day():
        actions.extend_due(town.rdec, late.pk, version=None, until=date(2019, 7, 31), reason="補報")
        actions.submit_return(town.officer, late.pk, version=None)
        actions.sign_return(town.chief, late.pk, version=None)
        for each in actions.open_round(town.rdec, kind.CODE, SIGNED).returns.all():
            _fill(each, everywhere[0])
            actions.submit_return(everywhere[0], each.pk, version=None)
            for signer in everywhere[1:]:
                actions.sign_return(signer, each.pk, version=None)
        plan = planning.import_plan(town.control, plan_text(town.works.name), "107.txt").plan
        plan = planning.accept_plan(town.head, plan.pk, version=plan.version)
        assert any(each.recorded for each in planning.record_exact_results(town.control, plan.pk))
        months.make_ready(town)
    assert len(more) + 2 == Return.objects.filter(round__period=SIGNED).count()


def _fill(filing: Return, officer: Any) -> None:
    typed = [
        actions.TypedEntry(row, name, text)
        for row in kind.ROWS
        for name, text in (("a", "167"), ("b", "216"))
        if (row, name) != ("2", "b")  # that one is supplied
    ]
    actions.save_entries(officer, filing.pk, typed)


@dataclass
class Nursery:
    """Starts processes that do an act on a database, with a folder for bytes."""

    process: subprocess.Popen[str]

    def start(self, act: str, database: str, folder: Path) -> int:
        """Begin the act; the number of its process, which has its connection and goes on."""
        self._say(json.dumps({"act": act, "database": database, "folder": str(folder)}))
        return int(self.told()["number"])

    def ended(self) -> int:
        """Wait for the process; its exit code, or minus the signal that ended it."""
        self._say("")
        return int(self.told()["ended"])

    def _say(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def do(self, act: str, database: str, folder: Path) -> tuple[int, float]:
        """Do the act undisturbed; the exit code, and the seconds it took."""
        self.start(act, database, folder)
        began = time.perf_counter()
        return self.ended(), time.perf_counter() - began


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.killed.nursery"], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    made = Nursery(process)
    assert made.told()["names"] == sorted(ACTS)
    yield made
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)


@dataclass
class Place:
    """The prepared database, and copies of it in which the acts are done."""

    name: str
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    @contextmanager
    def copy(self) -> Iterator[tuple[str, Path]]:
        """A copy of the prepared database, in use by this process too, and an empty folder; gone afterwards."""
        number = next(self.numbers)
        name, folder = f"{self.name}_k{number}", self.folder / str(number)
        _use("postgres")
        _as_owner("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self.name)
        _use(name)
        settings.DATA_DIR = folder
        try:
            yield name, folder
        finally:
            _use("postgres")
            _as_owner("DROP DATABASE {} WITH (FORCE)", name)


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _as_owner(statement: str, *names: str) -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))  # type: ignore[arg-type]


def _address(name: str) -> str:
    return backup.address({**connections["owner"].settings_dict, "NAME": name})


def _content(name: str) -> dict[str, list[str]]:
    """Rows and digest of every table, once nobody else is connected: a server process may outlive its client a little."""
    deadline = time.monotonic() + 20
    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(_address(name), autocommit=True) as connection:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        while connection.execute(others, [name]).fetchone() != (0,):
            assert time.monotonic() < deadline, "a server process of a killed client goes on"
            time.sleep(0.01)
    with psycopg.connect(_address(name)) as connection:
        return backup.digests(connection)


def _counts(content: dict[str, list[str]]) -> dict[str, str]:
    return {table: count for table, (count, _digest) in content.items()}


@pytest.fixture(scope="module")
def prepared(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Everything ready once for all acts; each is done in copies alone."""
    folder, before = tmp_path_factory.mktemp("killed"), settings.DATA_DIR
    with django_db_blocker.unblock(), clone_of(TEMPLATE) as name:
        settings.DATA_DIR = folder / "prepared"
        make_everything_ready()
        settings.DATA_DIR = before
        yield Place(name, folder)
        _use(name)


@pytest.fixture
def place(prepared: Place, django_db_blocker: Any) -> Iterator[Place]:
    before = settings.DATA_DIR
    with django_db_blocker.unblock():
        yield prepared
    settings.DATA_DIR = before


def _undisturbed(act: str, place: Place, nursery: Nursery) -> tuple[dict[str, str], list[float]]:
    """Rows of each table after the act, and the seconds that it takes, three times."""
    times = []
    for _turn in range(3):
        with place.copy() as (name, folder):
            assert not ACTS[act].done()
            ended, seconds = nursery.do(act, name, folder)
            assert ended == 0
            times.append(seconds)
            after = _counts(_content(name))
            assert ACTS[act].done()
    return after, times


def _shares(chance: Random) -> list[float]:
    """For each kill the share of the act's time after which it comes: one in each of as many equal parts, in any order."""
    shares = [REACH * (part + chance.random()) / KILLS for part in range(KILLS)]
    chance.shuffle(shares)
    return shares


@pytest.mark.parametrize("act", sorted(ACTS))
def test_killed_at_any_moment_it_leaves_all_or_nothing_and_goes_through_again(
    act: str, place: Place, nursery: Nursery
) -> None:
    whole, times = _undisturbed(act, place, nursery)
    chance, outcomes = Random(f"{act} 114"), {"nothing": 0, "all": 0, "too late": 0}
    shares = _shares(chance)
    for turn in range(KILLS + MORE):
        further = turn - KILLS + 1
        if further <= 0:
            share = shares[turn]
        elif not outcomes["nothing"]:
            share = chance.random() * 0.5**further
        elif not outcomes["all"]:
            share = REACH + further / 2
        else:
            break
        with place.copy() as (name, folder):
            before = _content(name)
            number = nursery.start(act, name, folder)
            time.sleep(share * median(times[-3:]))  # how long it takes now: the machine is not always as busy
            os.kill(number, signal.SIGKILL)
            ended = nursery.ended()
            after = _content(name)
            done = ACTS[act].done()
            if done:
                assert _counts(after) == whole
            else:
                assert after == before  # every row of every table
            outcomes["all" if done else "nothing"] += 1
            outcomes["too late"] += ended == 0
            code, seconds = nursery.do(act, name, folder)
            assert code == (ACTS[act].again if done else 0)
            if not done:
                times.append(seconds)
            assert ACTS[act].done() and _counts(_content(name)) == whole
    print(
        f"{act}: {outcomes['nothing'] + outcomes['all']} kills of {min(times) * 1000:.0f} to {max(times) * 1000:.0f} ms: {outcomes}"
    )
    assert outcomes["nothing"] and outcomes["all"], outcomes
