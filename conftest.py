"""Tests run as the application's role on a database that the owner migrated, like the product itself.

One migrated template, and one that holds the demonstration city, are made per run and cloned by every process of it:
the usual flush would need TRUNCATE, which the application's role must not have. `@pytest.mark.own_database` gives a
test a database of its own, in which it may commit; `own_demonstration` one that holds the demonstration city.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from psycopg import sql

TEMPLATE = f"test_shizheng_{os.environ.setdefault('TEST_RUN', str(os.getpid()))}"
"""The migrated template; the processes of one run inherit its name from the first."""
DEMONSTRATION = f"{TEMPLATE}_demonstration"
INSTALLATIONS = Path(tempfile.gettempdir()) / f"shizheng-{TEMPLATE}"
"""Whole installations that tests make once in a run and copy; gone with the run."""
PROCESS = f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
_numbers = count(1)
LONGEST = (
    "tests/journeys/test_every_page.py", "shizheng/config/tests/test_up.py", "tests/english/", "shizheng/config/tests/test_backup.py",
    "tests/operations/", "tests/killed/", "tests/journeys/", "tests/architecture/test_permission_matrix.py", "tests/api/",
)  # fmt: skip
"""Files of tests that take longest, each done by one process: they come first, so that none is left with them at the end."""
UNSYNCED = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "160"}
"""The server need not keep what tests write: nothing waits for the disk while they run, where they start it."""
hypothesis.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("ours")  # how busy the machine is says nothing about the product


class QuickHasher(PBKDF2PasswordHasher):
    """Passwords of tests are hashed once, not to cost a thief (or every test that signs in) a quarter of a second."""

    iterations = 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        found = (number for number, name in enumerate(LONGEST) if item.nodeid.startswith(name))
        return next(found, len(LONGEST))

    items.sort(key=rank)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been loaded and collected stays until the end: nobody need look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the embedded server running as long as the tests do (before Django is asked for anything)."""
    from django.conf import settings

    from shizheng.config.runtime import database_in_use

    config._shizheng_database = database_in_use(UNSYNCED)  # type: ignore[attr-defined]
    config._shizheng_database.__enter__()  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["conftest.QuickHasher", *settings.PASSWORD_HASHERS]
    _look_for_static_files_once()


def _look_for_static_files_once() -> None:
    """Every test client makes the middleware anew, which walks through all static files: one walk serves them all."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    walk = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            walk(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    running = getattr(config, "_shizheng_database", None)
    if running is None:
        return
    if not hasattr(config, "workerinput"):  # the first process is the last to go
        shutil.rmtree(INSTALLATIONS, ignore_errors=True)
        with _asking() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE]
            ).fetchall()
        for (name,) in found:
            _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    running.__exit__(None, None, None)


def _asking() -> psycopg.Connection:
    """A connection of the owner, outside of any of the test databases."""
    from django.conf import settings

    given = settings.DATABASES["owner"]
    return psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], password=given["PASSWORD"],
        dbname="postgres", autocommit=True,
    )  # fmt: skip


def _owner(statement: str, *names: str) -> None:
    """Run a statement about databases as the owner."""
    with _asking() as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _use(name: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _made_once(name: str, source: str, fill: Callable[[], None]) -> None:
    """A template of the run: the first process to come makes it of `source`, the others wait until it is there."""
    with _asking() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        making = f"{name}_making"
        _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", making)
        _owner("CREATE DATABASE {} TEMPLATE {}", making, source)
        _use(making)
        fill()
        _use("postgres")  # nobody may be connected to a template
        _owner("ALTER DATABASE {} RENAME TO {}", making, name)


@contextmanager
def clone_of(template: str) -> Iterator[str]:
    """A clone of a template with the connections pointed at it; gone afterwards."""
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    name = f"{PROCESS}_{next(_numbers)}"
    _use("postgres")
    _owner("CREATE DATABASE {} TEMPLATE {}", name, template)
    _use(name)
    try:
        yield name
    finally:
        _use(before)
        _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _migrate() -> None:
    from shizheng.config.runtime import load_shipped, make_tables
    from shizheng.kernel.history.actions import allow_setting_the_clock

    make_tables()
    load_shipped(lambda text: None)
    allow_setting_the_clock()  # tests stand on days of their own


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The migrated template, what ships loaded, and the connections pointed at a clone of it."""
    from django.db import connections

    original = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _made_once(TEMPLATE, "template1", _migrate)
        _use(original)
    with django_db_blocker.unblock(), clone_of(TEMPLATE):  # type: ignore[attr-defined]
        yield


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of one's own, in which the test commits for real; gone afterwards."""
    with django_db_blocker.unblock(), clone_of(TEMPLATE) as name:  # type: ignore[attr-defined]
        yield name


@pytest.fixture(scope="session")
def demonstration(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _published_files_elsewhere: None,
) -> str:
    """The template that holds the demonstration city; its files come to this process's own folder of data."""
    from django.conf import settings
    from django.db import connections

    from shizheng.config.demo import load_if_empty, sign_ins

    run = tmp_path_factory.getbasetemp()
    files = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "demonstration"

    def build() -> None:
        said: list[str] = []
        assert sign_ins() == []
        assert load_if_empty(said.append) and said
        shutil.copytree(settings.DATA_DIR, files)

    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _made_once(DEMONSTRATION, TEMPLATE, build)
        _use(before)
    shutil.copytree(files, Path(settings.DATA_DIR), dirs_exist_ok=True)
    return DEMONSTRATION


@pytest.fixture
def own_demonstration(demonstration: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The demonstration city in a database of one's own, in which the test commits for real; gone afterwards."""
    with django_db_blocker.unblock(), clone_of(demonstration) as name:  # type: ignore[attr-defined]
        yield name


@pytest.fixture
def sent() -> Iterator[list[dict[str, Any]]]:
    """What would be delivered to people."""
    from shizheng.kernel.filing import notices

    found: list[dict[str, Any]] = []

    def sender(**given: Any) -> int:
        found.append(given)
        return len(given["to"])

    notices.register(sender)
    yield found
    notices.forget(sender)


@pytest.fixture(autouse=True)
def _own_database_by_mark(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("own_database"):
        request.getfixturevalue("own_database")


@pytest.fixture(scope="session", autouse=True)
def _published_files_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that tests publish go to a folder of the run, not among those of the installation."""
    from django.conf import settings

    settings.DATA_DIR = tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session", autouse=True)
def _every_icon_is_built() -> None:
    """A page that asks for an icon which the build does not find fails its test: in a browser it would be a hole."""
    from shizheng.web import build
    from shizheng.web.templatetags import ui

    ui.expected_icons = frozenset(build.used_icons())


@pytest.fixture(scope="session", autouse=True)
def _the_api_answers_what_it_says() -> Iterator[None]:
    """An answer from which its described shape leaves something out fails the test that asked for it."""
    from tests.described import answers_whole

    with answers_whole():
        yield


@pytest.fixture(autouse=True)
def _chinese_again() -> None:
    """A test begins in the language of the product: a page asked for in English leaves English behind in its thread."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    from django.core.cache import caches

    caches["memory"].clear()
