"""What travels from corpus to answer: frozen records, with ids derived from their content.

The order below is the order of the path: source, document, passage, hit, evidence, draft, answer.
Offsets are always character offsets into `Document.text`, end exclusive.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar

Language = Literal["zh-TW", "en"]
Confidence = Literal["high", "medium", "low"]
BlockKind = Literal["heading", "prose", "table", "claim"]
Status = Literal["answered", "partial", "abstained"]
Verdict = Literal["supported", "unsupported"]
Length = Literal["brief", "standard", "full"]
T = TypeVar("T")


def content_id(*parts: str) -> str:
    """Return a 16-digit hexadecimal id of `parts`: the same content gives the same id on every machine."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8"))
    return digest.hexdigest()[:16]


# ---------------------------------------------------------------- corpus


@dataclass(frozen=True, slots=True)
class Source:
    """A file found in the corpus folder.

    `path` is relative to the corpus folder, with forward slashes; `size` is in bytes, `mtime_ns` in nanoseconds.
    `ctime_ns` is when the system last changed anything about the file, which a copied or set-back `mtime_ns` hides.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a text comes from, as an analyst would cite it. `date` is YYYY, YYYY-MM or YYYY-MM-DD."""

    title: str
    url: str | None = None
    publisher: str | None = None
    date: str | None = None
    confidence: Confidence | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that belongs together. The blocks of a document tile its text, in order.

    `page` counts from 1 and is None where the format has no pages. `headings` are the titles above the block,
    outermost first. A claim carries its id and its references.
    """

    start: int
    end: int
    kind: BlockKind = "prose"
    page: int | None = None
    headings: tuple[str, ...] = ()
    claim: str | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of one source. `id` derives from the file's bytes, so a renamed file is the same document.

    `remarks` say what of the file had to be left out, and why.
    """

    id: str
    title: str
    language: Language
    text: str
    blocks: tuple[Block, ...]
    axis: str | None = None
    topics: tuple[str, ...] = ()
    reference: Reference | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that can be found and cited: `document.text[start:end] == text`."""

    id: str
    document_id: str
    start: int
    end: int
    text: str
    language: Language
    kind: BlockKind = "prose"
    page: int | None = None
    headings: tuple[str, ...] = ()
    axis: str | None = None
    topics: tuple[str, ...] = ()
    claim: str | None = None
    references: tuple[Reference, ...] = ()

    @property
    def reference(self) -> Reference | None:
        """The first reference: the one a citation shows."""
        return self.references[0] if self.references else None


# ---------------------------------------------------------------- retrieval


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with the place its document has in the corpus.

    `score` orders the hits of one search; it compares with nothing else.
    """

    passage: Passage
    path: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class PartFindings:
    """The hits for one part of a question, best first."""

    question: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found for a question.

    `strength` (0 to 1) says how far the evidence carries the question; `missing` names the question's
    terms that no passage of the corpus knows. `absent` are the words of the question that the best passages lack,
    in this and in other wordings: what was asked for may not be there.
    """

    question: str
    language: Language
    parts: tuple[PartFindings, ...]
    strength: float
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered passage of a prompt. `relevance` has one value (0 to 1) for each part of the question."""

    n: int
    hit: Hit
    relevance: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an engine writes from. `dropped` is evidence that did not fit into the engine's context window.

    `focus` has for each part the words that tell it from the others. `rows` are the things that the question
    compares, each with its other names; none where it compares nothing. `kind` is the kind of question
    (`retrieval/kinds.py`), `known` are the names in it that no letter tells, as `names.find` takes them.
    """

    question: str
    language: Language
    parts: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    messages: tuple[Message, ...]
    max_tokens: int
    dropped: tuple[Hit, ...] = ()
    focus: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    length: Length = "standard"
    kind: str = "general"
    known: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- answer


@dataclass(frozen=True, slots=True)
class Statement:
    """One checked statement of an answer. `citations` are numbers of `Answer.citations`; `support` is 0 to 1.

    `notes` are what all its sources say of it (`vendor`, `derived`, `estimate`, `sponsor: NAME`), `recognised` where
    text of a source was recognised in a picture, `since` for what came later than the rest, and `other-language`
    where it stands in a language the question was not asked in; then `terms: …` has the glossary's names for what
    it speaks of.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    support: float
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of a part that belong under one title."""

    title: str
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the question with the indexes of the statements that answer it.

    `groups`, where there are any, hold the same indexes in the same order, under the titles of the evidence.
    """

    question: str
    status: Status
    statements: tuple[int, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a comparison: what it is about, and for each column the indexes of the statements there."""

    label: str
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison, laid out from statements that also stand in `Answer.parts`; `parts` has each column's part."""

    columns: tuple[str, ...]
    parts: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer into the corpus: `start` and `end` are offsets of `quote` in the document's text."""

    n: int
    passage_id: str
    document: str
    title: str
    url: str | None
    date: str | None
    page: int | None
    start: int
    end: int
    quote: str
    publisher: str | None = None
    confidence: Confidence | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who wrote an answer: the engine's name, the model's, and for a model file its SHA-256.

    `host` is the server ("host:port") of a model elsewhere, whose file nobody here has seen.
    """

    name: str
    model: str | None = None
    sha256: str | None = None
    host: str | None = None

    @property
    def writer(self) -> str:
        """The model as a reader is told of it, with the server it is on; empty where no model wrote."""
        return f"{self.model} @ {self.host}" if self.host else self.model or ""


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """What an answer was written from."""

    fingerprint: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Egress:
    """What kept the program from the network, how often something tried to reach it, and which hosts it might reach."""

    enforcement: Literal["seccomp", "audit-hook"]
    attempts: int
    hosts: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Egress":
        """Return the record that `asdict` took apart."""
        return _build(cls, data)


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the question to the end of retrieval, to the first written token, and to the answer."""

    retrieve_s: float
    first_token_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A question answered, in part or not at all, with everything needed to defend it.

    `conclusion` has the indexes of the statements that open the answer; each part has its own. A comparison also has
    a `table`. `as_of` is the date of the newest source cited; `follow_ups` are questions that the corpus can answer.
    """

    question: str
    language: Language
    status: Status
    conclusion: tuple[int, ...]
    parts: tuple[Part, ...]
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    gaps: tuple[str, ...]
    engine: EngineInfo
    corpus: CorpusInfo
    egress: Egress
    timings: Timings
    id: str | None = None
    as_of: str | None = None
    follow_ups: tuple[str, ...] = ()
    table: Table | None = None
    length: Length = "standard"

    def to_json(self) -> dict[str, Any]:
        """Return the answer in the form that `ask --json` prints (DESIGN.md)."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        """Return the answer that `to_json` wrote. Raises KeyError or TypeError on another shape."""
        values = dict(data)
        values["statements"] = tuple(_build(Statement, s) for s in data["statements"])
        values["parts"] = tuple(
            _build(Part, {**p, "groups": tuple(_build(Group, g) for g in p.get("groups", ()))}) for p in data["parts"]
        )
        table = data.get("table")
        values["table"] = table and Table(
            tuple(table["columns"]), tuple(table["parts"]),
            tuple(Row(row["label"], tuple(tuple(cell) for cell in row["cells"])) for row in table["rows"]),
        )  # fmt: skip
        values["citations"] = tuple(_build(Citation, c) for c in data["citations"])
        values["engine"] = EngineInfo(**data["engine"])
        values["corpus"] = CorpusInfo(**data["corpus"])
        values["egress"] = Egress.from_json(data["egress"])
        values["timings"] = Timings(**data["timings"])
        return _build(cls, values)


def _build(cls: type[T], data: Mapping[str, Any]) -> T:
    """Make a record of `data`, lists as the tuples they were before JSON."""
    return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})
