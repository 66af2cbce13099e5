"""The backup's file: a tar with the database's dump, the stored files and a manifest that says what has to come out.

A backup appears under its name only when it is whole; every member is checked against the manifest before use.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

FORMAT = 1
DUMP, MANIFEST = "database.dump", "manifest.json"
STORES = ("files", "publications", "routing")
"""Folders of the data folder whose files are named by their content: added, never changed."""
CHUNK = 1024 * 1024


class BadArchive(Exception):
    """The file is no backup, or not whole; the message is for people."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup holds. `tables`: name → [rows, digest]; `members`: path → [bytes, SHA-256]."""

    product: str
    made_at: str
    newest_transaction: int
    migrations: list[str]
    tables: dict[str, list[str]]
    keys: dict[str, str]
    members: dict[str, list[str]] = field(default_factory=dict)
    format: int = FORMAT


def write(path: Path, dump: Path, data_dir: Path, manifest: Manifest) -> Manifest:
    """Write the archive beside `path` and rename it; returns the manifest with its members.

    The dump was taken before: whatever it refers to lies in the stores already, since these only grow.
    """
    members: dict[str, list[str]] = {}
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name, source in ((DUMP, dump), *_stored(data_dir)):
                    size, digest = source.stat().st_size, digest_of(source)
                    tar.add(source, arcname=name, recursive=False, filter=_anonymous)
                    members[name] = [str(size), digest]
                whole = Manifest(**{**asdict(manifest), "members": members})
                text = json.dumps(asdict(whole), ensure_ascii=False, indent=1).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size, info.mode = len(text), 0o600
                tar.addfile(info, io.BytesIO(text))
            raw.flush()
            os.fsync(raw.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return whole


def read_manifest(path: Path) -> Manifest:
    """The manifest. Raises `BadArchive` for anything that is not a whole backup of a format that we know."""
    try:
        with tarfile.open(path, "r:") as tar:
            member = tar.extractfile(MANIFEST)
            if member is None:
                raise KeyError(MANIFEST)
            content = json.load(member)
    except FileNotFoundError as failure:
        raise BadArchive(f"沒有這個檔案：{path}") from failure
    except (OSError, tarfile.TarError, KeyError, ValueError) as failure:
        raise BadArchive(f"{path} 不是完整的備份檔（讀不到裡面的清單）。請換一份，或重新備份。") from failure
    if content.get("format") != FORMAT:
        raise BadArchive(
            f"{path} 的格式是 {content.get('format')}，這個版本只讀格式 {FORMAT}。請用做備份的那一版還原。"
        )
    return Manifest(**content)


def check(path: Path, manifest: Manifest) -> None:
    """Read every member through and compare; raises `BadArchive` naming the first that differs."""
    with tarfile.open(path, "r:") as tar:
        for name, (size, digest) in manifest.members.items():
            try:
                member = tar.extractfile(name)
            except KeyError:
                member = None
            if member is None or _digest(member) != digest:
                raise BadArchive(
                    f"{path} 裡的 {name} 與清單不符（應為 {size} 位元組）：檔案壞了。請換一份備份。"
                )


def extract(path: Path, manifest: Manifest, targets: Mapping[str, Path]) -> None:
    """Put each named member at its target, whole or not at all, compared with the manifest; one pass over the tar."""
    with tarfile.open(path, "r:") as tar:
        for info in tar:
            if info.name in targets:
                member = tar.extractfile(info)
                assert member is not None
                _place(member, targets[info.name], manifest.members[info.name][1], f"{path} 裡的 {info.name}")


def _place(member: IO[bytes], target: Path, expected: str, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        digest = hashlib.sha256()
        with open(fresh, "wb") as out:
            for chunk in iter(lambda: member.read(CHUNK), b""):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != expected:
            raise BadArchive(f"{name} 與清單不符：檔案壞了。請換一份備份。")
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def stored_members(manifest: Manifest) -> Iterator[str]:
    """The members that go into the stores; a path that leads elsewhere is refused."""
    for name in manifest.members:
        if name == DUMP:
            continue
        parts = Path(name).parts
        if parts[0] not in STORES or ".." in parts or Path(name).is_absolute():
            raise BadArchive(f"清單裡有不該有的路徑：{name}")
        yield name


def digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest()


def _stored(data_dir: Path) -> Iterator[tuple[str, Path]]:
    for store in STORES:
        for path in sorted((data_dir / store).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield str(path.relative_to(data_dir)), path


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def compared(a: Mapping[str, list[str]], b: Mapping[str, list[str]]) -> list[str]:
    """Names whose rows or digests differ, or that only one side has."""
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))
