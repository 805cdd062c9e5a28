"""The setup, with real environments that have no pip, real processes and no network."""

import ast
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from venv import create as create_venv

import pytest

import bootstrap as entry
from boot import compiler, parts, targets, venv
from boot.errors import SetupError
from boot.parts import NO_COMPILER, PARTS, stands
from boot.progress import Progress
from boot.targets import TARGETS
from boot.venv import UNPACKING, Venv, interpreter

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-llm.lock", "requirements-build.lock", "requirements-dev.lock")
POSIX = pytest.mark.skipif(os.name == "nt", reason="uses a shell and signals")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the scripts and the locks, in a folder whose name pip and CMake have to survive."""
    root = tmp_path / "my checkout 測試"
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*LOCKS, "requirements-neural.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def made(checkout: Path) -> Venv:
    """The checkout's environment, made and recorded, with nothing in it."""
    environment = Venv(checkout)
    create_venv(environment.folder, with_pip=False)
    environment.record("python", interpreter(checkout))
    return environment


def bootstrap(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "scripts/bootstrap.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **variables},
        timeout=120,
    )


def set_up(environment: Venv, *names: str) -> None:
    for name in names:
        environment.record(name, PARTS[name].made_from(environment.root))


def fake_pip(environment: Venv, code: str) -> None:
    """Put a module called pip into the environment that does what `code` says."""
    packages = next(environment.folder.glob("lib/python*/site-packages"), environment.folder / "Lib/site-packages")
    (packages / "pip.py").write_text(code, encoding="utf-8")


# Which Python, which arguments


def test_the_entry_reads_on_old_pythons_so_that_they_can_be_told() -> None:
    source = (ROOT / "scripts/bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    assert entry.main() == 3
    said = capsys.readouterr().err
    assert "Python 3.11 or newer is needed" in said
    assert sys.executable in said
    assert "remedy:" in said


@pytest.mark.parametrize("arguments", [(), ("answer",), ("--fast",)])
def test_a_wrong_target_is_wrong_usage_and_makes_nothing(checkout: Path, arguments: tuple[str, ...]) -> None:
    done = bootstrap(checkout, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_help_names_every_target(checkout: Path) -> None:
    said = bootstrap(checkout, "--help").stdout
    for target in ("answers", "chat", "test", "bench", "check", "setup"):
        assert f"\n  {target} " in said


def test_an_unknown_part_is_named_before_anything_is_made(checkout: Path) -> None:
    done = bootstrap(checkout, "setup", "nueral")
    assert done.returncode == 2
    assert "'nueral'" in done.stderr
    assert not (checkout / ".venv").exists()


def test_the_makefile_has_the_targets_of_the_bootstrap() -> None:
    rule = next(
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line[:1].isalpha() and ":" in line and "=" not in line
    )
    assert set(rule.rstrip(":").split()) == set(TARGETS)


# The record


def test_a_second_run_makes_nothing(made: Venv) -> None:
    set_up(made, "base", "llm")
    fake_pip(made, "raise SystemExit('pip was called')")
    before = made.stamp.read_bytes()
    done = bootstrap(made.root, "setup", CMAKE_ARGS="")
    assert done.returncode == 0, done.stderr
    assert "pip was called" not in done.stderr
    assert made.stamp.read_bytes() == before


@pytest.mark.parametrize("target", ["answers", "chat"])
def test_llama_cpp_is_compiled_once_there_is_a_model(made: Venv, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(targets, "ROOT", made.root)
    monkeypatch.setattr(parts, "ensure", lambda names, *_, **__: asked.append(names))
    monkeypatch.setattr(targets, "call", lambda *_: 0)
    (made.root / "models").mkdir(exist_ok=True)
    assert targets.main([target]) == 0
    (made.root / "models" / "small.GGUF").touch()
    assert targets.main([target]) == 0
    assert asked == [("base",), ("base", "llm")]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_is_installed_again(made: Venv, name: str) -> None:
    set_up(made, "base")
    assert stands(PARTS["base"], made, retry=False)
    with (made.root / name).open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    assert not stands(PARTS["base"], made, retry=False)


def test_a_missing_lock_is_named(made: Venv) -> None:
    (made.root / "requirements.lock").unlink()
    done = bootstrap(made.root, "setup")
    assert done.returncode == 3
    assert "requirements.lock" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", "\0"])
def test_a_broken_record_counts_as_none(made: Venv, content: str) -> None:
    made.stamp.write_text(content, encoding="utf-8")
    assert made.recorded() == {}


# The environment


@pytest.mark.parametrize("state", ["empty folder", "a file", "another Python", "moved", "unpacking", "no interpreter"])
def test_a_half_made_environment_is_made_anew(checkout: Path, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # ensurepip takes seconds, and what is tested is when the environment is made, not pip.
    monkeypatch.setattr(venv, "MAKE", ("-m", "venv", "--without-pip"))
    environment = Venv(checkout)
    if state == "a file":
        environment.folder.write_text("", encoding="utf-8")
    else:
        environment.folder.mkdir()
        (environment.folder / "leftover").write_text("", encoding="utf-8")
    if state in ("another Python", "moved", "unpacking"):
        create_venv(environment.folder, with_pip=False)
    recorded = {
        "another Python": "3.9.1 in /usr for " + str(checkout),
        "moved": interpreter(checkout.parent),
        "unpacking": interpreter(checkout),
        "no interpreter": interpreter(checkout),
    }
    if state in recorded:
        environment.record("python", recorded[state])
    if state == "unpacking":
        environment.record(UNPACKING, "Packages")
    environment.ensure()
    assert environment.python.exists()
    assert environment.recorded() == {"python": interpreter(checkout)}
    assert not (environment.folder / "leftover").exists()


def test_a_whole_environment_is_left_alone(made: Venv) -> None:
    kept = made.folder / "kept"
    kept.write_text("", encoding="utf-8")
    made.ensure()
    assert kept.exists()


@POSIX
def test_a_folder_that_cannot_be_written_is_a_clear_error(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A path through a file fails for root as well, whom permissions don't stop.
    (checkout / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError) as raised:
        Venv(checkout / "file").ensure()
    assert "remedy" in str(raised.value)


# pip


def test_a_failing_pip_is_told_by_its_own_error(made: Venv) -> None:
    fake_pip(
        made,
        "print('Collecting chromadb==1')\n"
        "print('ERROR: No matching distribution found for chromadb==1')\n"
        "raise SystemExit(1)",
    )
    done = bootstrap(made.root, "setup")
    assert done.returncode == 3
    assert "No matching distribution found for chromadb==1" in done.stderr
    assert str(made.log) in done.stderr
    assert "Traceback" not in done.stderr
    assert "base" not in made.recorded()
    assert "Collecting chromadb" in made.log.read_text(encoding="utf-8")


def test_pip_is_asked_for_hashed_wheels_only(made: Venv) -> None:
    fake_pip(made, "import sys; print('ARGUMENTS', sys.argv[1:])")
    made.install("Packages", made.root / "requirements.lock")
    said = made.log.read_text(encoding="utf-8")
    for option in ("--require-hashes", "--no-deps", "--only-binary"):
        assert option in said


def test_killed_while_unpacking_the_environment_is_not_trusted(made: Venv) -> None:
    fake_pip(made, "import os; print('Installing collected packages: a, b', flush=True); os._exit(137)")
    with pytest.raises(SetupError):
        made.pip("Packages", [])
    assert UNPACKING in made.recorded()
    fake_pip(made, "print('Installing collected packages: a, b')")
    made.pip("Packages", [])
    assert UNPACKING not in made.recorded()


@POSIX
def test_ctrl_c_leaves_a_state_to_go_on_from(made: Venv) -> None:
    fake_pip(made, "import time; print('Collecting a', flush=True); time.sleep(600)")
    process = subprocess.Popen(
        [sys.executable, str(made.root / "scripts/bootstrap.py"), "setup"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: made.log.exists() and "Collecting a" in made.log.read_text(encoding="utf-8"), process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=150)
    assert process.returncode == 130
    assert "Stopped. The same command goes on from here." in said
    assert "Traceback" not in said.replace("KeyboardInterrupt", "")
    assert set(made.recorded()) == {"python"}


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for the process to come to a state; fail where it ended or a minute has gone by."""
    for _ in range(600):
        if condition():
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.1)
    raise AssertionError("the process did not come to it within a minute")


# The compiler


@POSIX
def test_without_a_compiler_one_clear_line_and_the_rest_goes_on(made: Venv, tmp_path: Path) -> None:
    set_up(made, "base")
    empty = tmp_path / "no tools here"
    empty.mkdir()
    done = bootstrap(made.root, "setup", PATH=str(empty), CXX="")
    assert done.returncode == 0, done.stderr
    assert "No C++ compiler here" in done.stderr
    assert "extractive engine" in done.stderr
    assert made.recorded()["llm"] == NO_COMPILER


@POSIX
def test_a_compiler_that_came_later_is_used(made: Venv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.record("llm", NO_COMPILER)
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.delenv("CXX", raising=False)
    assert stands(PARTS["llm"], made, retry=False)
    (tools / "c++").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (tools / "c++").chmod(0o755)
    assert not stands(PARTS["llm"], made, retry=False)


@POSIX
def test_a_compiler_that_cannot_link_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "c++"
    broken.write_text("#!/bin/sh\necho 'iostream: no such file' >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert compiler.find() is None


def test_a_build_that_failed_is_said_and_tried_again_only_when_asked(
    made: Venv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compiler, "find", lambda: "c++")
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    fake_pip(made, "print('ERROR: Failed building wheel for llama-cpp-python'); raise SystemExit(1)")
    parts.ensure(("llm",), made)
    assert "Failed building wheel for llama-cpp-python" in capsys.readouterr().err
    fake_pip(made, "raise SystemExit('pip was called again')")
    parts.ensure(("llm",), made)
    said = capsys.readouterr().err
    assert "to try again: bootstrap.py setup llm" in said
    assert "called again" not in said
    assert not parts.stands(parts.PARTS["llm"], made, retry=True)


def test_llama_cpp_is_built_with_only_what_is_used(made: Venv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    fake_pip(made, "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))")
    parts.build_llama(made)
    arguments, environ = json.loads(made.log.read_text(encoding="utf-8").splitlines()[-1])
    for option in (*parts.LLAMA_OPTIONS, "-DGGML_CUDA=ON", "llama_cpp.cmake"):
        assert option in environ["CMAKE_ARGS"]
    assert {"--require-hashes", "--no-build-isolation", "--no-cache-dir"} <= set(arguments)


def test_a_build_for_a_gpu_stays_when_the_variable_is_gone(made: Venv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    set_up(made, "llm")
    assert stands(PARTS["llm"], made, retry=False)
    monkeypatch.delenv("CMAKE_ARGS")
    assert stands(PARTS["llm"], made, retry=False)
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_VULKAN=ON")
    assert not stands(PARTS["llm"], made, retry=False)


# The display


def test_progress_shows_the_packages_and_the_steps_of_a_compile() -> None:
    shown = io.StringIO()
    with Progress("Packages", 2, stream=shown) as progress:
        progress.feed("Collecting chromadb==1.5.9 (from -r requirements.lock (line 1))")
        progress.feed("Processing /somewhere/numpy-2.4.6-cp311-cp311-linux_x86_64.whl")
        progress.feed("Installing collected packages: numpy, chromadb")
    with Progress("llama.cpp", stream=shown) as progress:
        progress.feed("[42/83] c++ -o ggml.o ggml.cpp")
        progress.feed("[ 75%] Building CXX object ggml.o")
    lines = shown.getvalue().splitlines()
    assert lines[1:4] == ["Packages:  50%  chromadb", "Packages: 100%  numpy", "Packages: unpacking"]
    assert "llama.cpp:  51%" in lines
    assert "llama.cpp:  75%" in lines


def test_a_target_stops_at_the_first_command_that_fails(made: Venv) -> None:
    packages = next(made.folder.glob("lib/python*/site-packages"), made.folder / "Lib/site-packages")
    for name, code in (("first", 0), ("second", 4), ("third", 0)):
        source = f"import sys; open('ran', 'a').write(' '.join(['{name}', *sys.argv[1:]]) + ';'); sys.exit({code})"
        (packages / f"{name}.py").write_text(source, encoding="utf-8")
    ran = made.root / "ran"
    assert targets.run((("first",), ("second",), ("third",)), ["--flag"], made) == 4
    assert ran.read_text(encoding="utf-8") == "first;second;"
    ran.unlink()
    assert targets.run((("first",), ("third",)), ["--flag"], made) == 0
    assert ran.read_text(encoding="utf-8") == "first;third --flag;"
