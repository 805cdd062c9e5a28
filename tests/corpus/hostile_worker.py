"""A worker whose reader of text files does the harm that the file's first word names."""

import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable

from assistant.corpus import reading
from assistant.corpus.isolation import worker
from assistant.corpus.readers import plain
from assistant.corpus.readers.content import Content
from assistant.records import Block


def spin() -> None:
    while True:
        pass


def fill() -> None:
    held = []
    while True:
        held.append(bytearray(16 << 20))


def nest() -> None:
    nest()


def reach_out() -> None:
    for _ in range(3):
        with contextlib.suppress(OSError):
            socket.create_connection(("192.0.2.1", 80), timeout=1)


def talk() -> None:
    sys.stdout.write("noise" * 1000)
    sys.stdout.flush()
    os.write(1, b"more noise")
    sys.stderr.write("and more")


def write() -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(b"x")


def stumble() -> None:
    "".pages  # type: ignore[attr-defined]  # noqa: B018


HARM: dict[str, Callable[[], object]] = {
    "abort": os.abort,
    "exit": lambda: os._exit(3),
    "spin": spin,
    "sleep": lambda: time.sleep(600),
    "fill": fill,
    "nest": nest,
    "network": reach_out,
    "talk": talk,
    "write": write,
    "stumble": stumble,
}


def read(data: bytes, path: str) -> Content:
    word = data.decode("utf-8").split()[0]
    if word == "flood":
        text = " " * (5 << 18) + "x"
        return Content(text, (Block(0, len(text), "claim"),))
    HARM.get(word, lambda: None)()
    return plain.read(data, path)


if __name__ == "__main__":
    reading.READERS[".txt"] = (read, 1 << 20)
    worker.main()
