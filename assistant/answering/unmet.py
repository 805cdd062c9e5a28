"""The kinds of answer that a question wants and no statement has: a sum for "how much", watts for "how many watts"."""

from collections.abc import Sequence

from assistant.records import Part, Statement
from assistant.retrieval import wanted
from assistant.retrieval.wanted import Wanted


def kinds(parts: Sequence[Part], conclusion: Sequence[int], statements: Sequence[Statement]) -> list[Wanted]:
    """Return what the answered parts want and neither their own supported statements nor the conclusion have."""
    lacking: dict[str, Wanted] = {}
    for part in parts:
        said = (statements[i] for i in {*part.statements, *conclusion})
        told = [statement.text for statement in said if statement.verdict == "supported"]
        for kind in wanted.of(part.question) if part.status == "answered" else ():
            if not any(wanted.has(kind, text) for text in told):
                lacking[kind.id] = kind
    return [kind for kind in lacking.values() if kind.zh]
