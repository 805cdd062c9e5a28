"""Whether a statement exchanges the two sides of a relation: "A beats B" for "B beats A", A 比 B 省電 for B 比 A 省電.

What stands before the relation's word and what stands after it are held against the passage's two sides. Only what
the passage has on one side alone can tell them apart.
"""

import re
from collections.abc import Mapping

from assistant.answering.assertions import Assertion
from assistant.text.figures import plain

# Relations in both languages, each with what it relates to. "Beats" is held only against "beats", never its converse.
_REST = r"(?P<right>[^，,；;。：:]{2,60})"
_RELATIONS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(rf"\b(?:{english})\b(?P<right>(?:[^,.;:]|[.,](?=\d))+)"), re.compile(chinese))
    for english, chinese in (
        (r"than", r"(?<!对)比(?!例|重|较)(?P<right>[^，,；;。]{2,24}?)(?=[更还省多少高低快慢贵好差大小强弱便提])"),
        (r"beats?|outperform\w*|surpass\w*|outdo\w*", rf"(?:胜过|优于|赢过|超越|打败){_REST}"),
        (r"cit(?:es|ed|ing)|quot(?:es|ed|ing)", rf"(?:引用|引述|转述){_REST}"),
        (r"(?:stake|shareholding|interest) in", r"对(?P<right>[^，,；;。]{2,30})的?持股"),
        (r"instead of|rather than|in place of", rf"(?:取代|代替|而非){_REST}"),
    )
)
_SENTENCE = re.compile(r"[。；;！？]|[.!?]\s")
_BY = re.compile(r"\b\w+(?:ed|en|ought) by\b|被|遭")
# What the exchanged sides have to share, in the anchors' weights.
LEAST_SIDE = 1.0


def exchanged(statement: Assertion, window: Assertion) -> str:
    """Return the relation whose sides the statement exchanges, as written there, or an empty string."""
    if bool(_BY.search(plain(statement.text))) != bool(_BY.search(plain(window.text))):
        return ""
    for relation in _RELATIONS:
        ours, theirs = _sides(relation, statement), _sides(relation, window)
        if ours is None or theirs is None:
            continue
        left, right = theirs[0].keys() - theirs[1].keys(), theirs[1].keys() - theirs[0].keys()
        turned = min(_shared(ours[1], left - ours[0].keys()), _shared(ours[0], right - ours[1].keys()))
        if turned >= LEAST_SIDE and _shared(ours[1], right) < turned / 2:
            return ours[2]
    return ""


def _shared(side: Mapping[str, float], keys: set[str]) -> float:
    return sum(weight for key, weight in side.items() if key in keys)


def _sides(
    relation: tuple[re.Pattern[str], re.Pattern[str]], said: Assertion
) -> tuple[Mapping[str, float], Mapping[str, float], str] | None:
    """Return the anchors on the two sides of a relation and its words, or None where it isn't there."""
    text = plain(said.text)
    found = relation[0 if said.language == "en" else 1].search(text)
    if found is None:
        return None
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, found.start())), default=0)
    marks = [mark for segment in said.segments for mark in segment.marks if mark.key[0] != "~"]
    return (
        {m.key: m.weight for m in marks if start <= m.start < found.start()},
        {m.key: m.weight for m in marks if found.start("right") <= m.start < found.end("right")},
        said.text[found.start() : found.end()].strip(),
    )
