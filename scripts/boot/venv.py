"""The virtual environment in `.venv`, and the record of what stands in it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.errors import SetupError
from boot.progress import Progress, run

OFFLINE_REMEDY = "this step needs the network once; run the same command again to go on where it stopped"
MAKE = ("-m", "venv")
UNPACKING = "unpacking"
"""The entry of the record that stands there while pip unpacks."""


@dataclass(frozen=True)
class Venv:
    """The environment of one checkout."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the environment is."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def log(self) -> Path:
        """What the steps of the setup printed."""
        return self.folder / "setup.log"

    @property
    def stamp(self) -> Path:
        """The record of what stands: for each part, the fingerprint of what it was made from."""
        return self.folder / "setup.json"

    def recorded(self) -> dict[str, str]:
        """Return the record; empty where there is none or it can't be read."""
        try:
            record = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def record(self, part: str, fingerprint: str) -> None:
        """Note that `part` stands. The record is replaced whole, so that a kill leaves the old one or the new one."""
        self._write(self.recorded() | {part: fingerprint})

    def _write(self, record: dict[str, str]) -> None:
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.stamp)

    def ensure(self) -> None:
        """Make the environment, or make it anew where it is half-made, moved or of another Python.

        One in which packages were being unpacked when the setup was killed is half-made: pip takes a package
        that stands in part for a whole one.

        Raises SetupError where that can't be done.
        """
        wanted, record = interpreter(self.root), self.recorded()
        if record.get("python") == wanted and UNPACKING not in record and self.python.exists():
            return
        if Path(sys.prefix).resolve() == self.folder.resolve():
            raise SetupError(
                "the environment has to be made anew, and this Python is the one inside it",
                where=str(self.folder),
                remedy="leave it (deactivate), then run this with the system's Python",
            )
        try:
            with Progress(f"Making .venv with Python {sys.version.split()[0]}"):
                self._make(wanted)
        except OSError as error:
            raise SetupError(
                f"the environment can't be made: {error.strerror}",
                where=str(error.filename or self.folder),
                remedy="check that you may write to this folder and that the disk has 3 GB free",
            ) from error

    def _make(self, wanted: str) -> None:
        if self.folder.is_dir() and not self.folder.is_symlink():
            shutil.rmtree(self.folder)
        else:
            self.folder.unlink(missing_ok=True)
        made = subprocess.run(
            [sys.executable, *MAKE, str(self.folder)], capture_output=True, text=True, errors="replace"
        )
        if made.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise SetupError(
                f"Python could not make a virtual environment: {last_line(made.stdout + made.stderr)}",
                where=sys.executable,
                remedy="on Debian and Ubuntu: apt install python3-venv; elsewhere reinstall Python with venv and pip",
            )
        self.record("python", wanted)

    def install(self, title: str, lock: Path, *options: str) -> None:
        """Install every package of `lock`, its hash checked. Raises SetupError where pip fails."""
        arguments = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock), *options]
        self.pip(title, arguments, total=len(packages(lock)))

    def pip(
        self,
        title: str,
        arguments: Sequence[str],
        *,
        total: int = 0,
        environ: dict[str, str] | None = None,
        remedy: str = OFFLINE_REMEDY,
    ) -> None:
        """Run `pip install` with `arguments`, showing progress. Raises SetupError where it fails."""
        command = [str(self.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *arguments]
        with Progress(title, total) as progress:
            run(
                command,
                progress,
                log=self.log,
                environ={**os.environ, **(environ or {})},
                remedy=remedy,
                unpacking=lambda: self.record(UNPACKING, title),
            )
        self._write({name: value for name, value in self.recorded().items() if name != UNPACKING})


def interpreter(root: Path) -> str:
    """Return what an environment is bound to: the Python it was made with, and where it stands."""
    return f"{sys.version} in {sys.base_prefix} for {root}"


def fingerprint(*parts: Path | str) -> str:
    """Return the SHA-256 hex of the texts and of the files' bytes. Raises SetupError for a missing file."""
    digest = hashlib.sha256()
    for part in parts:
        try:
            content = part.read_bytes() if isinstance(part, Path) else part.encode()
        except OSError as error:
            raise SetupError(
                f"a file of the project can't be read: {error.strerror}",
                where=str(part),
                remedy="restore it, for example with git checkout",
            ) from error
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def packages(lock: Path) -> list[str]:
    """Return the pinned packages of a lock, as name==version."""
    return re.findall(r"^([A-Za-z0-9._-]+==[^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)


def last_line(text: str) -> str:
    """Return the last line of `text` that isn't empty."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
