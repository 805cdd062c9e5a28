"""Whether a statement that repeats a passage nearly word for word has two things of it exchanged, or one replaced.

Where the words around a name in the statement are those around another one in the passage, and the other way round,
the two have changed places: "the NPU is 1.6 times faster in prefill" for what the passage says of the CPU. What is
reworded has other words around it and gives no evidence either way.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from assistant.answering.assertions import Assertion, family, figure_key, sort
from assistant.text import tokens
from assistant.text.figures import plain

# How many tokens to each side are compared, and what they count for from the nearest on.
_WEIGHTS = (1.0, 0.7, 0.5, 0.3)
# How much better crossing two places has to fit, and by which factor; set on tests/golden/grounding/tune.jsonl.
LEAST_GAIN, LEAST_FACTOR = 2.0, 1.5
# How well the words around a term have to fit those around another one to say that it took its place.
LEAST_TO_REPLACE = 3.5
_JOINS = frozenset(("and", "or", ",", "，", "与", "和", "及", "或"))
_TOKEN = re.compile(
    r"[a-z][a-z0-9]*(?:['’][a-z]+)?|\d+(?:\.\d+)?|[\u3400-\u9fff]|[，；。,;.:：](?=\s|$|[\u3400-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a figure, a name or a term as one. `sort` says what it can change places with; words have none."""

    key: str
    sort: str
    written: str


def transposed(statement: Assertion, window: Assertion, settled: Mapping[str, Set[str]]) -> str:
    """Return two figures, names or terms of the statement that stand in each other's place, or an empty string.

    `settled` has for the key of a figure those of others that it was found not to be exchanged with.
    """
    ours, theirs = line(statement), line(window)
    places: dict[str, list[int]] = {}
    for j, token in enumerate(theirs):
        places.setdefault(token.key, []).append(j)
    things = [i for i, token in enumerate(ours) if token.sort and token.key in places]
    for i, k in combinations(things, 2):
        one, other = ours[i], ours[k]
        if one.key == other.key or one.sort != other.sort or other.key in settled.get(one.key, ()):
            continue
        if all(token.sort or token.key in _JOINS for token in ours[i + 1 : k]):
            continue  # one list: its order says nothing
        straight = _fits(ours, i, theirs, places[one.key]) + _fits(ours, k, theirs, places[other.key])
        crossed = _fits(ours, i, theirs, places[other.key]) + _fits(ours, k, theirs, places[one.key])
        if crossed - straight > LEAST_GAIN and crossed > LEAST_FACTOR * straight:
            return f"{one.written} / {other.written}"
    return ""


def replaced(statement: Assertion, window: Assertion, above: Assertion) -> str:
    """Return a term of the statement that stands where the passage has another one instead, or an empty string."""
    ours, theirs = line(statement), line(window)
    known = {token.key for token in theirs} | above.weights.keys()
    said = {token.key for token in ours}
    others = [
        j
        for j, token in enumerate(theirs)
        if (token.sort == "term" or token.sort.startswith("name")) and token.key not in said
    ]
    for i, token in enumerate(ours):
        new = token.key[0] == "=" and token.key not in known
        if new and others and _fits(ours, i, theirs, others) >= LEAST_TO_REPLACE:
            return token.written
    return ""


def alike(ours: Sequence[Token], one: str, theirs: Sequence[Token], other: str) -> float:
    """Return how well the tokens around `one` fit those around `other` in another text, at the best of their places."""
    here = [i for i, token in enumerate(ours) if token.key == one]
    there = [j for j, token in enumerate(theirs) if token.key == other]
    return max((_fits(ours, i, theirs, there) for i in here), default=0.0) if there else 0.0


def _fits(ours: Sequence[Token], i: int, theirs: Sequence[Token], places: Sequence[int]) -> float:
    """Return how well the tokens around place `i` fit those around the best of several places in the other text."""
    return max(_side(ours, i, theirs, j, 1) + _side(ours, i, theirs, j, -1) for j in places)


def _side(ours: Sequence[Token], i: int, theirs: Sequence[Token], j: int, step: int) -> float:
    mine = _around(ours, i, step)
    there = set(_around(theirs, j, step))
    return sum(weight for key, weight in zip(mine, _WEIGHTS, strict=False) if key in there)


def _around(line: Sequence[Token], at: int, step: int) -> list[str]:
    found: list[str] = []
    for d in range(1, len(_WEIGHTS) + 1):
        if not 0 <= at + step * d < len(line):
            break
        found.append(line[at + step * d].key)
    return found


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[tuple[int, str], ...]:
    found = []
    for match in _TOKEN.finditer(plain(text)):
        word = match.group()
        stems = tokens.terms(word) if word[0].isascii() and word[0].isalpha() else [word]
        found.append((match.start(), (stems or [word])[0]))
    return tuple(found)


def line(said: Assertion) -> list[Token]:
    """Return a text as a line of tokens; a figure, a name or a term of the glossary is one."""
    things = [(f.start, f.end, figure_key(f), family(f)) for f in said.figures]
    things += [(n.start, n.end, "@" + "/".join(n.parts), sort(n)) for n in said.names]
    taken = {i for start, end, _, _ in things for i in range(start, end)}
    for segment in said.segments:
        for mark in segment.marks:
            if mark.key[0] == "=" and mark.start not in taken:
                things.append((mark.start, mark.start + mark.length, mark.key, "term"))
    taken = {i for start, end, _, _ in things for i in range(start, end)}
    line = [(start, Token(key, sort, said.text[start:end])) for start, end, key, sort in things]
    line += [(start, Token(word, "", word)) for start, word in _tokens(said.text) if start not in taken]
    return [token for _, token in sorted(line, key=lambda pair: pair[0])]
