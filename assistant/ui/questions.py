"""The page of the research questions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.corpus import glossary as glossaries
from assistant.errors import AssistantError
from assistant.records import Language
from assistant.research import changes_text, comparison, runs
from assistant.research.changes import Diff
from assistant.ui.conversation import Conversation
from assistant.ui.desk import Desk
from assistant.ui.markup import Html
from assistant.ui.pages import AT_ONCE, QUIET, part
from assistant.ui.views import questions as views

if TYPE_CHECKING:
    from assistant.ui.chat import Chat


SHOW = "() => { window.turn('chat'); document.querySelector('#live .turn')?.scrollIntoView(); }"


class Questions:
    """The list, and the batch at work. Made within a `gr.Blocks`."""

    name = "questions"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Column(elem_id="questions", elem_classes="sheet"):
            self.list = part("list", "")
            self.run = part("run", "")
        self.parts: Sequence[Any] = (self.run, self.list)
        self._compared: tuple[tuple[str, str], Diff] | None = None

    def connect(self, chat: "Chat") -> None:
        """Join the parts with what they do."""
        self._of, self._shown = chat.of, chat.talking
        parts = list(self.parts)
        self.list.run(self._run, None, parts, **AT_ONCE)
        self.run.halt(self._halt, None, self.run, **AT_ONCE)
        self.list.look(self._look, None, parts, **AT_ONCE)
        read = self.list.read(self._read, None, chat.talk, **AT_ONCE)
        read.then(None, None, None, js=SHOW, **QUIET)

    def drawn(self, conversation: Conversation) -> list[Any]:
        """Return how far the batch is, and the list."""
        language = conversation.language
        advance = self.desk.batches.advance
        return [views.advance(advance, language), views.listed(self._standing(language), language)]

    def _run(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        self.desk.batches.start(str(event.id) or None, resume=bool(event.resume))
        return self.drawn(self._of(request))

    def _halt(self, request: gr.Request) -> Html:
        self.desk.batches.halt()
        return views.advance(self.desk.batches.advance, self._of(request).language)

    def _look(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Return what has changed since the page showed what it says it shows."""
        conversation = self._of(request)
        advance = self.desk.batches.advance
        if str(event.mark) != (advance.mark if advance else ""):
            return self.drawn(conversation)
        busy = advance is not None and not advance.over
        return [views.advance(advance, conversation.language) if busy else gr.skip(), gr.skip()]

    def _read(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Put an answer of a run into the chat, where its sources open."""
        conversation = self._of(request)
        listed = self.desk.assistant.questions()
        wanted = next((late for late in self.desk.batches.latest(listed) if late.question.id == str(event.id)), None)
        if wanted and wanted.answer:
            hits = self.desk.assistant.journal.hits_by_id([c.passage_id for c in wanted.answer.citations])
            conversation.recall(wanted.answer, {name: hit.passage for name, hit in hits.items()})
        return self._shown(conversation)

    def _standing(self, language: Language) -> views.Standing:
        batches = self.desk.batches
        try:
            listed = self.desk.assistant.questions()
        except AssistantError as error:
            return views.Standing(error=error)
        finished = runs.finished(batches.reports)
        compared = None if batches.busy else self._changes(finished)
        return views.Standing(
            latest=batches.latest(listed),
            resumable=0 if batches.busy else batches.resumable(listed),
            busy=batches.busy,
            mark=batches.advance.mark if batches.advance else "",
            report=finished[0].folder.name if finished else None,
            changes=changes_text.summarise(compared, language) if compared else None,
        )

    def _changes(self, finished: list[runs.Run]) -> Diff | None:
        """Return what changed between the two newest runs, worked out once."""
        if len(finished) < 2:
            return None
        names = finished[1].folder.name, finished[0].folder.name
        if self._compared is None or self._compared[0] != names:
            glossary = glossaries.load(self.desk.assistant.workspace.glossary)
            self._compared = names, comparison.between(finished[1], finished[0], glossary)
        return self._compared[1]
