"""A local model as a LangChain chat model, for use in chains of your own.

Nothing else in the program imports this module, and LangChain's types stay inside it.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

from assistant.engines.remote import RemoteModel
from assistant.errors import RefusedError
from assistant.models.llama import LlamaModel
from assistant.records import Message


class LocalChatModel(BaseChatModel):
    """A `BaseChatModel` over a loaded model, or one on a server of one's own: `Workspace.chat_model()`.

    It takes system, user and assistant messages of text, and streams. `max_tokens`, `temperature` and `seed`
    may be given here or with a call; LangChain's `stop` are texts that end the reply. Raises RefusedError for
    other kinds of messages and for a prompt that does not fit into the model's window.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    local: LlamaModel | RemoteModel
    max_tokens: int = 512
    temperature: float | None = None
    seed: int | None = None

    @property
    def _name(self) -> str:
        return self.local.name if isinstance(self.local, RemoteModel) else self.local.card.name

    @property
    def _llm_type(self) -> str:
        return "edge-research-assistant"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self._name, "max_tokens": self.max_tokens, "temperature": self.temperature}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:  # noqa: ANN401
        params = super()._get_ls_params(stop=stop, **kwargs)
        params.setdefault("ls_model_name", self._name)
        return params

    def get_num_tokens(self, text: str) -> int:
        """Return the number of tokens that the model makes of `text`."""
        return self.local.count(text)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401  LangChain's own signature
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401  LangChain's own signature
    ) -> Iterator[ChatGenerationChunk]:
        conversation = [_message(message) for message in messages]
        halt = threading.Event()
        written = ""
        try:
            for piece in self.local.stream(
                conversation,
                kwargs.get("max_tokens") or self.max_tokens,
                halt,
                temperature=kwargs.get("temperature", self.temperature),
                seed=kwargs.get("seed", self.seed),
                ends=stop or (),
            ):
                written += piece
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
                if run_manager:
                    run_manager.on_llm_new_token(piece, chunk=chunk)
                yield chunk
        finally:
            halt.set()
        yield ChatGenerationChunk(message=self._last_chunk(conversation, written))

    def _last_chunk(self, conversation: Sequence[Message], written: str) -> AIMessageChunk:
        asked, answered = self.local.count_messages(conversation), self.local.count(written)
        return AIMessageChunk(
            content="",
            usage_metadata=UsageMetadata(input_tokens=asked, output_tokens=answered, total_tokens=asked + answered),
            response_metadata={"model_name": self._name},
            chunk_position="last",
        )


def _message(message: BaseMessage) -> Message:
    """Return a LangChain message as ours. Raises RefusedError for a kind that a local model can't take."""
    if isinstance(message, SystemMessage):
        return Message("system", str(message.text))
    if isinstance(message, HumanMessage):
        return Message("user", str(message.text))
    if isinstance(message, AIMessage):
        return Message("assistant", str(message.text))
    raise RefusedError(
        f"a local model can't take a {type(message).__name__}", remedy="send system, human and AI messages of text"
    )
