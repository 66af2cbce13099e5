"""What must run and be in place before anything else works: the database server, the tables, the shipped data."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import click

from shizheng.config.embedded import DatabaseTrouble, EmbeddedServer
from shizheng.config.environment import PROJECT, environment, kept_secrets

Say = Callable[[str], None]


def embedded_server(settings: Mapping[str, str] = MappingProxyType({})) -> EmbeddedServer | None:
    """The embedded server of this installation; None where a real server is configured.

    `settings` hold where this process starts it, for as long as it runs.
    """
    given = environment()
    if not given.embedded:
        return None
    return EmbeddedServer(given.data_dir / "database", kept_secrets(given.data_dir), settings)


@contextmanager
def database_in_use(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Keep the database reachable while the block runs; a real server is simply expected to be there."""
    server = embedded_server(settings)
    if server is None:
        yield
        return
    with server.in_use():
        yield


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a database that cannot be reached or made into a sentence with the way out."""
    from django.db import InterfaceError, OperationalError

    try:
        yield
    except DatabaseTrouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    except (InterfaceError, OperationalError) as failure:
        raise click.ClickException(
            f"資料庫連不上：{str(failure).strip()}\n請檢查 PostgreSQL 是否在執行、"
            "SHIZHENG_DATABASE_URL 與 SHIZHENG_OWNER_DATABASE_URL 是否正確；逐項檢查：.venv/bin/shizheng doctor"
        ) from failure


def start_django() -> None:
    """Load Django once; may be called again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.config.settings")
    import django

    django.setup()


def schema_fingerprint() -> str:
    """Changes when a migration, a model or a shipped table changes, so that an unchanged start is quick."""
    digest = hashlib.sha256()
    patterns = (
        "**/migrations/*.py",
        "**/models.py",
        "**/models/*.py",
        "**/data/*",
        "kernel/history/*.py",
        "config/runtime.py",
    )
    files = {path for pattern in patterns for path in (PROJECT / "shizheng").glob(pattern) if path.is_file()}
    for path in sorted(files):
        digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def make_tables() -> None:
    """Make or update the tables as the owner; the cache's first, since migrating ends with the application's grants."""
    from django.core.management import call_command

    call_command("createcachetable", database="owner", verbosity=0)
    call_command("migrate", database="owner", interactive=False, verbosity=0)


def bring_up_to_date(say: Say, always: bool = False) -> None:
    """Make or update the tables and triggers as the owner, then load the facts that ship (calendar, districts, roles).

    Skipped where nothing has changed since the last time, unless `always`.
    """
    stamp = environment().data_dir / "schema.stamp"
    fingerprint = schema_fingerprint()
    unchanged = stamp.exists() and stamp.read_text() == fingerprint
    if unchanged and environment().embedded and not always:
        return
    from django.db import connections

    say("更新資料表 …")
    make_tables()
    connections["owner"].close()
    load_shipped(say)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def load_shipped(say: Say) -> None:
    """Load what every installation needs before its first sign-in; each loader may be run again."""
    from importlib import import_module

    from shizheng.config.shipped import LOADERS

    for label, target in LOADERS:
        module, name = target.split(":")
        say(f"載入{label} …")
        getattr(import_module(module), name)()
