from pathlib import Path

import pytest

from assistant.index.dictionary import Dictionary
from assistant.records import Language
from assistant.retrieval.retriever import Retriever
from tests.retrieval import golden_corpus


@pytest.fixture(scope="session")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    return Dictionary(tmp_path_factory.mktemp("dictionary"))


@pytest.fixture(scope="session")
def retrievers(tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary) -> dict[Language | None, Retriever]:
    """A retriever over all briefs of corpus/ (None), and one over those in each language."""
    folder: Path = tmp_path_factory.mktemp("golden")
    kinds: tuple[Language | None, ...] = (None, "zh-TW", "en")
    return {kind: golden_corpus.retriever(folder / str(kind), dictionary, kind) for kind in kinds}
