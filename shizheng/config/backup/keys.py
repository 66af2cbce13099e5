"""The keys that encrypted data needs: kept in a file of their own beside the backup, known in it only by a fingerprint."""

import hashlib
import os
from pathlib import Path

KEYS = ("SECRET_KEY", "FIELD_KEY", "SIGNING_KEY")
NEEDED = ("FIELD_KEY", "SIGNING_KEY")
"""Without the first, personal data stay sealed; without the second, receipts cannot be checked. Sessions may end."""


def fingerprint(name: str, value: str) -> str:
    """Tells whether a key is the same, and nothing about it (the keys are random, 32 bytes)."""
    return hashlib.sha256(f"shizheng {name} {value}".encode()).hexdigest()[:16]


def read(path: Path) -> dict[str, str]:
    """`NAME=value` lines; other lines are passed over."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value.strip() for name, value in pairs.items()}


def write(path: Path, keys: dict[str, str]) -> None:
    """A file that its owner alone can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("# 這個安裝的金鑰。與備份檔分開保管，勿外流；遺失後，加密的資料無法還原。\n")
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def differing(keys: dict[str, str], fingerprints: dict[str, str]) -> list[str]:
    """The needed keys that are not those with which the backup was made."""
    return [name for name in NEEDED if fingerprint(name, keys.get(name, "")) != fingerprints.get(name)]
