"""What requests and replies look like. The forms under /v1 are OpenAI's, as far as they mean anything here.

Sampling parameters are taken and ignored: how a model writes is the server's settings' matter. What would change the
meaning of a reply (tools, several choices, another format) is refused.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.library import MOST_HITS
from assistant.records import BlockKind, Citation, CorpusInfo, Egress, EngineInfo, Language, Length, Status
from assistant.retrieval.filters import Only

MODEL = "assistant"
"""The one model of the chat: the answering of this workspace."""

LONGEST = 8000
"""Characters of the longest question; an answer's cost grows with it."""

MOST_TEXTS = 256
"""Texts embedded at once."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
Date = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Narrowed(BaseModel):
    """What evidence is taken: of an axis or a topic of the framework, dated this day or later, of one document."""

    axis: str | None = Field(None, max_length=60)
    since: Date | None = None
    topic: str | None = Field(None, max_length=60)
    document: str | None = Field(None, max_length=1000)

    @property
    def only(self) -> Only:
        """The same for the library."""
        return Only(axis=self.axis, since=self.since, topic=self.topic, document=self.document)


class AnswersRequest(Narrowed):
    """A question for /answers."""

    question: Text
    length: Length | None = None


class SearchRequest(Narrowed):
    """A query for /search."""

    query: Text
    limit: int = Field(10, ge=1, le=MOST_HITS)


class RelatedRequest(BaseModel):
    """A passage for /related, as citations and searches name it."""

    model_config = ConfigDict(extra="forbid")

    passage_id: str = Field(min_length=1, max_length=80)
    limit: int = Field(5, ge=1, le=MOST_HITS)


class Found(BaseModel):
    """A passage: `text` is `document`'s from `start` to `end`. `score` orders the passages of one search."""

    passage_id: str
    document: str
    title: str
    text: str
    start: int
    end: int
    score: float
    language: Language
    kind: BlockKind
    page: int | None
    headings: list[str]
    axis: str | None
    topics: list[str]
    claim: str | None
    url: str | None
    date: str | None
    publisher: str | None


class SearchReply(BaseModel):
    """Passages, best first."""

    passages: list[Found]


class Part(BaseModel):
    """A part of a message's content; only text is taken."""

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """`include_usage` adds a last piece with the usage."""

    include_usage: bool | None = None


class ChatRequest(Narrowed):
    """A conversation, whose last message of the user is the question.

    `axis`, `since`, `topic`, `document`, `length` and `draft` are this API's own: `draft` also streams what the engine
    writes, before it is checked, as `reasoning_content`.
    """

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, description="One choice; there is only one answer.")
    length: Length | None = None
    draft: bool = False
    tools: list[Any] | None = Field(None, max_length=0, description="Refused: nothing here calls tools.")
    functions: list[Any] | None = Field(None, max_length=0, description="Refused: nothing here calls functions.")
    response_format: dict[str, Any] | None = Field(None, description="Only of the type text.")
    stop: str | list[str] | None = Field(None, description="Refused: an answer is whole, or it isn't checked.")
    logprobs: bool | None = Field(None, description="Refused where true.")


class Usage(BaseModel):
    """Tokens by this program's own count: of the question, and of the reply."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ReplyMessage(BaseModel):
    """The checked answer as Markdown."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one choice."""

    index: Literal[0] = 0
    message: ReplyMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Evidence(BaseModel):
    """What stands behind a reply, beside OpenAI's fields: the numbers in the text are those of `citations`.

    `question` is the last message of the user as it was understood after those before ("And its price?").
    """

    question: str
    status: Status
    citations: list[Citation]
    gaps: list[str]
    engine: EngineInfo
    corpus: CorpusInfo
    egress: Egress


class ChatReply(Evidence):
    """A reply to a conversation."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage


class EmbeddingsRequest(BaseModel):
    """Texts for /v1/embeddings. `input_type` says which they are: some models tell questions from passages."""

    model_config = ConfigDict(extra="ignore")

    input: Text | Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    model: str
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = Field(None, ge=1)
    input_type: Literal["document", "query"] = "document"


class Embedding(BaseModel):
    """A vector of length 1: as numbers, or as 32-bit floats, little end first, in base64."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingsReply(BaseModel):
    """A vector for each text, in order."""

    object: Literal["list"] = "list"
    model: str
    data: list[Embedding]
    usage: dict[str, int]


class Model(BaseModel):
    """A model by its id."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class Models(BaseModel):
    """What can be asked for as `model`."""

    object: Literal["list"] = "list"
    data: list[Model]


class Health(BaseModel):
    """The server can answer."""

    status: Literal["ok"] = "ok"


class ErrorBody(BaseModel):
    """What went wrong; `param` names the part of the request, `code` says it for a program."""

    message: str
    type: str
    param: str | None
    code: str | None


class Error(BaseModel):
    """An error in OpenAI's form."""

    error: ErrorBody
