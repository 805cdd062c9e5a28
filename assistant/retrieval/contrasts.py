"""Things that a question sets against one another: "比較 NPU 與 GPU", "quantization or distillation: which …"."""

import re
from itertools import pairwise

from assistant.corpus.glossary import Glossary
from assistant.retrieval import facets
from assistant.text import names

# Without such a word "A and B" are just two names.
_CONTRAST = re.compile(
    "比較|對比|相比|比起|差異|差別|差在|區別|不同|異同|優劣|何者|哪[個種款家]|取捨|怎麼選|如何選|該選|比[，,？?]|比$"
    r"|\bcompar|\bversus\b|\bvs\b|\bdiffer|\bwhich one\b|\b(?:choos\w+|choice|trade-?offs?|decid\w+) between\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:、|以及|[與和跟及或對])\s*"
    r"|,? (?:(?:compared?|differs?) )?(?:and|with|to|from|against) (?:the |an? )?|, (?:the |an? )?",
    re.IGNORECASE,
)
# These contrast by themselves.
_AGAINST = re.compile(
    r"\s*還是\s*|\s+(?:versus|vs\.?)\s+(?:the |an? )?|,? or (?:the |an? )?"
    r"|(?: is| are)? (?:\w+er|more \w+|less \w+) than (?:the |an? )?",
    re.IGNORECASE,
)


def find(question: str, glossary: Glossary) -> tuple[str, ...]:
    """Return the first names or terms that stand side by side and are contrasted, as they stand there; or none."""
    contrasted = bool(_CONTRAST.search(question))
    run: list[str] = []
    for (start, end), (further, last) in pairwise(_places(question, glossary)):
        against = _AGAINST.fullmatch(question, end, further)
        if against or _JOINT.fullmatch(question, end, further):
            run = [*(run or [question[start:end]]), question[further:last]]
            contrasted = contrasted or bool(against)
        elif run:
            break
    return tuple(dict.fromkeys(run)) if contrasted and len(set(run)) > 1 else ()


def _places(question: str, glossary: Glossary) -> list[tuple[int, int]]:
    """Return where names and terms stand, in order, but for what is asked of them (costs, risks)."""
    places = [*names.spans(question), *((term.start, term.end) for term in glossary.find(question))]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    asked = {place for place in joined if facets.named_in(question[slice(*place)]) and not _is_name(question, *place)}
    return [place for place in joined if place not in asked]


def _is_name(question: str, start: int, end: int) -> bool:
    """Say whether a place is a name of several words, which may hold what is asked of others (the AI Act)."""
    return " " in question[start:end] and any(start <= name.start < end for name in names.find(question))
