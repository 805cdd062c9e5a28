"""The chat: its parts on the page, and what happens when someone asks, stops, opens a source or changes language."""

import json
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.answering import following
from assistant.corpus import glossary as glossaries
from assistant.errors import AssistantError
from assistant.records import Language
from assistant.research.questions import MAX_CHARACTERS
from assistant.settings import LENGTHS
from assistant.ui import export, memory
from assistant.ui.assess import Assess
from assistant.ui.conversation import MOST_CONVERSATIONS, Conversation
from assistant.ui.corpus import Corpus
from assistant.ui.desk import Desk
from assistant.ui.machine import Machine
from assistant.ui.markup import Html, join
from assistant.ui.pages import AT_ONCE, QUIET, Page, number, part
from assistant.ui.questions import Questions
from assistant.ui.views import composer, frame, source, turn
from assistant.ui.wording import WORDS

FIRST: Language = "zh-TW"
MOST_MONTHS = 1200
QUESTION = 2
"""The place of the question among the parts of the talk."""
SCROLL = "() => document.querySelector('#live .turn')?.scrollIntoView({behavior: 'smooth', block: 'start'})"
FOCUS = "() => document.querySelector('#source h2')?.focus({preventScroll: true})"
RETURN = "() => window.cited?.focus({preventScroll: true})"
LANGUAGE = """() => {
  const lang = document.querySelector('.masthead')?.lang;
  if (!lang) return;
  document.documentElement.lang = lang;
  document.title = document.querySelector('.masthead h1').textContent;
  const url = new URL(location.href);
  url.searchParams.set('lang', lang === 'en' ? 'en' : 'zh-TW');
  history.replaceState(null, '', url);
}"""


class Chat:
    """The chat page. Made within a `gr.Blocks`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        words = WORDS[FIRST]
        self.masthead = part("masthead", frame.masthead(FIRST, None))
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk"):
                # Finished turns, and below them the latest one: while it grows, only it is sent anew.
                self.past = part("past", "")
                self.live = part("live", "")
                with gr.Column(elem_id="foot"):
                    with gr.Row(elem_id="composer"):
                        self.question = gr.Textbox(
                            placeholder=words.ask, label=words.ask_label, show_label=False, container=False, lines=1,
                            max_lines=6, max_length=MAX_CHARACTERS, autofocus=True, elem_id="question", scale=1,
                        )  # fmt: skip
                        self.send = gr.Button(words.send, elem_id="send", scale=0, min_width=88)
                        self.stop = gr.Button(words.stop, elem_id="stop", scale=0, min_width=88, visible=False)
                    self.scope = part("scope", self._scope(Conversation(FIRST)))
            self.source = part("source", "")
        self.pages: tuple[Page, ...] = (Questions(desk), Corpus(desk), Assess(desk), Machine(desk))
        self.parcel = gr.Textbox(visible="hidden", elem_id="parcel")

    def connect(self, page: gr.Blocks) -> None:
        """Join the parts with what they do."""
        quiet, at_once = QUIET, AT_ONCE
        buttons = [self.send, self.stop]
        self.talk = talk = [self.past, self.live, self.question, *buttons]
        beside = [held for page in self.pages for held in page.parts]
        everything = [self.masthead, self.past, self.live, self.source, self.scope, self.question, *buttons, *beside]

        frame_parts = [self.masthead, self.past]
        self._blocks = page
        page.state_session_capacity = MOST_CONVERSATIONS
        page.load(self._load, None, [*frame_parts, self.scope, self.question, *buttons], **at_once).then(
            self._stand, None, frame_parts, **at_once
        )
        page.unload(self._leave)
        asked = [
            gr.on([self.send.click, self.question.submit], self._ask, self.question, talk, **at_once),
            self.past.ask(self._ask_example, None, talk, **at_once),
            self.live.ask(self._ask_example, None, talk, **at_once),
        ]
        for event in asked:
            event.then(None, None, None, js=SCROLL, **quiet)
        self.live.look(self._look, None, [self.past, self.live, self.masthead, *buttons], **at_once)
        for held in (self.past, self.scope):
            held.reopen(self._reopen, None, [*frame_parts, self.live, self.source, *buttons], **at_once).then(
                None, None, None, js="() => scrollTo(0, 0)", **quiet
            )
        self.past.forget(self._forget, None, self.past, **at_once)
        self.stop.click(self._stop, None, [self.live, *buttons], **at_once)
        for held in (self.past, self.live, self.source):
            held.cite(self._cite, None, self.source, **at_once).then(None, None, None, js=FOCUS, **quiet)
        self.source.related(self._related, None, self.source, **at_once)
        for held in (self.past, self.live):
            held.take(self._take, None, self.parcel, **at_once).then(
                None, self.parcel, None, js="(parcel) => window.deliver(parcel)", **quiet
            )
        # Two choices in quick succession must both count.
        self.scope.choose(self._choose, None, None, trigger_mode="multiple", **at_once)
        self.source.close(self._close, None, self.source, **at_once).then(None, None, None, js=RETURN, **quiet)
        self.masthead.open(self._open, None, beside, **at_once)
        for other in self.pages:
            other.connect(self)
        self.masthead.language(self._language, None, everything, **at_once).then(None, None, None, js=LANGUAGE, **quiet)

    # ------------------------------------------------------------ what happens

    def _load(self, request: gr.Request) -> list[Any]:
        conversation = self.of(request)
        masthead, past, _, _, *foot = self._everything(conversation)
        return [masthead, past, *foot]

    def _stand(self, request: gr.Request) -> list[Any]:
        conversation = self.of(request)
        standing = self.desk.standing()
        masthead = frame.masthead(conversation.language, standing)
        past = gr.skip() if conversation.turns else self._welcome(conversation)
        return [masthead, past]

    def _leave(self, request: gr.Request) -> None:
        self.desk.conversations.forget(request.session_hash)
        # Gradio keeps a copy of each closed tab's parts, half a MiB, until its capacity is reached.
        self._blocks.state_holder.session_data.pop(request.session_hash or "", None)
        memory.hand_back()

    def _ask(self, question: str, request: gr.Request) -> list[Any]:
        conversation = self.of(request)
        meant = self._meant(question, conversation)
        longer = meant != question.strip() and following.wants_more(question)
        begun = conversation.ask(question, meant, length="full" if longer else None)
        if begun:
            self.desk.begin(conversation)
        return ["" if begun and k == QUESTION else value for k, value in enumerate(self.talking(conversation))]

    def _meant(self, question: str, conversation: Conversation) -> str:
        """Return what a question asks after the turn before it."""
        last = conversation.last
        if last is None or last.answer is None:
            return question.strip()
        glossary = glossaries.load(self.desk.assistant.workspace.glossary)
        return following.resolve(question.strip(), last.meant or last.question, glossary)

    def _ask_example(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        conversation = self.of(request)
        if conversation.ask(str(event.question)):
            self.desk.begin(conversation)
        return self.talking(conversation)

    def _look(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Return what has changed of the talk since the page showed what it says it shows."""
        conversation = self.of(request)
        mark = conversation.mark
        if str(event.mark) == mark:
            return [gr.skip()] * 5
        past, live = self._turns(conversation)
        same = str(event.mark).partition(".")[0] == mark.partition(".")[0]
        head = gr.skip() if conversation.busy else frame.masthead(conversation.language, self.desk.standing())
        return [gr.skip() if same else past, live, head, *self._buttons(conversation)]

    def _reopen(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Open a kept conversation, or begin a new one where none is named."""
        conversation = self.of(request)
        try:
            self.desk.reopen(conversation, str(event.id))
        except AssistantError:
            conversation.restart()
        past, live = self._turns(conversation)
        masthead = frame.masthead(conversation.language, self.desk.latest)
        return [masthead, past, live, Html(), *self._buttons(conversation)]

    def _forget(self, request: gr.Request, event: gr.EventData) -> Html:
        """Delete a kept conversation, or all of them."""
        conversation = self.of(request)
        self.desk.history.delete(str(event.id))
        return self._welcome(conversation)

    def _welcome(self, conversation: Conversation) -> Html:
        groups, _ = self.desk.questions()
        return frame.welcome(conversation.language, groups, self.desk.latest, self.desk.history.listed())

    def _stop(self, request: gr.Request) -> list[Any]:
        conversation = self.of(request)
        conversation.halt()
        return [self._turns(conversation)[1], *self._buttons(conversation)]

    def _take(self, request: gr.Request, event: gr.EventData) -> str:
        """Return an answer for the page to copy or to save: what it is called, its type and text, and what to say."""
        conversation = self.of(request)
        asked, form = conversation.turn(number(event.turn)), str(event.form)
        if asked is None or asked.answer is None:
            return "{}"
        words, settings = WORDS[conversation.language], self.desk.assistant.settings
        kind: export.Form = form if form in export.FORMS else "md"
        parcel = {"text": export.text(asked.answer, kind, settings), "type": export.TYPES[kind]}
        if form == kind:
            parcel["name"] = export.name(asked.answer, kind)
        return json.dumps(parcel | {"done": words.copied, "failed": words.not_copied}, ensure_ascii=False)

    def _choose(self, request: gr.Request, event: gr.EventData) -> None:
        conversation, value = self.of(request), str(event.value)
        scope = conversation.scope
        match str(event.name):
            case "axis":
                known = {axis.id for axis in self.desk.framework().axes}
                scope = replace(scope, axis=value if value in known else None)
            case "months":
                scope = replace(scope, months=min(number(value), MOST_MONTHS))
            case "length":
                usual = self.desk.assistant.settings.chat_length
                chosen = value if value in LENGTHS and value != usual else None
                scope = replace(scope, length=chosen)  # type: ignore[arg-type]
        conversation.scope = scope

    def _cite(self, request: gr.Request, event: gr.EventData) -> Html:
        conversation = self.of(request)
        conversation.show(number(event.turn), number(event.n))
        return source.panel(conversation.shown(), conversation.language)

    def _related(self, request: gr.Request) -> Html:
        conversation = self.of(request)
        shown = conversation.shown()
        related = self.desk.related(shown[1].passage_id) if shown else ()
        return source.panel(shown, conversation.language, related)

    def _close(self, request: gr.Request) -> Html:
        self.of(request).opened = None
        return Html()

    def _language(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        conversation = self.of(request)
        if event.language in WORDS:
            conversation.language = event.language
        return [*self._everything(conversation), *self._beside(conversation)]

    def _open(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        conversation = self.of(request)
        conversation.page = str(event.page)
        return self._beside(conversation)

    # ------------------------------------------------------------ what is shown

    def talking(self, conversation: Conversation) -> list[Any]:
        """Return the value of each part of `talk`."""
        return [*self._turns(conversation), gr.skip(), *self._buttons(conversation)]

    def _beside(self, conversation: Conversation) -> list[Any]:
        """Return the values of the parts of the pages beside the chat; only the open one is drawn."""
        values: list[Any] = []
        for page in self.pages:
            drawn = page.name == conversation.page
            values += page.drawn(conversation) if drawn else [gr.skip() for _ in page.parts]
        return values

    def of(self, request: gr.Request) -> Conversation:
        """Return the conversation of the tab that a request comes from, at its first word in the address's language."""
        language = request.query_params.get("lang")
        return self.desk.conversations.of(request.session_hash, language if language in WORDS else FIRST)

    def _everything(self, conversation: Conversation) -> list[Any]:
        language, words = conversation.language, WORDS[conversation.language]
        question = gr.update(placeholder=words.ask, label=words.ask_label)
        standing = self.desk.latest
        return [
            frame.masthead(language, standing), *self._turns(conversation),
            source.panel(conversation.shown(), language), self._scope(conversation), question,
            *self._buttons(conversation),
        ]  # fmt: skip

    def _turns(self, conversation: Conversation) -> list[Html]:
        """Return the finished turns and the latest one; the welcome while there is none."""
        language = conversation.language
        if not conversation.turns:
            return [self._welcome(conversation), Html()]
        mark = conversation.mark  # first: what changes while the turns are drawn is drawn again at the next look
        *past, last = conversation.turns
        live = turn.turn(last, language, ahead=conversation.ahead, framework=self.desk.framework(), mark=mark)
        return [join(turn.turn(t, language, framework=self.desk.framework()) for t in past), live]

    def _scope(self, conversation: Conversation) -> Html:
        usual = self.desk.assistant.settings.chat_length
        return composer.scope(conversation.language, self.desk.framework(), conversation.scope, usual)

    def _buttons(self, conversation: Conversation) -> list[Any]:
        words = WORDS[conversation.language]
        busy = conversation.busy
        halting = bool(conversation.last and conversation.last.stopped)
        return [
            gr.update(value=words.send, visible=not busy),
            gr.update(value=words.stop, visible=busy, interactive=not halting),
        ]
