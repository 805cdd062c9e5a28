"""The weighted terms that a part of a question searches with."""

from collections.abc import Mapping

from assistant.corpus.glossary import Glossary
from assistant.retrieval.parts import SubQuestion
from assistant.text import tokens

# What a term counts: in the part's focus, elsewhere in the part, elsewhere in the question (the subject that "their
# limits" leaves out). A glossary equivalent counts this much of the term it stands for.
FOCUS, OWN, CONTEXT, EQUIVALENT = 1.0, 0.5, 0.35, 0.4
# A Latin name in a Chinese question is one term where a Chinese word is three (a pair and its two characters);
# a question word or particle, and a pair with one, tell little. Measured: docs/LOG.md.
NAME, FILLER = 1.6, 0.5


def query(part: SubQuestion, question: str, glossary: Glossary) -> dict[str, float]:
    """Return the weighted terms of a part: of its focus, of the rest of it, of the question; and of equivalents."""
    weights: dict[str, float] = {}
    said = ((part.focus, FOCUS), (part.text, OWN), (question, CONTEXT))
    equivalents = ((name, EQUIVALENT * weight) for text, weight in said for name in glossary.expand(text))
    for text, weight in (*said, *equivalents):
        for term in tokens.terms(text):
            weights[term] = max(weight * kind(term), weights.get(term, 0.0))
    return weights


def kind(term: str) -> float:
    """Return how much a term tells by its kind."""
    if not tokens.is_han(term):
        return NAME
    return FILLER if tokens.is_filler(term) else 1.0


# The rarest terms of a query that search for candidates, however common they are.
LEAST_TERMS = 8


def rarest(query: Mapping[str, float], frequencies: Mapping[str, int], most: int) -> list[str]:
    """Return the terms of a query that occur, the rarest first, until they occur `most` times in all."""
    chosen: list[str] = []
    for term in sorted((t for t in query if t in frequencies), key=lambda t: (frequencies[t], t)):
        if len(chosen) >= LEAST_TERMS and most <= 0:
            break
        chosen.append(term)
        most -= frequencies[term]
    return chosen
