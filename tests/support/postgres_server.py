"""A real PostgreSQL server for tests, which can be killed and started again over the same data."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.index.postgres import Postgres
from tests.support.model_server import free_port

PASSWORD = "a password of 密碼 ' and %40"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian puts them beside the path, by version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


class PostgresServer:
    """A cluster of its own on loopback, in a new folder. Its superuser is `admin`."""

    def __init__(self, folder: Path, bin_folder: Path, *, safe: bool) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self._bin = bin_folder
        self._safe = safe
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        # PostgreSQL refuses to run as root, and its folder has to be its user's.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            user, group = _someone()
            os.chown(folder, user, group)
            self._as = {"user": user, "group": group, "extra_groups": []}
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        command = [bin_folder / "initdb", "-D", self.data, "-U", "admin", "--auth=scram-sha-256", "--no-sync"]
        command += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **self._as)

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [self._bin / "postgres", "-D", self.data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        command += ["-c", "unix_socket_directories=", "-c", "max_connections=20"]
        command += ["-c", f"fsync={'on' if self._safe else 'off'}"]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "the server did not come up"
            if self._process is None or self._process.poll() is not None:
                # It ends where those that were killed still have its memory, which takes them a moment to leave.
                self._process = subprocess.Popen(command, cwd="/", start_new_session=True, **silent, **self._as)
            time.sleep(0.05)

    def _answers(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            self.admin("SELECT 1")
            return True
        return False

    @property
    def down(self) -> bool:
        return self._process is None

    def kill(self) -> None:
        """End it as a power cut would: the server and all that it has started."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self) -> threading.Thread:
        """Kill it now, and start it again in another thread."""
        self.kill()
        thread = threading.Thread(target=self.start)
        thread.start()
        return thread

    def admin(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Do something as the administrator; return the rows that it gives."""
        import psycopg

        with closing(psycopg.connect(
            host="127.0.0.1", port=self.port, user="admin", password=PASSWORD, dbname=database, autocommit=True,
            connect_timeout=5,
        )) as db:  # fmt: skip
            cursor = db.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self) -> str:
        """Make a database, owned by a user of the same name with `PASSWORD`; return its address."""
        name = f"journal_{next(self._numbers)}_{secrets.token_hex(4)}"
        quoted = PASSWORD.replace("'", "''")
        self.admin(f"CREATE USER {name} PASSWORD '{quoted}'")
        self.admin(f"CREATE DATABASE {name} OWNER {name}")
        return f"postgresql://{name}@127.0.0.1:{self.port}/{name}"

    def connection(self, address: str) -> Postgres:
        return Postgres(address, PASSWORD)


def _someone() -> tuple[int, int]:
    """Return user and group of PostgreSQL where it has one, else of nobody."""
    import pwd

    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


@contextmanager
def postgres_server(*, safe: bool = False) -> Iterator[PostgresServer]:
    """Run a server; without `safe` it doesn't wait for the disk, whose power no test cuts.

    Skips the test where PostgreSQL or its client isn't installed.
    """
    pytest.importorskip("psycopg", reason="psycopg is not installed (requirements-postgres.lock)")
    found = programs() if os.name == "posix" else None
    if found is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt install postgresql")
    # Not below pytest's own folder, which no other user can enter.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = PostgresServer(Path(folder), found, safe=safe)
        server.start()
        try:
            yield server
        finally:
            server.kill()
