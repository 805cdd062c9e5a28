"""What a part of a question is about by name or size, and how far evidence is on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.records import Evidence
from assistant.retrieval import rows
from assistant.retrieval.rows import BRACKETED
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
# A place alone says less of what a question is about.
ELSEWHERE = 0.5


@dataclass(frozen=True, slots=True)
class Subject:
    """The parts of the `topic`, which is named first, and of all that is `named`; empty where nothing is."""

    topic: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, known: Mapping[str, str]) -> "Subject":
        """Return what a text is about by name; who names nothing but a size ("an 8 GB box") is asking of that.

        What stands in brackets names once more what stands before, and the evidence may call it only that.
        """
        plain = BRACKETED.sub("", text)
        found = names.find(plain, known)
        sizes = frozenset() if found else _sizes(plain)
        return cls(_first(found) or sizes, sizes.union(*(name.parts for name in found)), known)

    def share(self, evidence: Evidence) -> float:
        """Return 1, or less for evidence on other things."""
        hit = evidence.hit
        if not self.named:
            return 1.0
        said, above = self.names(hit.passage.text), self.names(" ".join((hit.title, *hit.passage.headings)))
        titled = ABOVE if hit.passage.kind == "claim" else 1.0
        topic = max(len(self.topic & said), titled * len(self.topic & above)) / len(self.topic)
        shared = TOPIC * topic + (1 - TOPIC) * len(self.named & (said | above)) / len(self.named)
        if self.topic & said and not self.topic & self.names(hit.passage.text, listed=False):
            shared *= LISTED
        least = ELSEWHERE if all(map(names.is_place, self.topic)) else UNNAMED
        return least + (1 - least) * shared

    def named_in(self, text: str) -> float:
        """Return the share of what is named that a text names; 1 where nothing is."""
        return len(self.named & self.names(text)) / len(self.named) if self.named else 1.0

    def leads(self, text: str) -> bool:
        """Say whether a text begins with the topic, among things or places as that is, or with what is named as well.

        Where nothing is named, every text does.
        """
        if not self.topic or self.topic & _sizes(text):
            return True
        place = all(map(names.is_place, self.topic))
        first = _first([n for n in names.find(text, self.known) if n.is_place == place])
        return bool(self.topic & first) or bool(first and first <= self.named and self.named <= self.names(text))

    def names(self, text: str, *, listed: bool = True) -> frozenset[str]:
        """Return the sizes in a text and the parts of its names; without those that are only `listed` with others."""
        found = (n for n in names.find(text, self.known) if listed or rows.stands_out(text, n.start, n.end))
        return _sizes(text).union(*(name.parts for name in found))


def _first(found: Sequence[Name]) -> frozenset[str]:
    """Return the parts of what is named first; a place only where nothing else is (台灣個資法)."""
    things = [name for name in found if not name.is_place]
    return frozenset((things or found)[0].parts) if found else frozenset()


def _sizes(text: str) -> frozenset[str]:
    """Return the sizes in a text, marked, for a name may have one as a part (27B)."""
    return frozenset(f"={size}" for size in tokens.measures(text))
