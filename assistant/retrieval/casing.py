"""Names typed in small letters ("dgx spark", "eu ai act"), read as the passages found write them.

A name in small letters is a word like others; what knows names by their letters would miss what the question is about.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from assistant.records import Findings, Hit
from assistant.retrieval import parts
from assistant.text import names
from assistant.text.tokens import STOP_WORDS

# Names have at most so many words, and are looked for in so many passages of each part.
MOST_WORDS, MOST_HITS = 4, 12
_RUN = re.compile(r"[A-Z][\w+\-]*(?:\.\w+)*(?: [A-Z0-9][\w+\-]*(?:\.\w+)*)+")
_WORD = re.compile(r"[A-Za-z0-9][\w+\-]*(?:\.\w+)*")


def as_written(findings: Findings) -> Findings:
    """Return the findings with the names in the question, and in its parts, as the passages found write them."""
    small = {word for word in _WORD.findall(findings.question) if word == word.lower() and not word.isdigit()}
    if not small - STOP_WORDS:
        return findings
    written = _written([hit for part in findings.parts for hit in part.hits[:MOST_HITS]])
    told = [_told(text, written) for text in (findings.question, *(part.question for part in findings.parts))]
    question, *questions = told
    if tuple(part.text for part in parts.split(question)) != tuple(questions):
        return findings
    found = tuple(replace(part, question=q) for part, q in zip(findings.parts, questions, strict=True))
    return replace(findings, question=question, parts=found)


def _told(text: str, written: Mapping[str, str]) -> str:
    """Return a text with its names as they are written, the longest first; what has a capital stays as it is."""
    words = list(_WORD.finditer(text))
    told, end, k = "", 0, 0
    while k < len(words):
        for size in range(min(MOST_WORDS, len(words) - k), 0, -1):
            start, last = words[k].start(), words[k + size - 1].end()
            name = written.get(text[start:last].lower())
            if name and _is_small(text[start:last], name):
                told, end, k = f"{told}{text[end:start]}{name}", last, k + size
                break
        else:
            k += 1
    return told + text[end:]


def _is_small(typed: str, name: str) -> bool:
    """Say whether a name is typed with some of its words in small letters ("AI act")."""
    pairs = zip(typed.split(), name.split(), strict=False)
    return typed != name and all(word in (own, own.lower()) for word, own in pairs)


def _written(hits: list[Hit]) -> dict[str, str]:
    """Return the names in the passages by their small letters; a single word only if it is never written small."""
    texts = [" ".join((hit.title, *hit.passage.headings, hit.passage.text)) for hit in hits]
    common = {word for text in texts for word in _WORD.findall(text) if word == word.lower()}
    written: dict[str, str] = {}
    for text in texts:
        for name in _names(text):
            if name != name.lower() and (" " in name or name.lower() not in common | names.WORDS_TOO):
                written.setdefault(name.lower(), name)
    return written


def _names(text: str) -> Iterator[str]:
    """Yield the names in a text and the shorter ones in them: DGX Spark in NVIDIA DGX Spark."""
    yield from (text[start:end] for start, end in names.spans(text) if " " not in text[start:end])
    for run in _RUN.finditer(text):
        words = run.group().split(" ")
        for start in range(len(words)):
            for end in range(start + 2, min(start + MOST_WORDS, len(words)) + 1):
                if {words[start].lower(), words[end - 1].lower()}.isdisjoint(STOP_WORDS):
                    yield " ".join(words[start:end])
