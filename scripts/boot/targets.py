"""What can be run once the project is set up."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot import parts
from boot.errors import SetupError
from boot.venv import Venv

ROOT = Path(__file__).resolve().parent.parent.parent
NO_MODEL = """\
Without a model the extractive engine writes the answers. llama.cpp is compiled once a GGUF file lies in models/;
to have it before, for a box that will be off the network: python scripts/bootstrap.py setup"""
CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))


@dataclass(frozen=True)
class Target:
    """A target: the parts of the setup it needs, and the modules it runs, the last one with the user's arguments.

    The parts `for_models` are needed once there is a model for them.
    """

    help: str
    parts: tuple[str, ...]
    for_models: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()


TARGETS = {
    "answers": Target(
        "bring the index up to date and answer questions.md",
        ("base",),
        ("llm",),
        (("assistant", "refresh"), ("assistant", "batch")),
    ),
    "chat": Target(
        "bring the index up to date and serve the chat",
        ("base",),
        ("llm",),
        (("assistant", "refresh"), ("assistant", "ui")),
    ),
    "test": Target("run the tests", ("base", "llm", "dev", "neural"), (), (("pytest",),)),
    "bench": Target("run the benchmarks", ("base", "llm"), (), (("benchmarks",),)),
    "check": Target("check style and types", ("base", "dev"), (), CHECKS),
    "setup": Target("only set up; names of further parts may follow: dev neural", ("base", "llm")),
}


def main(arguments: Sequence[str]) -> int:
    """Set up what the target needs and run it; return the exit code."""
    asked = parse(arguments)
    target, rest, venv = TARGETS[asked.target], list(asked.arguments), Venv(ROOT)
    try:
        wanted = (*target.parts, *(target.for_models if has_model(venv.root) else ()))
        if asked.target == "setup":
            wanted, rest = (*wanted, *named_parts(rest)), []
        before = venv.recorded()
        parts.ensure(wanted, venv, retry=asked.target == "setup")
        if asked.target == "setup":
            print(f"The project is set up in {venv.folder}")
        elif venv.recorded() != before and not set(target.for_models) <= set(venv.recorded()):
            print(NO_MODEL)
        return run(target.commands, rest, venv)
    except SetupError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def has_model(root: Path) -> bool:
    """Return whether there is a model that llama.cpp could read."""
    return any(path.suffix.lower() == ".gguf" for path in (root / "models").glob("*"))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the target and the arguments that follow it; leaves with 2 for wrong usage, as argparse does."""
    lines = [f"  {name:8} {target.help}" for name, target in TARGETS.items()]
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set the project up in .venv, once, and run a target.",
        epilog="targets:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", choices=TARGETS, metavar="target", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="go to the target's last command")
    return parser.parse_args(arguments)


def named_parts(names: Sequence[str]) -> tuple[str, ...]:
    """Return the parts that `setup` was asked for. Raises SetupError for a name that is no part."""
    for name in names:
        if name not in parts.PARTS:
            raise SetupError(
                f"no part of the setup is called {name!r}", remedy=f"use {', '.join(parts.PARTS)}", exit_code=2
            )
    return tuple(names)


def run(commands: Sequence[tuple[str, ...]], rest: Sequence[str], venv: Venv) -> int:
    """Run the modules one after the other until one fails; return the last exit code."""
    for n, command in enumerate(commands):
        last = n == len(commands) - 1
        code = call([str(venv.python), "-m", *command, *(rest if last else ())], venv.root)
        if code:
            return code
    return 0


def call(command: Sequence[str], folder: Path) -> int:
    """Run `command` in `folder` and return its exit code, leaving it to end by itself on Ctrl-C."""
    with subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONUTF8": "1"}) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue
            return 130 if code < 0 else code
