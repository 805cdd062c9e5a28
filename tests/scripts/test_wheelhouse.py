"""A wheelhouse of two tiny wheels: installed where there is no network, and refused once a byte of it is another."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import wheelhouse
from tests.support import kernel

ISOLATED = () if kernel.no_network_namespace() else kernel.ISOLATED


def wheel(folder: Path, name: str) -> Path:
    """Write a wheel with one module and a program that prints its name."""
    about = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": f"def main():\n    print({name!r})\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name}-says = {name}:main\n",
    }
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in files.items():
            packed.writestr(file, text)
        packed.writestr(f"{about}/RECORD", "".join(f"{file},,\n" for file in (*files, f"{about}/RECORD")))
    return path


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "wheel house"
    (folder / "wheels").mkdir(parents=True)
    locked = wheel(folder / "wheels", "locked")
    wheel(folder / "wheels", "ours")
    digest = hashlib.sha256(locked.read_bytes()).hexdigest()
    (folder / wheelhouse.LOCK).write_text(f"locked==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    shutil.copy(wheelhouse.INSTALLER, folder)
    assert wheelhouse.seal(folder) == 4
    return folder


def install(house: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [*ISOLATED, sys.executable, str(house / "install.py"), str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_it_installs_without_a_network(house: Path, tmp_path: Path) -> None:
    done = install(house, tmp_path / "box")
    assert done.returncode == 0, done.stderr
    for name in ("locked", "ours"):
        program = tmp_path / "box" / ("Scripts" if os.name == "nt" else "bin") / f"{name}-says"
        assert subprocess.run([program], capture_output=True, text=True, check=True).stdout.strip() == name


@pytest.mark.parametrize(
    "name", ["wheels/locked-1.0-py3-none-any.whl", "wheels/ours-1.0-py3-none-any.whl", "requirements.lock"]
)
def test_a_changed_file_is_named_and_nothing_installed(house: Path, tmp_path: Path, name: str) -> None:
    with (house / name).open("ab") as file:
        file.write(b"\n")
    done = install(house, tmp_path / "box")
    assert (done.returncode, (tmp_path / "box").exists()) == (4, False)
    assert name in done.stderr


def test_a_file_that_was_slipped_in_or_is_missing_is_named(house: Path, tmp_path: Path) -> None:
    wheel(house / "wheels", "guest")
    (house / "wheels/locked-1.0-py3-none-any.whl").unlink()
    done = install(house, tmp_path / "box")
    assert done.returncode == 4
    assert "guest" in done.stderr
    assert "locked" in done.stderr


def test_a_wheel_of_the_lock_must_be_the_locked_one_though_the_sums_agree(house: Path, tmp_path: Path) -> None:
    path = house / "wheels/locked-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes() + b"\n")
    wheelhouse.seal(house)
    assert install(house, tmp_path / "box").returncode not in (0, 4)
