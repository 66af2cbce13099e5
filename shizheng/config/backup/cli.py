"""`shizheng backup` and `shizheng restore`."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import click

from shizheng.config.backup import archive, database, keys, latest
from shizheng.config.backup.archive import BadArchive, Manifest
from shizheng.config.backup.database import CannotRestore
from shizheng.config.environment import environment
from shizheng.config.folders import make_folder
from shizheng.config.runtime import bring_up_to_date, database_in_use, said_plainly, start_django


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE_OR_FOLDER")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="資料夾裡只留最新的 N 份，較舊的刪除。")
@click.option("--keys/--no-keys", "with_keys", default=True, help="金鑰另存一檔（預設存；內嵌資料庫才有）。")
@click.option("--json", "as_json", is_flag=True, help="輸出 JSON。")
def backup(target: Path, keep: int | None, with_keys: bool, as_json: bool) -> None:
    """備份全部資料到 FILE，或到資料夾 FOLDER（檔名帶時間）。運作中也可以做，內容是同一瞬間的。"""
    from shizheng.common import clock

    given = environment()
    now = clock.now()
    if keep and not target.exists():  # only a folder keeps several
        target.mkdir(parents=True, mode=0o700)
    is_folder = target.is_dir()
    if keep and not is_folder:
        raise click.ClickException(f"{target} 是檔案；--keep 要配資料夾，才能留最新的幾份。沒有備份。")
    path = target / f"shizheng-{now:%Y%m%d-%H%M%S}.backup" if is_folder else target
    if path.exists():
        raise click.ClickException(f"{path} 已經有了，不覆蓋。請換一個檔名，或給資料夾。")
    with _plainly(), database_in_use(), tempfile.TemporaryDirectory(dir=_folder_of(path)) as scratch:
        start_django()
        dump = Path(scratch) / archive.DUMP
        found, newest = database.dump(_owner(), dump)
        made = archive.write(
            path,
            dump,
            given.data_dir,
            Manifest(
                product=version("shizheng"),
                made_at=now.isoformat(),
                newest_transaction=newest,
                migrations=_migrations(),
                tables=found,
                keys={name: keys.fingerprint(name, value) for name, value in _keys().items()},
            ),
        )
    key_file = path.with_name(path.name + ".keys")
    if with_keys and given.embedded:
        keys.write(key_file, _keys())
    make_folder(given.data_dir)
    latest.note(given.data_dir, now, path)
    removed = _remove_old(target, keep) if is_folder and keep else []
    rows = sum(int(count) for count, _ in made.tables.values())
    if as_json:
        click.echo(
            json.dumps(
                {
                    "file": str(path),
                    "keys": str(key_file) if key_file.exists() else None,
                    "bytes": path.stat().st_size,
                    "tables": len(made.tables),
                    "rows": rows,
                    "files": len(made.members) - 1,
                    "removed": [str(each) for each in removed],
                },
                ensure_ascii=False,
            )
        )
        return
    click.echo(
        f"已備份到 {path}（{path.stat().st_size / 1024**2:.1f} MB：{len(made.tables)} 張資料表，{rows:,} 列，{len(made.members) - 1} 個檔案）"
    )
    if key_file.exists():
        click.echo(
            f"金鑰另存在 {key_file}，請移到別處保管：沒有它，加密的資料還原不了；外流了，備份就形同沒有加密。"
        )


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="金鑰檔；不給就找備份旁邊的 FILE.keys。",
)
@click.option("--check", "only_check", is_flag=True, help="只檢查備份檔是否完整，不還原。")
def restore(source: Path, key_file: Path | None, only_check: bool) -> None:
    """把備份 FILE 還原到空的系統：全部還原而且與原來相同，或一點也不動。"""
    with _plainly():
        manifest = archive.read_manifest(source)
        archive.check(source, manifest)
        if only_check:
            click.echo(f"備份完整：{manifest.made_at}，{len(manifest.members) - 1} 個檔案。")
            return
        _restore(source, manifest, key_file)


def _restore(source: Path, manifest: Manifest, key_file: Path | None) -> None:
    given = environment()
    if given.embedded:
        beside = source.with_name(source.name + ".keys")
        chosen = key_file or (beside if beside.exists() else None)
        brought = keys.read(chosen) if chosen else {}
    else:
        brought = _keys()
    lacking = keys.differing(brought, manifest.keys)
    if lacking:
        raise CannotRestore(
            f"金鑰與備份不符（{'、'.join(lacking)}），加密的資料會打不開，所以沒有還原。\n"
            + ("請用 --keys 指出備份時的金鑰檔。" if given.embedded else "請把備份時的金鑰放進環境變數。")
        )
    with database_in_use():
        url = _owner_without_django()
        if not database.is_empty(url):
            raise CannotRestore(
                "這個資料庫已經有資料表，沒有還原。請還原到空的系統，例如："
                f"SHIZHENG_DATA_DIR=新資料夾 shizheng restore {source}"
            )
        if given.embedded:
            kept = given.data_dir / "secrets.env"
            keys.write(
                kept,
                {
                    **(keys.read(kept) if kept.exists() else {}),
                    **{n: brought[n] for n in keys.KEYS if n in brought},
                },
            )
        environment.cache_clear()
        start_django()
        unknown = sorted(set(manifest.migrations) - _known_migrations())
        if unknown:
            raise CannotRestore(
                f"備份來自較新的版本：{unknown[0]} 等 {len(unknown)} 個資料表更新，這一版沒有。請先安裝做備份的那一版，或更新的。"
            )
        database.use_up_transactions(url, manifest.newest_transaction, _say)
        stored = {name: given.data_dir / name for name in archive.stored_members(manifest)}
        archive.extract(source, manifest, stored)
        with tempfile.TemporaryDirectory(dir=given.data_dir) as scratch:
            dump = Path(scratch) / archive.DUMP
            archive.extract(source, manifest, {archive.DUMP: dump})
            _say(f"還原 {len(manifest.tables)} 張資料表，並逐表比對 …")
            database.restore(url, dump, manifest.tables)
        bring_up_to_date(_say, always=True)
    _say(f"已還原 {manifest.made_at} 的備份，與原來逐表相同。啟動：shizheng up --no-demo")


@contextmanager
def _plainly() -> Iterator[None]:
    import psycopg

    try:
        with said_plainly():
            yield
    except (BadArchive, CannotRestore) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    except psycopg.Error as failure:
        raise click.ClickException(
            f"資料庫不肯：{str(failure).strip()}\n逐項檢查：shizheng doctor"
        ) from failure
    except OSError as failure:
        raise click.ClickException(f"{failure.filename or ''} {failure.strerror}") from failure


def _say(text: str) -> None:
    click.echo(f"  {text}", file=sys.stderr)


def _folder_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise click.ClickException(f"沒有這個資料夾：{path.parent}。請先建立。")
    return path.parent


def _owner() -> str:
    from django.db import connections

    return database.address(connections["owner"].settings_dict)


def _owner_without_django() -> str:
    """The owner's address before the application is loaded: its keys may be about to change."""
    from shizheng.config.embedded import OWNER
    from shizheng.config.runtime import embedded_server

    server = embedded_server()
    given = environment()
    return server.url(OWNER) if server else str(given.owner_database_url)


def _keys() -> dict[str, str]:
    given = environment()
    return {name: str(getattr(given, name.lower())) for name in keys.KEYS}


def _migrations() -> list[str]:
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connections["owner"]).applied_migrations()
    )


def _known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def _remove_old(folder: Path, keep: int) -> list[Path]:
    """The oldest backups of this folder beyond `keep`, by the time in their names; their key files go with them."""
    old = sorted(folder.glob("shizheng-????????-??????.backup"), reverse=True)[keep:]
    for path in old:
        path.unlink()
        path.with_name(path.name + ".keys").unlink(missing_ok=True)
    return old
