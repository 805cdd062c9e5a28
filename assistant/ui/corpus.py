"""The page of the corpus."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.index.journal import Place
from assistant.records import CorpusInfo
from assistant.ui.conversation import Conversation
from assistant.ui.desk import Desk
from assistant.ui.later import Later
from assistant.ui.library import Listed, Work
from assistant.ui.markup import Html
from assistant.ui.pages import AT_ONCE, QUIET, part
from assistant.ui.views import corpus as views
from assistant.ui.views import frame

if TYPE_CHECKING:
    from assistant.ui.chat import Chat

# What was written stays in the form until it is filed.
EMPTY = """() => {
  const form = document.querySelector('.observe');
  if (form.dataset.observed !== (window.observed ?? '0')) form.reset();
  window.observed = form.dataset.observed;
}"""


class Corpus:
    """What is in the corpus, and what comes in. Made within a `gr.Blocks`."""

    name = "corpus"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Column(elem_id="corpus", elem_classes="sheet"):
            self.intake = part("intake", "")
            self.outlook = part("outlook", "")
            self.documents = part("documents", "")
            self.work = part("work", "")
        self._covered = Later(lambda: desk.batches.outlook(desk.assistant.questions()), "outlook")
        self.parts: Sequence[Any] = (self.intake, self.documents, self.work, self.outlook)

    def connect(self, chat: "Chat") -> None:
        """Join the parts with what they do."""
        self._of = chat.of
        parts = list(self.parts)
        observed = self.intake.observe(self._observe, None, parts, **AT_ONCE)
        observed.then(None, None, None, js=EMPTY, **QUIET)
        self.intake.added(self._refresh, None, parts, **AT_ONCE)
        self.documents.refresh(self._refresh, None, parts, **AT_ONCE)
        self.documents.drop(self._drop, None, parts, **AT_ONCE)
        self.outlook.look(self._look_again, None, self.outlook, **AT_ONCE)
        self.documents.look(self._look, None, [*parts, chat.masthead], **AT_ONCE)

    def drawn(self, conversation: Conversation) -> list[Any]:
        """Return the intake, the documents, how far a refresh is, and what the evidence covers."""
        size = self._size()
        if size is not None:
            self._covered.want(size.fingerprint)
        intake = views.intake(conversation.language, self.desk.library.observed)
        return [intake, *self._below(conversation), self._outlook(conversation)]

    def _below(self, conversation: Conversation) -> list[Any]:
        language, library = conversation.language, self.desk.library
        found, unread, error = self._listed()
        listed = views.documents(
            found, unread, self._size(), self.desk.framework(), language, busy=library.busy, mark=library.mark,
            error=error,
        )  # fmt: skip
        return [listed, self._work(unread, conversation)]

    def _outlook(self, conversation: Conversation) -> Html:
        covered = self._covered
        return views.outlook(covered.value, covered.error, conversation.language, busy=covered.busy, mark=covered.mark)

    def _look_again(self, request: gr.Request, event: gr.EventData) -> Any:  # noqa: ANN401  (gradio's skip has no type)
        size = self._size()
        if size is not None and not self.desk.library.busy:
            self._covered.want(size.fingerprint)
        return gr.skip() if str(event.mark) == self._covered.mark else self._outlook(self._of(request))

    def _listed(self) -> tuple[list[Listed], list[Place], AssistantError | None]:
        try:
            return *self.desk.library.listed(), None
        except AssistantError as error:
            return [], [], error

    def _size(self) -> CorpusInfo | None:
        try:
            return self.desk.assistant.journal.info()
        except AssistantError:
            return None

    def _work(self, unread: list[Place], conversation: Conversation) -> Html:
        return views.work(self.desk.library.work, self.desk.library.added, unread, conversation.language)

    def _observe(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        conversation = self._of(request)
        try:
            self.desk.library.observe(str(event.text), str(event.source), str(event.date))
        except AssistantError as error:
            return [gr.skip(), gr.skip(), self._failed(error, conversation), gr.skip()]
        return self.drawn(conversation)

    def _refresh(self, request: gr.Request) -> list[Any]:
        self.desk.library.refresh()
        return [gr.skip(), *self._below(self._of(request)), gr.skip()]

    def _drop(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        conversation = self._of(request)
        try:
            self.desk.library.drop(str(event.file))
        except AssistantError as error:
            return [gr.skip(), gr.skip(), self._failed(error, conversation), gr.skip()]
        return [gr.skip(), *self._below(conversation), gr.skip()]

    def _failed(self, error: AssistantError, conversation: Conversation) -> Html:
        return views.work(Work(over=True, error=error), (), (), conversation.language)

    def _look(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Return what has changed since the page showed what it says it shows."""
        conversation, library = self._of(request), self.desk.library
        if str(event.mark) == library.mark:
            work = self._work([], conversation) if library.busy else gr.skip()
            return [gr.skip(), gr.skip(), work, gr.skip(), gr.skip()]
        masthead = frame.masthead(conversation.language, self.desk.latest)
        return [gr.skip(), *self._below(conversation), gr.skip(), masthead]
