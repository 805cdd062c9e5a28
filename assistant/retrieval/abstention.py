"""How far the evidence carries a question: below a threshold the program says that it does not know."""

from collections.abc import Iterable, Mapping

from assistant.text import tokens

# A Latin word says about as much as three Chinese characters.
WORD = 3


def content_terms(text: str) -> list[str]:
    """Return the different terms of a question that say what it is about."""
    return list(dict.fromkeys(term for _, terms in tokens.phrases(text) for term in terms))


def strength(question: str, equivalents: Mapping[str, Iterable[str]], found: set[str]) -> float:
    """Return how far the evidence carries a question, 0 to 1.

    That is the share of the question that the found terms cover, plus the share that the glossary knows: a question
    in the field's own words needs less of its wording to recur. `equivalents` are the question's glossary phrases
    with their other names; a phrase is covered when one of those was found. Of the measures tried it tells questions
    about the corpus from others best (docs/LOG.md).
    """
    known = set(found)
    for phrase, names in equivalents.items():
        if any(found.issuperset(tokens.terms(name)) for name in names):
            known.update(tokens.terms(phrase))
    covered = size = 0
    for phrase, terms in tokens.phrases(question):
        if tokens.is_han(phrase):
            # Pairs overlap, and those across two words occur nowhere: a character counts if any pair with it does.
            places = {place for i, term in enumerate(terms) if term in known for place in (i, i + 1)}
            covered, size = covered + len(places), size + len(phrase)
        else:
            covered, size = covered + WORD * any(term in known for term in terms), size + WORD
    familiar = sum(len(tokens.terms(phrase)) for phrase in equivalents) / max(1, len(tokens.terms(question)))
    return min(1.0, covered / size + familiar) if size else 0.0
