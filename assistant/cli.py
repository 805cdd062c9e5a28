"""The command line: parse, run one command, and turn what it raises into an exit code and a clear error."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from assistant import __version__, commands
from assistant.errors import AssistantError
from assistant.terminal import note

DONE, FAULT, INTERRUPTED = 0, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 a fault, 2 wrong usage, 3 not ready, 4 input refused."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese on a console of another encoding must not end in a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = parser().parse_args(argv)
    # What is asked and answered is the user's alone: no one else may read a file or enter a folder made here.
    os.umask(0o077)
    from assistant.offline.quiet import hush

    hush()
    try:
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except AssistantError as error:
        if args.debug:
            traceback.print_exc()
        note(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        note("\ninterrupted; what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more while it flushes at exit.
        sys.stdout = None
        return DONE
    except Exception as error:
        if args.debug:
            traceback.print_exc()
        note(
            f"error: {type(error).__name__}: {error}\n"
            "  this is a fault of the program\n"
            "  remedy: run again with --debug and report what it prints"
        )
        return FAULT


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    made = argparse.ArgumentParser(
        prog="assistant",
        description="Answers research questions about LLMs at the edge from your own corpus, with citations, offline.",
    )
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    registry = commands.Registry(made)
    for module in commands.modules():
        module.register(registry)
    return made
