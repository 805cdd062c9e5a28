"""Where the parts are put together: one workspace, its settings, and what they make of each other."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant import settings as setting_files
from assistant.errors import NotReadyError, RefusedError
from assistant.offline.guard import Guard, enforce
from assistant.settings import Settings
from assistant.workspace import Workspace, locate

if TYPE_CHECKING:
    from assistant.answering.answer import Answerer
    from assistant.answering.meaning import Meaning
    from assistant.corpus.framework import Framework
    from assistant.engines.base import Engine
    from assistant.index.dictionary import Dictionary
    from assistant.index.embedders import Embedder
    from assistant.index.journal import Journal
    from assistant.index.refresh import Progress, Report
    from assistant.models.rerankers import Reranker
    from assistant.research.questions import QuestionList


@dataclass
class Assistant:
    """An open workspace behind the guard. Parts are made when they are first needed, and then kept."""

    workspace: Workspace
    settings: Settings
    guard: Guard
    notify: Callable[[str], None] = lambda text: None

    @cached_property
    def embedder(self) -> "Embedder":
        """What turns text into vectors."""
        from assistant.index import embedders

        return embedders.load(self.settings, self.workspace.models)

    @cached_property
    def framework(self) -> "Framework":
        """The axes and topics that everything is filed under."""
        from assistant.corpus import framework

        return framework.load(self.workspace.framework)

    @cached_property
    def journal(self) -> "Journal":
        """The index, open for reading. Raises NotReadyError where it is missing or was made with other parts."""
        from assistant.index.refresh import fingerprints
        from assistant.index.shared import open_journal

        journal = open_journal(self.workspace.vectorstore, self.settings)
        for name, wanted in fingerprints(self.embedder, self.settings).items():
            found = journal.meta(name)
            if found is None and wanted:
                journal.close()
                raise NotReadyError(
                    "the corpus is not indexed yet",
                    where=str(self.workspace.vectorstore),
                    remedy="run: assistant refresh",
                )
            if (found or "") != wanted:
                journal.close()
                raise NotReadyError(
                    f"the index was made with {name} {found or 'none'},"
                    f" and the settings ask for {name} {wanted or 'none'}",
                    where=str(self.workspace.vectorstore),
                    remedy="run: assistant refresh (it rebuilds the index), or set back the setting",
                )
        return journal

    @cached_property
    def engine(self) -> "Engine":
        """Who writes, by the settings: with `auto` a model in models/ when there is one that loads.

        What keeps `auto` from a model that is there is said through `notify`, and the extractive engine writes.
        """
        from assistant.engines.extractive import ExtractiveEngine

        if self.settings.engine == "extractive":
            return ExtractiveEngine()
        if self.settings.engine == "remote":
            from assistant.engines.remote import open_remote

            return open_remote(self.settings)
        from assistant.engines.llama import open_engine
        from assistant.models import files

        if self.settings.engine == "auto" and not self.settings.model:
            cards, broken = files.list_models(self.workspace.models)
            for error in broken:
                self.notify(f"a model file can't be used: {error}")
            if all(card.is_embedding for card in cards):
                return ExtractiveEngine()
            try:
                return open_engine(self.workspace.models, self.settings, self.workspace.states)
            except (RefusedError, NotReadyError) as error:
                self.notify(f"the extractive engine writes, because the model can't: {error}")
                return ExtractiveEngine()
        return open_engine(self.workspace.models, self.settings, self.workspace.states)

    @cached_property
    def dictionary(self) -> "Dictionary | None":
        """What leads from one language to the other; None, said through `notify`, where its entries are missing."""
        from assistant.index.dictionary import Dictionary

        try:
            return Dictionary(self.workspace.vectorstore)
        except NotReadyError as error:
            self.notify(f"only names and the glossary lead from one language to the other: {error}")
            return None

    @cached_property
    def reranker(self) -> "Reranker | None":
        """What reads the best passages once more, where the settings name a model for it."""
        if not self.settings.reranker:
            return None
        from assistant.models.rerankers import open_reranker

        return open_reranker(self.workspace.models, self.settings)

    @cached_property
    def meaning(self) -> "Meaning | None":
        """What the grounding check asks about meaning: the setting `nli`, or else an embedder that knows meanings."""
        from assistant.answering.meaning import ByEntailment, ByLikeness

        if self.settings.nli:
            from assistant.models.entailment import open_entailment

            return ByEntailment(open_entailment(self.workspace.models, self.settings))
        return ByLikeness(self.embedder) if self.embedder.semantic else None

    @cached_property
    def answerer(self) -> "Answerer":
        """What answers questions."""
        from assistant.answering.answer import Answerer
        from assistant.answering.grounding import Grounder
        from assistant.corpus import glossary as glossaries
        from assistant.index.chroma import chroma
        from assistant.index.vectors import Vectors
        from assistant.retrieval.retriever import Retriever

        glossary = glossaries.load(self.workspace.glossary)
        journal, vectors = self.journal, None
        if self.embedder.semantic:
            place = chroma(self.workspace.vectorstore, self.settings, journal.meta("index") or "")
            vectors = Vectors(place, self.embedder.fingerprint)
        retriever = Retriever(journal, vectors, self.embedder, glossary, self.framework, self.dictionary, self.reranker)
        return Answerer(
            retriever,
            self.engine,
            self.settings,
            Grounder(glossary, self.dictionary, lambda: self.meaning),
            self.journal.info,
            self.guard.record,
            glossary,
            self.journal.siblings,
            self.journal.translations,
        )

    def refresh(self, *, force: bool = False, dry_run: bool = False, progress: "Progress | None" = None) -> "Report":
        """Bring the index up to date with the corpus folder and return what was done."""
        from assistant.index.refresh import refresh

        more: dict[str, Any] = {"progress": progress} if progress else {}
        report = refresh(self.workspace, self.settings, self.embedder, force=force, dry_run=dry_run, **more)
        if not dry_run:
            # Here and not at the first question, which would have to wait for it.
            _ = self.dictionary
        return report

    def clear_servers(self) -> None:
        """Delete what servers have of this index, its vectors and its journal; the rest goes with vectorstore/."""
        from assistant.index import shared
        from assistant.index.chroma import chroma
        from assistant.index.vectors import Vectors

        if not self.settings.store:
            return
        # Open for writing, so that no other box refreshes in the middle.
        with closing(shared.open_journal(self.workspace.vectorstore, self.settings, writable=True)) as journal:
            if index := journal.meta("index"):
                Vectors(chroma(self.workspace.vectorstore, self.settings, index), self.embedder.fingerprint).drop()
            if isinstance(journal, shared.SharedJournal):
                journal.erase()

    def questions(self) -> "QuestionList":
        """Return the question list of the workspace."""
        from assistant.research import questions

        return questions.read(self.workspace.questions)


def open_workspace(
    folder: str | None = None,
    flags: Mapping[str, Any] | None = None,
    notify: Callable[[str], None] = lambda text: None,
    *,
    seal: bool = True,
) -> Assistant:
    """Return the assistant of a workspace with the guard in force; `notify` hears what the user should know.

    With `seal` no socket can be made in this process any more, where the kernel can see to that; a server says False
    and seals the guard once it listens. Raises UsageError or NotReadyError.
    """
    workspace = locate(folder)
    settings = setting_files.load(workspace.settings_file, flags=flags)
    guard = enforce(settings.hosts)
    if seal:
        guard.seal()
    return Assistant(workspace, settings, guard, notify)
