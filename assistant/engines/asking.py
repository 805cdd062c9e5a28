"""What a prompt asks for, taken apart once: its facets, the thing it is about, the kind of answer that is wanted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.engines.subject import Subject
from assistant.records import Evidence, Language, Prompt
from assistant.retrieval import facets, wanted
from assistant.retrieval.rows import Row
from assistant.retrieval.wanted import Wanted
from assistant.text import names, tokens

# Evidence without the name of several words that a part has keeps this much of its worth.
UNCALLED = 0.25
# The other language speaks only where the asker's has little to say.
OTHER_LANGUAGE = 0.4
# The title of a law after its country; the evidence may write it out (個資法: 個人資料保護法).
_LAW = re.compile(r"(?P<law>[\u4e00-\u9fff]{2,7}?(?<![方無辦看作修立依用說想合])法)(?!人|院|官|律|規|令|務|定|案)")
# A name of several words.
_RUN = re.compile(r"\b[A-Z][\w.-]*(?: [A-Z][\w.-]*)+")
# Alternatives are named ("GTC or a European show"); "strategy or focus" is one thing.
_ALTERNATIVES = re.compile(r"[A-Za-z0-9]\s?或|\b[A-Z][\w.-]*(?: \d+)?,? or\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt asks for, taken apart once: for each part its facets and terms, and what it is about by name."""

    facets: tuple[frozenset[str], ...]
    terms: tuple[set[str], ...]
    subjects: tuple[Subject, ...]
    rows: tuple[Row, ...]
    language: Language
    phrases: tuple[frozenset[str], ...] = ()
    wanted: tuple[tuple[Wanted, ...], ...] = ()
    sizes: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, prompt: Prompt) -> "Asked":
        """Take a prompt apart."""
        focus = prompt.focus or prompt.parts
        # Of alternatives ("GTC or a European show") evidence names one; of things compared the rows take care.
        several = bool(prompt.rows) or bool(_ALTERNATIVES.search(prompt.question))
        phrases = () if several else tuple(_phrases(part, prompt) | _laws(part, prompt) for part in prompt.parts)
        asked = zip(focus, prompt.parts, phrases or [frozenset[str]()] * len(prompt.parts), strict=True)
        return cls(
            tuple(_facets(f, own) or _facets(part, own) for f, part, own in asked),
            tuple(set(tokens.terms(part)) for part in prompt.parts),
            tuple(Subject() if several else _subject(k, phrases, prompt) for k in range(len(prompt.parts))),
            prompt.rows,
            prompt.language,
            phrases,
            tuple(map(wanted.of, prompt.parts)),
            tuple(frozenset(tokens.measures(part)) for part in prompt.parts),
        )

    def spoken(self, evidence: Evidence) -> float:
        """Return 1, or less for evidence in the other language."""
        return 1.0 if evidence.hit.passage.language == self.language else OTHER_LANGUAGE

    def called(self, part: int, evidence: Evidence) -> float:
        """Return 1, or less for evidence without the names of several words that a part has."""
        phrases = self.phrases[part] if self.phrases else ()
        return UNCALLED if phrases and not any(_calls(phrase, _said(evidence)) for phrase in phrases) else 1.0


def _subject(k: int, phrases: Sequence[frozenset[str]], prompt: Prompt) -> Subject:
    """Return what a part is about by name: what it names itself, or else what the question does."""
    part = prompt.parts[k]
    own = Subject.of(part, prompt.known)
    things = bool(phrases[k]) or any(not name.is_place for name in names.find(part, prompt.known))
    return own if own.named and things else Subject.of(prompt.question, prompt.known)


def _facets(text: str, called: frozenset[str]) -> frozenset[str]:
    """Return the facets that a text names, but for what is `called` so (the AI Act)."""
    for phrase in called:
        text = re.sub(re.escape(phrase), " ", text, flags=re.IGNORECASE)
    return facets.named_in(text)


def _phrases(part: str, prompt: Prompt) -> frozenset[str]:
    """Return the names of several words in a part ("EU AI Act") that some of the evidence has as they stand.

    Words like "AI" and "Act" name nothing alone, so that the parts of such a name are found in many others.
    """
    runs = (run.group() for run in _RUN.finditer(part))
    asked = {run.casefold() for run in runs if _is_phrase(run)}
    told = [_said(evidence) for evidence in prompt.evidence] if asked else []
    return frozenset(phrase for phrase in asked if any(phrase in text for text in told))


def _is_phrase(run: str) -> bool:
    """Say whether words with capitals make a name together: some of them name nothing alone, or it is a law's title."""
    named = len(names.find(run))
    return named < len(run.split()) and (named > 0 or "law" in facets.named_in(run))


def _laws(part: str, prompt: Prompt) -> frozenset[str]:
    """Return the laws that a Chinese part names and some of the evidence tells of."""
    ends = [name.end for name in names.find(part) if name.is_place]
    asked = {m["law"] for end in ends if (m := _LAW.match(part, end))}
    told = [_said(evidence) for evidence in prompt.evidence] if asked else []
    return frozenset(law for law in asked if any(_calls(law, text) for text in told))


def _calls(phrase: str, text: str) -> bool:
    """Say whether a text has a phrase; a Chinese law also where its title is written out."""
    return phrase in text or (not phrase.isascii() and bool(_written_out(phrase).search(text)))


@cache
def _written_out(law: str) -> re.Pattern[str]:
    return re.compile("[\u4e00-\u9fff]{0,3}".join(law))


def _said(evidence: Evidence) -> str:
    passage = evidence.hit.passage
    return " ".join((evidence.hit.title, *passage.headings, passage.text)).casefold()
