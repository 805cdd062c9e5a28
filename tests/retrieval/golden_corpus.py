"""The claims of corpus/, indexed for the golden set of retrieval: all together, and each language by itself."""

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus import framework, glossary, reading, sources, splitting
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal, Place
from assistant.records import Language
from assistant.retrieval.retriever import Retriever

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
GOLDEN = ROOT / "tests" / "golden" / "retrieval.jsonl"


@dataclass(frozen=True)
class Question:
    """A question, the language of the documents that it is asked of, and the claims that answer it."""

    id: str
    question: str
    language: Language
    evidence: Language
    claims: tuple[str, ...]

    @property
    def across(self) -> bool:
        return self.language != self.evidence


def questions() -> list[Question]:
    rows = (json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    return [Question(**{**row, "claims": tuple(row["claims"])}) for row in rows]


def retriever(folder: Path, dictionary: Dictionary, language: Language | None = None) -> Retriever:
    """Return a retriever over the briefs of corpus/, or over those in one language."""
    filed = framework.load(CORPUS / "framework.toml")
    journal = Journal(folder, writable=True)
    with journal.transaction():
        for source in sources.find(CORPUS)[0]:
            if not source.path.startswith("briefs/"):
                continue
            digest = sources.digest(CORPUS / source.path)
            document = reading.read(CORPUS / source.path, source.path, digest, filed)
            if language in (None, document.language):
                journal.add(document, splitting.split(document, 220))
                journal.put(Place(source.path, source.size, source.mtime_ns, digest, document.id))
    terms = glossary.load(CORPUS / "glossary.toml")
    return Retriever(journal, None, HashEmbedder(), terms, filed, dictionary)
