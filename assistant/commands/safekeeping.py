"""`password`: who may come in."""

import argparse
import getpass
import sys

from assistant.commands import DONE, Registry
from assistant.terminal import note, say


def register(registry: Registry) -> None:
    """Add the commands."""
    registry.add("password", password, "make the line of the settings that asks visitors of the page for a password")


def password(args: argparse.Namespace) -> int:
    """Print the setting for a password that is typed, or that comes as a line on standard input."""
    from assistant.errors import UsageError
    from assistant.offline import passwords

    if sys.stdin.isatty():
        given = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != given:
            raise UsageError("the two are not the same", remedy="try once more")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    say(f'password = "{passwords.hashed(given)}"')
    note("put this line into assistant.toml; the password itself is kept nowhere")
    return DONE
