"""Tests run as the application's role on a database that the owner migrated, like the product itself.

One migrated template is made per run and cloned: the usual flush would need TRUNCATE, which the application's
role must not have. `@pytest.mark.own_database` gives a test a database of its own, in which it may commit.
"""

import os
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from psycopg import sql

TEMPLATE = f"test_shizheng_{os.getpid()}"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the embedded server running as long as the tests do (before Django is asked for anything)."""
    from shizheng.config.runtime import database_in_use

    config._shizheng_database = database_in_use()  # type: ignore[attr-defined]
    config._shizheng_database.__enter__()  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    running = getattr(config, "_shizheng_database", None)
    if running is not None:
        running.__exit__(None, None, None)


def _owner(statement: str, *names: str) -> None:
    """Run a statement about databases as the owner, outside of any of the test databases."""
    from django.conf import settings

    given = settings.DATABASES["owner"]
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], password=given["PASSWORD"],
        dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _use(name: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Make the migrated template, load what ships, and point the connections to a clone of it."""
    from django.db import connections

    from shizheng.config.runtime import load_shipped, make_tables
    from shizheng.kernel.history.actions import allow_setting_the_clock

    original = connections["default"].settings_dict["NAME"]
    _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", TEMPLATE)
    _owner("CREATE DATABASE {}", TEMPLATE)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _use(TEMPLATE)
        make_tables()
        load_shipped(lambda text: None)
        allow_setting_the_clock()  # tests stand on days of their own
        shared = f"{TEMPLATE}_shared"
        _clone(shared)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _use(original)
        for name in (shared, TEMPLATE):
            _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _clone(name: str) -> None:
    _use("postgres")  # nobody may be connected to a template while it is cloned
    _owner("CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
    _use(name)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of one's own, in which the test commits for real; gone afterwards."""
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    name = f"{TEMPLATE}_{next(_numbers)}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _clone(name)
        yield name
        _use(before)
        _owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


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


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    from django.core.cache import caches

    caches["memory"].clear()
