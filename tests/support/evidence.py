"""Evidence made by hand, for tests of what is written from it."""

from assistant.records import BlockKind, Evidence, Hit, Language, Message, Passage, Prompt, Reference


def hit(
    text: str,
    *,
    claim: str | None = None,
    title: str = "Edge AI",
    headings: tuple[str, ...] = ("Edge AI", "Overview"),
    references: tuple[Reference, ...] = (),
    language: Language = "en",
    document: str = "d1",
    kind: BlockKind | None = None,
    score: float = 1.0,
) -> Hit:
    """Return a hit of one passage; a claim when it has an id."""
    passage = Passage(
        id=f"p-{abs(hash(text)) % 10**8}-{document}", document_id=document, start=0, end=len(text), text=text,
        language=language, kind=kind or ("claim" if claim else "prose"), headings=headings, claim=claim,
        references=references,
    )  # fmt: skip
    return Hit(passage, path=f"{document}.md", title=title, score=score)


def prompt(
    question: str,
    *found: tuple[Hit, tuple[float, ...]],
    parts: tuple[str, ...] = (),
    language: Language = "en",
    **more: object,
) -> Prompt:
    """Return a prompt of hits, each with its relevance for each part; without `parts` the question is the only one."""
    evidence = tuple(Evidence(n, each, relevance) for n, (each, relevance) in enumerate(found, 1))
    messages = (Message("system", "Answer."), Message("user", question))
    return Prompt(question, language, parts or (question,), evidence, messages, 900, **more)  # type: ignore[arg-type]
