import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import FaultError, NotReadyError
from assistant.index.journal import FILE, Journal
from tests.contracts.journal_contract import JournalContract, Open, document, put


class TestInAFile(JournalContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Iterator[Open]:
        made: list[Journal] = []

        def open_one(name: str = "one", *, writable: bool = False) -> Journal:
            made.append(Journal(tmp_path / name, writable=writable))
            return made[-1]

        yield open_one
        for journal in made:
            journal.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(FaultError, match=FILE):
        Journal(tmp_path)


def test_an_index_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path, writable=True).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'version'")
    with pytest.raises(NotReadyError, match="version 999"):
        Journal(tmp_path, writable=True)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_an_index_on_a_read_only_disk_still_answers(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    journal = Journal(folder, writable=True)
    put(journal, *document())
    journal.close()
    (folder / FILE).chmod(0o444)
    folder.chmod(0o555)
    try:
        assert Journal(folder).info().passages == 2
    finally:
        folder.chmod(0o755)
