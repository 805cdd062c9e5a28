"""The page of assessments: applications come in as a form, a sentence, TOML or an example, and are compared."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError, RefusedError
from assistant.records import Language, content_id
from assistant.research import page as pages
from assistant.research import runs
from assistant.research.assess import application, assessment, described, report
from assistant.research.assess.application import Application, Load, Needs
from assistant.research.assess.assessment import Assessment
from assistant.research.assess.wording import WORDS as REPORT_WORDS
from assistant.ui import export
from assistant.ui.conversation import Conversation
from assistant.ui.desk import Desk
from assistant.ui.markup import Html
from assistant.ui.pages import AT_ONCE, QUIET, part
from assistant.ui.views import assess as views
from assistant.ui.wording import WORDS
from assistant.workspace import CHECKOUT

if TYPE_CHECKING:
    from assistant.ui.chat import Chat

EXAMPLES = Path("examples") / "assess"
MOST = 4
"""Applications side by side: a radar of more can't be told apart. The oldest goes."""
MOST_KEPT = 32
SHOW = "() => document.querySelector('#assessed .page')?.scrollIntoView({block: 'start'})"


class Assess:
    """What applications score, and what they cost. Made within a `gr.Blocks`."""

    name = "assess"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Column(elem_id="assess", elem_classes="sheet"):
            self.form = part("describe", "")
            self.result = part("assessed", "")
        self.parts: Sequence[Any] = (self.form, self.result)
        self._assessed: dict[tuple[str, Language, str], Assessment] = {}

    def connect(self, chat: "Chat") -> None:
        """Join the parts with what they do."""
        self._of = chat.of
        self.form.assess(self._assess, None, self.result, **AT_ONCE).then(None, None, None, js=SHOW, **QUIET)
        self.result.remove(self._remove, None, self.result, **AT_ONCE)
        self.result.take(self._take, None, chat.parcel, **AT_ONCE).then(
            None, chat.parcel, None, js="(parcel) => window.deliver(parcel)", **QUIET
        )

    def drawn(self, conversation: Conversation) -> list[Any]:
        """Return the form, and the applications assessed so far in this tab."""
        return [views.form(self._examples(), conversation.language), self._result(conversation)]

    def _assess(self, request: gr.Request, event: gr.EventData) -> Html:
        conversation = self._of(request)
        try:
            read = self._read(event)
            self._kept(read, conversation.language)  # what can't be assessed is not kept
        except AssistantError as error:
            return views.failed(error, conversation.language)
        kept = {one.id: one for one in conversation.applications if one.id != read.id}
        conversation.applications = (*list(kept.values())[-MOST + 1 :], read)
        return self._result(conversation)

    def _remove(self, request: gr.Request, event: gr.EventData) -> Html:
        conversation = self._of(request)
        conversation.applications = tuple(a for a in conversation.applications if a.id != str(event.id))
        return self._result(conversation)

    def _take(self, request: gr.Request, event: gr.EventData) -> str:
        """Return the report for the page to save: its name, type and text."""
        conversation = self._of(request)
        language, form = conversation.language, str(event.form)
        found = [self._kept(one, language) for one in conversation.applications]
        blocks, words = tuple(report.of(found, language)), REPORT_WORDS[language]
        text = {
            "html": lambda: pages.html(words.title, words.lang, blocks),
            "md": lambda: pages.markdown(words.title, blocks),
            "json": lambda: runs.as_json(report.as_dict(found, language)),
        }[form if form in export.FORMS else "md"]()
        parcel = {"name": f"assessment.{form}", "type": export.TYPES.get(form, "text/markdown"), "text": text}  # type: ignore[call-overload]
        said = WORDS[language]
        return json.dumps(parcel | {"done": said.copied, "failed": said.not_copied}, ensure_ascii=False)

    # ------------------------------------------------------------ what is described

    def _read(self, event: gr.EventData) -> Application:
        """Return the application that the page describes. Raises AssistantError."""
        match str(event.by):
            case "example":
                files = {file.stem: file for file in self._files()}
                if str(event.id) not in files:
                    raise RefusedError("there is no such example", remedy="open the page again")
                return application.read(files[str(event.id)])
            case "text":
                return described.read(str(event.text))
            case "toml":
                return _named(_toml(str(event.toml)))
            case _:
                return _named(_answers(event))

    def _files(self) -> list[Path]:
        """Return the shipped examples and the workspace's own."""
        found = {f.stem: f for root in (CHECKOUT, self.desk.assistant.workspace.root)
                 for f in sorted((root / EXAMPLES).glob("*.toml"))}  # fmt: skip
        return list(found.values())

    def _examples(self) -> list[Application]:
        found = []
        for file in self._files():
            try:
                found.append(application.read(file))
            except AssistantError:
                continue
        return found

    # ------------------------------------------------------------ what is found

    def _result(self, conversation: Conversation) -> Html:
        try:
            found = [self._kept(one, conversation.language) for one in conversation.applications]
        except AssistantError as error:
            return views.failed(error, conversation.language)
        return views.assessed(found, conversation.language)

    def _kept(self, described: Application, language: Language) -> Assessment:
        """Return the assessment of an application, made once for each state of the corpus. Raises AssistantError."""
        answerer = self.desk.answerer()
        key = content_id(repr(described)), language, answerer.corpus().fingerprint
        if key not in self._assessed:
            (self._assessed[key],) = assessment.assess(
                [described], answerer.retriever, self.desk.assistant.journal, language
            )
            while len(self._assessed) > MOST_KEPT:
                del self._assessed[next(iter(self._assessed))]
        return self._assessed[key]


def _toml(text: str) -> Application:
    """Return the application that a TOML text describes. Raises RefusedError."""
    try:
        return application.build(tomllib.loads(text), "", "TOML")
    except tomllib.TOMLDecodeError as error:
        raise RefusedError(f"the description can't be read: {error}", where="TOML", remedy="mend it") from error


def _answers(event: gr.EventData) -> Application:
    """Return the application of the answers to the form; what is left empty takes its default. Raises RefusedError."""
    said = {name: str(getattr(event, name, "")).strip() for name in (*views.NEEDS, *views.LOAD, "device", "name")}
    needs = {name: _value(said[name], name, Needs()) for name in views.NEEDS if said[name]}
    load = {name: _value(said[name], name, Load()) for name in views.LOAD if said[name]}
    device = {"device": said["device"]} if said["device"] else {}
    return application.build({"zh": said["name"], "needs": needs, "load": load | device}, "", "the form")


def _value(text: str, name: str, default: Needs | Load) -> object:
    """Return an answer as the kind that its field has; what is no number is left for `build` to refuse."""
    if isinstance(getattr(default, name), bool):
        return text == "yes"
    if isinstance(getattr(default, name), str):
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _named(read: Application) -> Application:
    """Return an application under an id that its contents give it."""
    return replace(read, id=f"described-{content_id(repr(read))[:8]}")
