"""Which sentences of the passages found hold the answer: a linear model over sentences, one for both languages.

The weights maximise the likelihood of the sentence with the answer among those of the five best passages (a softmax,
with a penalty on the squares). They were learnt on DRCD's test set, CMRC 2018's development set and sentences of
SQuAD's training articles (2026-11-22), none of which is measured. What else was tried: docs/LOG.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.records import Hit
from assistant.retrieval import features, scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.scoring import Bag, Statistics, Tally
from assistant.text import sentences
from assistant.text.normalize import index_form

WEIGHTS: Mapping[str, float] = {
    "passage": 9.07,
    "covered": 1.73,
    "next covered": 0.82,
    "bridged": 3.32,
    "stretches": 2.54,
    "number": 2.32,
    "date": 2.72,
    "person": 1.75,
}

# What a question asks for, and what a sentence has that answers it.
_KINDS = {
    "number": (
        re.compile(
            r"how (?:many|much|long|old|far|tall|large|big|often|high|fast)|what (?:percent|number|year|age)"
            r"|多少|[幾几](?!乎)|多[大長长高久遠远快]|比例|百分",
            re.IGNORECASE,
        ),
        re.compile(
            r"\d|[一二三四五六七八九十百千萬万億亿兩两]+[年月日個个人次座名位所種种倍萬万億亿%歲岁]"
            r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion|half"
            r"|twice|dozen)\b"
        ),
    ),
    "date": (
        re.compile(
            r"\bwhen\b|what (?:year|date|day|month|century|decade)"
            r"|何時|何时|哪一?[年天日月]|什麼時候|什么时候|幾年|几年|時間|年份",
            re.IGNORECASE,
        ),
        re.compile(
            r"\d{3,4}|世紀|世纪|年代|[年月日]|\b(?:century|january|february|march|april|june|july|august|september|october"
            r"|november|december|spring|summer|autumn|winter)\b",
            re.IGNORECASE,
        ),
    ),
    "person": (
        re.compile(r"\bwho(?:m|se)?\b|誰|谁|哪一?[位個个]人|何人|哪位", re.IGNORECASE),
        re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+|·"),
    ),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit: its offsets in the passage's text, and how likely it holds the answer (any real number)."""

    hit: Hit
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The sentence as it stands in the passage."""
        return self.hit.passage.text[self.start : self.end]


def choose(
    text: str,
    query: Bag,
    translated: Bag,
    hits: Sequence[Hit],
    statistics: Statistics,
    bridge: Bridge | None,
) -> list[Sentence]:
    """Return all sentences of `hits` for the question `text`, the likeliest to hold its answer first.

    `query` has the question's weighted terms, `translated` those in the other language.
    """
    passages = scoring.analyse(hits)
    covered = features.covered(scoring.weigh(query, statistics), Tally.of(query, passages).sentences).tolist()
    bridged = bridge.sentences(query, translated, passages).tolist() if bridge else [0.0] * len(covered)
    of_passages = scoring.scaled(np.array([hit.score for hit in hits])).tolist()
    question = features.plain(text)
    found, first = [], 0
    for passage, of_passage in zip(passages, of_passages, strict=True):
        end_of_passage = first + passage.parts.body.lines
        for line, (start, end) in enumerate(sentences.spans(passage.hit.passage.text), first):
            own = passage.hit.passage.text[start:end]
            row = {
                "passage": of_passage,
                "covered": covered[line],
                "next covered": covered[line + 1] if line + 1 < end_of_passage else 0.0,
                "bridged": bridged[line],
                "stretches": features.stretches(question, index_form(own)),
                **_kinds(text, own),
            }
            score = sum(WEIGHTS[name] * value for name, value in row.items())
            found.append(Sentence(passage.hit, start, end, score))
        first = end_of_passage
    return sorted(found, key=lambda s: -s.score)


def _kinds(question: str, sentence: str) -> dict[str, float]:
    """Return for each kind of answer 1 where the question asks for it and the sentence has it, else 0.

    A name that the question has itself answers nothing.
    """
    return {
        kind: float(bool(asks.search(question)) and any(m not in question for m in has.findall(sentence)))
        if kind == "person"
        else float(bool(asks.search(question)) and bool(has.search(sentence)))
        for kind, (asks, has) in _KINDS.items()
    }
