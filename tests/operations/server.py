"""A PostgreSQL server of one's own: reached over TCP, its roles made by hand with the statements of docs/operations.md."""

import re
import secrets
import socket
from pathlib import Path

import psycopg

from shizheng.config.embedded import EmbeddedServer
from shizheng.config.environment import PROJECT

CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
jit = off
"""


def free_port() -> int:
    """A port on loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SeparateServer:
    """A cluster in `folder`, with the programs of the embedded one; it shares nothing else with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.passwords = {
            name: secrets.token_urlsafe(12) for name in ("postgres", "shizheng_owner", "shizheng_app")
        }
        folder.mkdir(mode=0o755)
        self._programs = EmbeddedServer(folder, {})  # knows where they are, and as whom root runs them

    def start(self) -> None:
        """Make the cluster and start it."""
        cluster = self.folder / "cluster"
        cluster.mkdir()
        password = self.folder / "password"
        password.write_text(self.passwords["postgres"])
        for path in (cluster, password):
            self._programs._give(path)
        self._programs._run(
            "initdb", "-D", str(cluster), "-U", "postgres", "--pwfile", str(password), "--encoding=UTF8", "--locale=C",
            "--auth=scram-sha-256",
        )  # fmt: skip
        with open(cluster / "postgresql.conf", "a", encoding="utf-8") as configuration:
            configuration.write(f"{CONFIGURATION}port = {self.port}\n")
        self._programs._run("pg_ctl", "start", "-D", "cluster", "-w", "-t", "60", "-l", "cluster/start.log")

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._programs._run("pg_ctl", "stop", "-D", "cluster", "-m", "immediate", "-w", check=False)

    def make_roles(self) -> None:
        """What the guide tells the superuser to do, with passwords in the places of the dots."""
        guide = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
        found = re.search(r"## A PostgreSQL server of your own.*?```sql\n(.*?)```", guide, re.S)
        assert found, "the guide has no statements any more"
        statements = found[1]
        for role in ("shizheng_owner", "shizheng_app"):
            statements = re.sub(
                rf"(ROLE {role}\b[^;]*PASSWORD ')…'", rf"\g<1>{self.passwords[role]}'", statements
            )
        assert "…" not in statements
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            for statement in filter(None, (each.strip() for each in statements.split(";"))):
                connection.execute(statement.encode())

    def url(self, role: str, database: str = "shizheng") -> str:
        """The address for a role, as it stands in the settings."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"
