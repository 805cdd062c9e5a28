"""Whom to evaluate: the extractive engine, the model files of a workspace, a model server."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import assistant
from assistant.answering import prompt as prompts
from assistant.engines.base import Engine
from assistant.engines.extractive import ExtractiveEngine
from assistant.engines.llama import LlamaEngine
from assistant.engines.remote import open_remote
from assistant.models import llama
from assistant.models.files import sha256
from assistant.models.fit import resident
from assistant.models.gguf import ModelCard
from assistant.models.likelihood import Scorer
from assistant.models.machine import usable_cores
from assistant.records import content_id
from assistant.research.evaluation import asking
from assistant.research.evaluation.subjects import Subject
from assistant.settings import Settings

# Drafts that are asked for at once; llama.cpp decodes them side by side.
TOGETHER, TOGETHER_ELSEWHERE = 8, 4


def floor() -> Subject:
    """Return the extractive engine, the floor that a model has to beat."""
    return Subject(_identity(ExtractiveEngine(), Settings(), _code()), "extractive", ExtractiveEngine())


@contextmanager
def local(card: ModelCard, settings: Settings) -> Iterator[Subject]:
    """Give the model of a file, loaded as long as the block lasts. Raises what `llama.load` raises."""
    model = llama.load(card, settings)
    try:
        # Prompts are all that it runs, and reading is bound by arithmetic: all cores are worth it.
        cores = settings.threads or usable_cores()
        scorer = Scorer(model.weights, model.format, window=model.window, threads=cores)
        try:
            engine = LlamaEngine(model)
            identity = _identity(engine, settings, sha256(card.path))
            yield Subject(identity, card.name, engine, scorer.score, TOGETHER, resident(card, model.window))
        finally:
            scorer.close()
    finally:
        model.close()


def elsewhere(settings: Settings) -> Subject:
    """Return the model on the server that the settings name. Its choices are scored by the letter it writes.

    What a server hides behind a name may change, and nobody here sees its file. Raises what `open_remote` raises.
    """
    engine = open_remote(settings)
    info = engine.info
    name = f"{info.model} @ {info.host}"
    return Subject(_identity(engine, settings, name), name, engine, together=TOGETHER_ELSEWHERE)


def _identity(engine: Engine, settings: Settings, what: str) -> str:
    """Return an id of all that replies depend on: the model, how it is run, and how it is asked."""
    run = (settings.context, settings.seed, settings.temperature)
    asked = (asking.VERSION, asking.MOST_OF_A_LINE, *asking.MOST.values(), prompts.VERSION)
    return f"{engine.info.name}-{content_id(what, repr(run), repr(asked))}"


def _code() -> str:
    """Return a digest of the program's own parts that the extractive engine writes with."""
    package = Path(assistant.__file__).parent
    made = hashlib.sha256()
    for folder in ("text", "retrieval", "engines"):
        for file in sorted((package / folder).rglob("*.py")):
            made.update(file.read_bytes())
    return made.hexdigest()


def cards_named(cards: Sequence[ModelCard], names: Sequence[str]) -> list[ModelCard]:
    """Return the cards whose file has one of the names, with or without its suffix; all of them without names."""
    return [card for card in cards if not names or {card.name, card.path.name, card.path.stem} & set(names)]
