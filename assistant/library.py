"""The assistant as a library: what another program, the API and MCP need of a workspace (docs/library.md)."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from assistant.errors import NotReadyError, RefusedError, UsageError
from assistant.records import Answer, Hit, Length
from assistant.retrieval.filters import Filters, Only
from assistant.wiring import Assistant, open_workspace

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_text_splitters import TextSplitter

    from assistant.answering.answer import Answerer, Event
    from assistant.index.refresh import Report
    from assistant.research.questions import QuestionList
    from assistant.retrieval.related import Related

MOST_HITS = 100
"""Passages that one search gives at most."""


class Workspace:
    """A workspace folder, ready to be asked. Safe to use from several threads; a model writes one answer at a time.

    `axis`, `topic`, `document` and `since` narrow the evidence, in whatever method: to an axis or a topic of the
    framework, to a file of the corpus (by its path there, or its name alone), and to what is dated this day
    (YYYY-MM-DD) or later; UsageError is raised where there is no such axis, topic, file or day.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        seal: bool = False,
        notify: Callable[[str], None] = lambda text: None,
        **settings: object,
    ) -> None:
        """Open the workspace in `folder` (else ASSISTANT_WORKSPACE, else this folder), with settings over its own.

        For the rest of the process the guard refuses and records connections of Python code beyond this machine and
        the hosts that the settings name (`allow_hosts`); with `seal`, on Linux, the kernel refuses every new
        socket. `notify` hears what the user should know. Raises UsageError for a setting that doesn't fit,
        NotReadyError for a folder that isn't there.
        """
        from assistant.offline.quiet import hush

        hush()
        self._open(open_workspace(str(folder) if folder else None, settings, notify, seal=seal))

    @classmethod
    def of(cls, assistant: Assistant) -> "Workspace":
        """Return a workspace over an assistant that is open already."""
        made = cls.__new__(cls)
        made._open(assistant)
        return made

    def _open(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._opening = threading.Lock()
        self._refreshing = threading.Lock()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held open: the index, and a model's memory."""
        opened = vars(self.assistant)
        if "journal" in opened:
            opened["journal"].close()
        getattr(opened.get("engine"), "close", lambda: None)()
        for name in ("journal", "engine", "answerer"):
            opened.pop(name, None)

    def answerer(self) -> "Answerer":
        """Return what answers questions; the first call opens index and model. Raises NotReadyError."""
        with self._opening:
            return self.assistant.answerer

    # ------------------------------------------------------------ asking

    def ask(self, question: str, *, length: Length | None = None, **only: Unpack[Only]) -> Answer:
        """Return the checked answer, in the question's language; with too little evidence it is an abstention.

        Raises UsageError for an empty question, NotReadyError where the corpus isn't indexed or no model is there.
        """
        from assistant.answering.answer import Done

        *_, last = self.events(question, length=length, **only)
        assert isinstance(last, Done)
        return last.answer

    def events(
        self,
        question: str,
        *,
        length: Length | None = None,
        stop: threading.Event | None = None,
        **only: Unpack[Only],
    ) -> "Iterator[Event]":
        """Yield what happens while the question is answered (`assistant.answering.answer`); the last is `Done`.

        Setting `stop` ends the writing; what was written until then is checked.
        """
        if not question.strip():
            raise UsageError("the question is empty", remedy="ask something")
        filters = self._filters(**only)
        yield from self.answerer().events(question, filters=filters, stop=stop, length=length)

    def search(self, query: str, *, limit: int = 10, **only: Unpack[Only]) -> list[Hit]:
        """Return at most `limit` passages for a query, best first. Raises UsageError for an empty query."""
        if not query.strip() or not 1 <= limit <= MOST_HITS:
            raise UsageError(f"a search needs a query and a limit from 1 to {MOST_HITS}")
        return self.answerer().retriever.search(query, limit=limit, filters=self._filters(**only))

    def passage(self, passage_id: str) -> Hit:
        """Return the passage that a citation or a hit names. Raises RefusedError where there is none (any more)."""
        self.answerer()
        found = self.assistant.journal.hits_by_id([passage_id]).get(passage_id)
        if found is None:
            raise RefusedError(
                "the index has no such passage",
                where=passage_id[:80],
                remedy="search again; the corpus may have changed",
            )
        return found

    def related(self, passage_id: str, *, limit: int = 5) -> list[Hit]:
        """Return at most `limit` passages that speak of the same as this one, the most alike first.

        Raises RefusedError where there is no such passage (any more), UsageError for a limit that doesn't fit.
        """
        if not 1 <= limit <= MOST_HITS:
            raise UsageError(f"the limit goes from 1 to {MOST_HITS}")
        return self._related().to(self.passage(passage_id), limit)

    def _related(self) -> "Related":
        from assistant.index.chroma import chroma
        from assistant.index.vectors import Vectors
        from assistant.retrieval.related import Related

        assistant = self.assistant
        place = chroma(assistant.workspace.vectorstore, assistant.settings, assistant.journal.meta("index") or "")
        return Related(assistant.journal, Vectors(place, assistant.embedder.fingerprint), assistant.embedder)

    def _filters(self, **only: Unpack[Only]) -> Filters:
        return Filters.of(self.assistant.framework, **only, paths=self.assistant.journal.places)

    # ------------------------------------------------------------ the corpus

    def questions(self) -> "QuestionList":
        """Return the question list. Raises NotReadyError where there is none."""
        return self.assistant.questions()

    def observe(self, text: str, *, source: str | None = None, date: str | None = None) -> str:
        """File an observation, index it, and return its path in the corpus folder.

        `date` is YYYY-MM-DD, today where it is left out. Raises UsageError for an empty text or a wrong date,
        NotReadyError where another refresh is at work.
        """
        from assistant.corpus import observations

        corpus = self.assistant.workspace.require_corpus()
        file = observations.observe(corpus, text, source=source, date=date, framework=self.assistant.framework)
        self.refresh()
        return file.relative_to(corpus).as_posix()

    def refresh(self, *, force: bool = False) -> "Report":
        """Bring the index up to date with the corpus folder and return what was done; `force` reads all anew.

        Raises NotReadyError where another refresh is at work.
        """
        with self._refreshing:
            return self.assistant.refresh(force=force)

    # ------------------------------------------------------------ LangChain

    def retriever(self, *, k: int = 10, **only: Unpack[Only]) -> "BaseRetriever":
        """Return the search as a LangChain retriever of `k` passages."""
        from assistant.retrieval.langchain import PassageRetriever

        return PassageRetriever(retriever=self.answerer().retriever, k=k, filters=self._filters(**only))

    def embeddings(self) -> "Embeddings":
        """Return the embedder of the index as LangChain embeddings."""
        from assistant.index.langchain import PassageEmbeddings

        return PassageEmbeddings(self.assistant.embedder)

    def splitter(self) -> "TextSplitter":
        """Return what cuts over-long text into passages as a LangChain text splitter."""
        from assistant.corpus.langchain import PassageSplitter

        return PassageSplitter(self.assistant.settings.passage_tokens)

    def chat_model(self, **parameters: Any) -> "BaseChatModel":  # noqa: ANN401  (pydantic checks them)
        """Return the model that writes as a LangChain chat model; `parameters` are those of `LocalChatModel`.

        It says what the model says, unchecked: `ask` is what checks. Raises NotReadyError where no model writes.
        """
        from assistant.engines.langchain import LocalChatModel

        with self._opening:
            model = getattr(self.assistant.engine, "model", None)
        if model is None:
            raise NotReadyError(
                "no model writes here: the extractive engine lifts sentences",
                where=str(self.assistant.workspace.models),
                remedy="put a GGUF file into models/, or set engine to remote",
            )
        return LocalChatModel(local=model, **parameters)
