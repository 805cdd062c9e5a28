"""What the corpus does not say, said plainly: the last lines of an answer, the only ones of an abstention."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from assistant.records import Findings, Hit, Language, Part, Prompt
from assistant.retrieval import wanted
from assistant.retrieval.retriever import relevance
from assistant.retrieval.wanted import Wanted
from assistant.text import names, tokens

MOST_NAMED = 6
NOTE = "gap"
"""The note of a claim that says what was looked for and not found (corpus/README.md)."""
# A recorded gap is told if it bears on a part at least this much of its best hit, and so many of them at most.
BEARS = 0.35
MOST_RECORDED = 3
# So many first letters tell a word in any of its forms.
_STEM = 6

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-TW": {
        "looked": "查過語料，找不到足以回答「{question}」的依據。",
        "missing": "語料裡沒有提到：{terms}。",
        "absent": "找到的段落沒有提到：{terms}。",
        "periods": "引用的段落沒有提到所問的時間：{dates}。",
        "kinds": "找到的段落沒有寫出所問的{kinds}。",
        "weak": "找到的段落與問題的關聯太弱，不足以作答。",
        "unsaid": "找到了相關的資料，但寫出的句子沒有一句查得到依據，因此不作答。",
        "silent": "找到了相關的資料，但模型沒有寫出答案。",
        "quote": '小模型常如此：換一個較大的模型，或以設定 engine = "extractive" 逐句摘自資料。',
        "partial": "找到的段落只涵蓋問題的一部分，請對照來源再採用。",
        "part": "「{part}」：語料裡沒有可用的依據。",
        "dropped": "有 {count} 段較不相關的資料放不進模型的上下文，未納入。",
        "comma": "、",
    },
    "en": {
        "looked": "The corpus was searched and holds no sufficient evidence for “{question}”.",
        "missing": "The corpus does not mention: {terms}.",
        "absent": "The passages found do not mention: {terms}.",
        "periods": "The passages cited do not speak of the time asked about: {dates}.",
        "kinds": "The passages found do not give what is asked for: {kinds}.",
        "weak": "The passages found bear too weakly on the question to answer it.",
        "unsaid": "Evidence was found, but no sentence that was written could be traced to it, so there is no answer.",
        "silent": "Evidence was found, but the model wrote no answer.",
        "quote": 'Small models do this: take a larger one, or set engine = "extractive" to have the evidence quoted.',
        "partial": "The passages found cover only a part of the question: check the sources before relying on this.",
        "part": "“{part}”: the corpus has no evidence that can be used.",
        "dropped": "{count} less relevant passages did not fit into the model's context and were left out.",
        "comma": ", ",
    },
}


def recorded(findings: Findings) -> tuple[Findings, tuple[Hit, ...]]:
    """Return the findings without the claims that record a gap, and those of these that bear on the question.

    Nothing is stated from such a claim: it says that there is no evidence.
    """
    table = relevance(findings)
    noted = {
        hit.passage.id: hit
        for part in findings.parts
        for hit in part.hits
        if is_gap(hit) and hit.passage.language == findings.language
    }
    bears = {passage: max(table[passage]) for passage in noted}
    best = sorted((passage for passage in noted if bears[passage] >= BEARS), key=lambda passage: -bears[passage])
    parts = (replace(part, hits=tuple(hit for hit in part.hits if not is_gap(hit))) for part in findings.parts)
    return replace(findings, parts=tuple(parts)), tuple(noted[passage] for passage in best)


def of_record(noted: Sequence[Hit], documents: Collection[str]) -> tuple[str, ...]:
    """Return what recorded gaps say, of those that stand in one of the documents that the answer cites."""
    return tuple(hit.passage.text.strip() for hit in noted if hit.path in documents)[:MOST_RECORDED]


def is_gap(hit: Hit) -> bool:
    """Say whether a passage is a claim that records a gap of the corpus."""
    return any(NOTE in reference.notes for reference in hit.passage.references)


def of_abstention(findings: Findings, lacking: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what was looked for and what is missing: the names that are `lacking`, or else words of the question."""
    words = _WORDS[findings.language]
    named = lacking or _named(findings.question, findings.missing)
    missing = words["missing"].format(terms=words["comma"].join(named)) if named else words["weak"]
    return (words["looked"].format(question=findings.question), missing)


def of_draft(language: Language, *, written: bool, model: bool) -> tuple[str, ...]:
    """Return what is said where evidence was found and nothing that was written from it stands.

    `written` says whether there were sentences, `model` whether a model was to write them.
    """
    words = _WORDS[language]
    said = words["unsaid" if written else "silent"]
    return (said, words["quote"]) if model else (said,)


def of_answer(findings: Findings, parts: Sequence[Part], prompt: Prompt) -> tuple[str, ...]:
    """Return the parts without evidence, names and words that it lacks, and evidence that didn't fit."""
    words = _WORDS[findings.language]
    lines = [words["part"].format(part=part.question) for part in parts if part.status == "abstained"]
    if named := unknown(findings):
        lines.append(words["missing"].format(terms=words["comma"].join(named)))
    # A broad question is answered in other words than its own; one that asks for one thing should find its word.
    absent = [word for word in findings.absent if word not in named and not _met(word, prompt)][:MOST_NAMED]
    if absent and len(findings.parts) == 1:
        lines.append(words["absent"].format(terms=words["comma"].join(absent)))
    if prompt.dropped:
        lines.append(words["dropped"].format(count=len(prompt.dropped)))
    return tuple(lines)


def of_periods(dates: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return what is said of the times asked about that no cited passage has."""
    words = _WORDS[language]
    return (words["periods"].format(dates=words["comma"].join(dates)),) if dates else ()


def unknown(findings: Findings) -> list[str]:
    """Return the names in the question that the corpus doesn't know; an unknown turn of phrase is no gap."""
    known = {word for name in names.find(findings.question) for word in name.text.split()}
    return [name for name in _named(findings.question, findings.missing) if name in known]


def of_kinds(lacking: Sequence[Wanted], language: Language) -> tuple[str, ...]:
    """Return what is said of the kinds of answer that are wanted and that no statement has."""
    words = _WORDS[language]
    called = [name for kind in lacking if (name := wanted.called(kind, language))]
    return (words["kinds"].format(kinds=words["comma"].join(called)),) if called else ()


def of_versions(lacking: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return what is said of names in the question that no passage found has."""
    words = _WORDS[language]
    return (words["absent"].format(terms=words["comma"].join(lacking)),) if lacking else ()


def of_weakness(findings: Findings) -> tuple[str, ...]:
    """Return what is said where the evidence is enough to answer from, and not enough to call the answer whole."""
    return (_WORDS[findings.language]["partial"],)


def _met(word: str, prompt: Prompt) -> bool:
    """Say whether the evidence has a word of the question in another form ("Europe's"), or in what stands above it."""
    stem = word.casefold()[:_STEM] if word.isascii() else word
    spoken = (" ".join((e.hit.title, *e.hit.passage.headings, e.hit.passage.text)).casefold() for e in prompt.evidence)
    return any(stem in text for text in spoken)


def _named(question: str, missing: Sequence[str]) -> list[str]:
    """Return the phrases of the question that the corpus mostly doesn't know, as the user wrote them."""
    unknown = set(missing)
    named = [phrase for phrase, terms in tokens.phrases(question) if len(unknown & set(terms)) * 2 > len(set(terms))]
    return list(dict.fromkeys(named))[:MOST_NAMED]
