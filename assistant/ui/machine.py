"""The page of the machine: engine, what fits, how good the models are, and the record of outside connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import RefusedError
from assistant.models import catalogue, files, fit, machine
from assistant.models.fit import Fit
from assistant.models.machine import Machine as Box
from assistant.research.evaluation import history
from assistant.ui.conversation import Conversation
from assistant.ui.desk import Desk
from assistant.ui.later import Later
from assistant.ui.pages import AT_ONCE, part
from assistant.ui.views import machine as views

if TYPE_CHECKING:
    from assistant.ui.chat import Chat


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found on this box: its memory's speed in bytes a second, the models here, and those to be had."""

    box: Box
    speed: float
    there: tuple[Fit, ...]
    broken: tuple[RefusedError, ...]
    listed: tuple[Fit, ...]


class Machine:
    """How the box stands. Made within a `gr.Blocks`."""

    name = "machine"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Column(elem_id="machine", elem_classes="sheet"):
            self.shown = part("box", "")
        self.parts: Sequence[Any] = (self.shown,)
        self._survey = Later(self._examine, "survey")

    def connect(self, chat: "Chat") -> None:
        """Join the parts with what they do."""
        self._of = chat.of
        self.shown.look(self._look, None, self.shown, **AT_ONCE)
        self.shown.survey(self._again, None, self.shown, **AT_ONCE)

    def drawn(self, conversation: Conversation) -> list[Any]:
        """Return the page; the first time the box is looked at in the background."""
        self._survey.want("once")
        evaluation = history.latest(self.desk.assistant.workspace)
        standing = self.desk.latest or self.desk.standing()
        guard, settings = self.desk.assistant.guard, self.desk.assistant.settings
        survey, language = self._survey.value, conversation.language
        return [views.page(survey, standing, settings, guard.unsealed, evaluation, language, mark=self._survey.mark)]

    def _look(self, request: gr.Request, event: gr.EventData) -> Any:  # noqa: ANN401  (gradio's skip carries no type)
        return gr.skip() if str(event.mark) == self._survey.mark else self.drawn(self._of(request))[0]

    def _again(self, request: gr.Request) -> Any:  # noqa: ANN401
        self._survey.begin("once")
        return self.drawn(self._of(request))[0]

    def _examine(self) -> Survey:
        settings, folder = self.desk.assistant.settings, self.desk.assistant.workspace.models
        box, speed = machine.examine(), machine.bandwidth(settings.threads or machine.default_threads())
        cards, broken = files.list_models(folder)
        judged = [fit.judge(card, box.available, speed, settings.context) for card in cards if card.kind == "writing"]
        listed = [fit.judge(entry, box.available, speed, settings.context) for entry in catalogue.entries()]
        return Survey(box, speed, tuple(judged), tuple(broken), tuple(listed))
