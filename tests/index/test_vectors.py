"""The vectors in a folder, and on a real Chroma server."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.index.chroma import Server
from assistant.index.vectors import Vectors
from tests.contracts.vectors_contract import Open, VectorsContract, unit
from tests.support.chroma_server import ChromaServer, chroma_server

INDEXES = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as running:
        yield running


class TestInAFolder(VectorsContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Open:
        return lambda embedder: Vectors(tmp_path, embedder)


class TestOnAServer(VectorsContract):
    @pytest.fixture
    def opened(self, server: ChromaServer) -> Open:
        index = f"index{next(INDEXES)}"
        return lambda embedder: Vectors(Server(server.address, index), embedder)


def test_indexes_that_share_a_server_leave_each_other_alone(server: ChromaServer) -> None:
    mine, theirs = (Vectors(Server(server.address, name), "one") for name in ("mine", "theirs"))
    mine.add(["a"], unit(1))
    theirs.add(["b"], unit(1))
    mine.drop_others()
    mine.drop()
    assert theirs.ids() == {"b"}
