"""The engine that writes with a model on an OpenAI-compatible server of one's own network.

llama-server, vLLM and llama-cpp-python's server are known by name; any other works where it speaks the same protocol
(https://platform.openai.com/docs/api-reference/chat). Its answers are checked like all others.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.engines.server import ModelServer
from assistant.errors import RefusedError
from assistant.models.screen import Screen
from assistant.records import EngineInfo, Message, Prompt
from assistant.settings import Settings

NAME = "remote"

MOST = 64
"""Characters a token may have at most, over a whole reply. A server that sends more than it was asked for is cut."""


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model on a server: what `LlamaModel` is for a file. `window` is in tokens."""

    server: ModelServer
    name: str
    window: int
    temperature: float
    seed: int

    def count(self, text: str) -> int:
        """Return the number of tokens of a plain text, as the server counts; near enough where it doesn't say."""
        return self.server.count(self.name, text)

    def count_messages(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the prompt that `messages` make, with room for what a template adds."""
        return self.server.count(self.name, "\n".join(message.content for message in messages)) + 8 * len(messages) + 8

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stop: threading.Event,
        *,
        temperature: float | None = None,
        seed: int | None = None,
        ends: Sequence[str] = (),
    ) -> Iterator[str]:
        """Yield the reply as it is written, without the model's reasoning, until its end or soon after `stop` is set.

        Raises RefusedError where the prompt leaves no room in the window, and what `ModelServer.stream` raises.
        """
        if stop.is_set():
            return
        # Asked of the counter and not left to the reply: some servers drop a stream that doesn't fit without a word.
        prompt = self.count_messages(messages)
        if prompt >= self.window:
            raise RefusedError(
                f"the prompt has {prompt} tokens and does not fit into the window of {self.window}",
                where=self.server.host,
                remedy="ask with less evidence, or give the model on the server a larger window",
            )
        max_tokens = min(max_tokens, self.window - prompt)
        asked = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": self.temperature if temperature is None else temperature,
            "seed": self.seed if seed is None else seed,
            "stream": True,
        }
        screen = Screen(ends)
        room = MOST * max_tokens
        for piece in self.server.stream(asked, stop):
            shown = screen.feed(piece)
            if shown:
                yield shown
            room -= len(piece)
            if screen.ended or room < 0:
                return
        last = screen.finish()
        if last and not stop.is_set():
            yield last


class RemoteEngine:
    """An `Engine` over a model on a server. Several replies may be written at once."""

    def __init__(self, model: RemoteModel) -> None:
        self.model = model
        self.info = EngineInfo(NAME, model=model.name, host=model.server.host)

    @property
    def window(self) -> int:
        """The number of tokens that prompt and draft together may have."""
        return self.model.window

    def count(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the prompt."""
        return self.model.count_messages(messages)

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft as the server sends it. Raises what `ModelServer.stream` raises."""
        return self.model.stream(prompt.messages, prompt.max_tokens, stop)


def open_remote(settings: Settings) -> RemoteEngine:
    """Return an engine over the server that the settings name.

    Raises NotReadyError where the server can't be reached, UsageError where it wants another key or hasn't the model,
    FaultError where what it says makes no sense.
    """
    server = ModelServer(settings.remote, settings.remote_key, settings.remote_timeout)
    served = server.model(settings.remote_model, settings.context)
    model = RemoteModel(server, served.name, served.window, settings.temperature, settings.seed)
    return RemoteEngine(replace(model, window=min(served.window, settings.context or served.window)))
