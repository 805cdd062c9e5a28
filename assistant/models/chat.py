"""How a conversation becomes the text that a model was trained on: its own chat template, or a plain form."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Literal

from assistant.errors import RefusedError
from assistant.models.gguf import ModelCard
from assistant.models.native import Weights, chat_formatter
from assistant.records import Message

logger = logging.getLogger(__name__)

Origin = Literal["file", "chatml", "plain"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PLAIN = (
    "{% for message in messages %}"
    "{% if message.role == 'user' %}Question: {% elif message.role == 'assistant' %}Answer: {% endif %}"
    "{{ message.content }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}Answer:{% endif %}"
)
# A thinking model answers at once where its template lets itself be told so (Qwen3, GLM, SmolLM3, Granite, Gemma
# 4 know the first or the second name, gpt-oss the third); templates that don't know these names ignore them.
BRIEFLY = {"enable_thinking": False, "thinking": False, "reasoning_effort": "low"}
PROBE = "7f3a9c"
TAG = re.compile(r"<[^<>\s]+>|\[/?[A-Z_]+\]")


class ChatFormat:
    """Renders messages for one model. `origin` says whose template it is, `stops` what ends a reply besides tokens."""

    def __init__(self, card: ModelCard, weights: Weights) -> None:
        self._card = card
        self._bos, self._eos = weights.text(weights.bos), weights.text(weights.eos)
        self.origin, self._template = self._choose(weights)
        self._takes_system = self._shows_system()
        self.stops = self._find_stops()
        controls = sorted((text for text in weights.control_texts() if len(text) > 1), key=len, reverse=True)
        self._controls = re.compile("|".join(map(re.escape, controls))) if controls else None

    def render(self, messages: Sequence[Message]) -> str:
        """Return the text of `messages` up to where the model's reply begins.

        What looks like a control token inside a message is broken up with a space, so that no document can
        speak as the system. Raises RefusedError where the template can't take these messages.
        """
        given = [replace(message, content=self._defuse(message.content)) for message in messages]
        try:
            return self._render(given if self._takes_system else _fold_system(given))
        except Exception as error:  # a template is a program of the file's author and may fail in any way
            raise RefusedError(
                f"the model's chat template failed: {error}",
                where=self._card.name,
                remedy="take another model, or one with a repaired template",
            ) from error

    def _choose(self, weights: Weights) -> tuple[Origin, Callable[..., Any]]:
        if self._card.chat_template:
            try:
                template = chat_formatter(self._card.chat_template, bos=self._bos, eos=self._eos)
                # One made for calling tools alone fails on a plain question.
                template(messages=[{"role": "user", "content": PROBE}], **BRIEFLY)
            except Exception as error:  # as in `render`
                logger.warning("%s: its chat template is broken (%s)", self._card.name, error)
            else:
                return "file", template
        known = all(len(weights.tokenize(mark)) <= 2 for mark in ("<|im_start|>", "<|im_end|>"))
        origin: Origin = "chatml" if known else "plain"
        logger.info("%s has no chat template of its own: using the %s form", self._card.name, origin)
        return origin, chat_formatter(CHATML if known else PLAIN, bos=self._bos, eos=self._eos)

    def _render(self, messages: Sequence[Message]) -> str:
        merged = [
            {"role": role, "content": "\n\n".join(message.content for message in group)}
            for role, group in groupby(messages, key=lambda message: message.role)
        ]
        text: str = self._template(messages=merged, **BRIEFLY).prompt
        return text

    def _shows_system(self) -> bool:
        """Whether the template takes a system message: some raise on one, some leave it out."""
        try:
            return PROBE in self._render([Message("system", PROBE), Message("user", "?")])
        except Exception:  # as in `render`
            logger.debug("%s: its chat template takes no system message", self._card.name)
            return False

    def _find_stops(self) -> tuple[str, ...]:
        """Return what the template writes after a reply, for models that spell it as text and not as a token."""
        asked = Message("user", "?")
        try:
            text = self._render([asked, Message("assistant", PROBE), Message("user", PROBE)])
        except Exception:  # as in `render`
            text = ""
        between = text.split(PROBE)[1] if text.count(PROBE) > 1 else ""
        tag = TAG.search(between)
        stop = tag.group() if tag else between.rstrip()
        return tuple(dict.fromkeys(text for text in (stop, self._eos) if text.strip()))

    def _defuse(self, content: str) -> str:
        if self._controls is None:
            return content
        return self._controls.sub(lambda match: f"{match.group()[0]} {match.group()[1:]}", content)


def _fold_system(messages: Sequence[Message]) -> list[Message]:
    """Return `messages` with what the system says at the head of the first thing the user says."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    first = next((n for n, message in enumerate(rest) if message.role == "user"), None)
    if not system:
        return rest
    if first is None:
        return [Message("user", system), *rest]
    rest[first] = replace(rest[first], content=f"{system}\n\n{rest[first].content}")
    return rest
