"""What a prompt asks for, taken apart once: its facets, the thing it is about, and whether a sum is wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.records import Evidence, Language, Prompt
from assistant.retrieval import facets, rows
from assistant.retrieval.rows import BRACKETED, Row
from assistant.text import names, tokens
from assistant.text.names import Name

# How much of being on the subject the first name of a question makes: what it asks about comes first.
TOPIC = 0.6
# A name that only stands above a claim counts this much; prose need not repeat what it is about.
ABOVE = 0.3
# One that stands only in a list ("with NVIDIA, Intel and AMD silicon") counts this much.
LISTED = 0.6
# Evidence that names nothing of what the question is about by name keeps this much of its worth.
UNNAMED = 0.25
# What tells no sum keeps this much of its worth where the question is how much something costs.
NO_SUM = 0.3
# The other language speaks only where the asker's has little to say.
OTHER_LANGUAGE = 0.4
# What asks for a sum of money.
_SUM = re.compile(
    r"多少[錢钱]|多少(?:美元|台幣|元)|(?:價格|售價|單價|費用)(?:大概|大約)?(?:是|要)?多少"
    r"|\bhow much (?:is|are|do|does|did|will|would)\b[^?,]*\bcosts?[?]|\bhow much (?:is|are) an?\b"
    r"|\bwhat does\b[^?,]*\bcost\b",
    re.IGNORECASE,
)
# A name of several words.
_RUN = re.compile(r"\b[A-Z][\w.-]*(?: [A-Z][\w.-]*)+")
# Alternatives are named ("GTC or a European show"); "strategy or focus" is one thing.
_ALTERNATIVES = re.compile(r"[A-Za-z0-9]\s?或|\b[A-Z][\w.-]*(?: \d+)?,? or\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt asks for, taken apart once: for each part its facets and terms, and the names of its subject."""

    facets: tuple[frozenset[str], ...]
    terms: tuple[set[str], ...]
    topic: frozenset[str]
    subject: frozenset[str]
    rows: tuple[Row, ...]
    language: Language
    phrases: tuple[frozenset[str], ...] = ()
    sum: bool = False
    known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, prompt: Prompt) -> "Asked":
        """Take a prompt apart."""
        focus = prompt.focus or prompt.parts
        # Of alternatives ("GTC or a European show") evidence names one; of things compared the rows take care.
        several = bool(prompt.rows) or bool(_ALTERNATIVES.search(prompt.question))
        # What stands in brackets names once more what stands before, and the evidence may call it only that.
        plain = "" if several else BRACKETED.sub("", prompt.question)
        asked = names.find(plain, prompt.known)
        # Who names nothing but a size ("an 8 GB box") is answered by what tells of that size.
        sizes = frozenset() if asked else _sizes(plain)
        return cls(
            tuple(facets.named_in(f) or facets.named_in(part) for f, part in zip(focus, prompt.parts, strict=True)),
            tuple(set(tokens.terms(part)) for part in prompt.parts),
            _first(asked) or sizes,
            sizes.union(*(name.parts for name in asked)),
            prompt.rows,
            prompt.language,
            () if several else tuple(_phrases(part, prompt) for part in prompt.parts),
            len(prompt.parts) == 1 and bool(_SUM.search(prompt.question)),
            prompt.known,
        )

    def on_subject(self, evidence: Evidence) -> float:
        """Return 1, or less for evidence in the other language or on other things than the question names."""
        hit = evidence.hit
        spoken = 1.0 if hit.passage.language == self.language else OTHER_LANGUAGE
        if not self.subject:
            return spoken
        said, above = self.names(hit.passage.text), self.names(" ".join((hit.title, *hit.passage.headings)))
        titled = ABOVE if hit.passage.kind == "claim" else 1.0
        topic = max(len(self.topic & said), titled * len(self.topic & above)) / len(self.topic)
        shared = TOPIC * topic + (1 - TOPIC) * len(self.subject & (said | above)) / len(self.subject)
        if self.topic & said and not self.topic & self.names(hit.passage.text, listed=False):
            shared *= LISTED
        return spoken * (UNNAMED + (1 - UNNAMED) * shared)

    def called(self, part: int, evidence: Evidence) -> float:
        """Return 1, or less for evidence without the names of several words that a part has."""
        phrases = self.phrases[part] if self.phrases else ()
        return UNNAMED if phrases and not any(phrase in _said(evidence) for phrase in phrases) else 1.0

    def named_in(self, text: str) -> bool:
        """Say whether a text names anything that the question does, where that names anything."""
        return not self.subject or bool(self.subject & self.names(text))

    def leads(self, text: str) -> bool:
        """Say whether a text names before all else what the question does, where that names anything."""
        found = names.find(text, self.known)
        return not self.topic or bool(self.topic & _sizes(text)) or _leads(self.topic, found)

    def worth(self, text: str) -> float:
        """Return 1, or less for a text without a sum of money where the question is for one."""
        return NO_SUM if self.sum and not facets.bears("prices", text) else 1.0

    def names(self, text: str, *, listed: bool = True) -> frozenset[str]:
        """Return the sizes in a text and the parts of its names; without those that are only `listed` with others."""
        found = (n for n in names.find(text, self.known) if listed or rows.stands_out(text, n.start, n.end))
        return _sizes(text).union(*(name.parts for name in found))


def _first(found: Sequence[Name]) -> frozenset[str]:
    """Return the parts of what is named first; a place only where nothing else is (台灣個資法)."""
    things = [name for name in found if not _is_place(name)]
    return frozenset((things or found)[0].parts) if found else frozenset()


def _leads(topic: frozenset[str], found: Sequence[Name]) -> bool:
    """Say whether a text names the topic before others of its kind, things or places."""
    place = all(map(names.is_place, topic))
    return bool(topic & _first([name for name in found if _is_place(name) == place]))


def _is_place(name: Name) -> bool:
    return all(map(names.is_place, name.parts))


def _phrases(part: str, prompt: Prompt) -> frozenset[str]:
    """Return the names of several words in a part ("EU AI Act") that some of the evidence has as they stand.

    Words like "AI" and "Act" name nothing alone, so that the parts of such a name are found in many others.
    """
    runs = (run.group() for run in _RUN.finditer(part))
    asked = {run.casefold() for run in runs if 0 < len(names.find(run)) < len(run.split())}
    told = [_said(evidence) for evidence in prompt.evidence] if asked else []
    return frozenset(phrase for phrase in asked if any(phrase in text for text in told))


def _said(evidence: Evidence) -> str:
    passage = evidence.hit.passage
    return " ".join((evidence.hit.title, *passage.headings, passage.text)).casefold()


def _sizes(text: str) -> frozenset[str]:
    """Return the sizes in a text, marked, for a name may have one as a part (27B)."""
    return frozenset(f"={size}" for size in tokens.measures(text))
