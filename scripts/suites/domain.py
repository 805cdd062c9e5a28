"""Questions from the corpus: figures of its claims to fill in, and the twelve questions with what bears on them.

Taken from the briefs as they stood; the suites keep their own copy, so that scores compare when the corpus moves on.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.corpus import briefs
from assistant.research.questions import read as read_questions
from assistant.text import figures, tokens
from assistant.text.figures import Figure

Entry = dict[str, Any]
Texts = Mapping[str, str]
ROOT = Path(__file__).resolve().parents[2]
CLAIMS, OF_A_BRIEF, LONGEST = 120, 3, 75
KINDS = ("percent", "money", "quantity", "multiple")
FACTORS = (2, 0.5, 1.5, 3, 0.25, 0.75, 1.25, 0.8)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
KEY, FILLERS = 6, 4
ENGLISH_EVERY = 3
LEAD = {
    "zh-TW": "依資料，下面這句話的空格應填什麼？\n{}",
    "en": "By the passages, what belongs into the gap of this sentence?\n{}",
}


def claims() -> dict[str, list[tuple[str, Texts]]]:
    """Return for each brief its claims that stand in both languages, as (id, text by language)."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for brief in briefs.find(ROOT / "corpus"):
        for claim in brief.claims:
            text = re.sub(r"\*\*|`|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(claim.text.split()))
            found.setdefault(brief.key, {}).setdefault(claim.id, {})[brief.language] = text
    return {
        key: [(i, texts) for i, texts in entries.items() if len(texts) == len(LEAD)] for key, entries in found.items()
    }


def gaps() -> Iterator[Entry]:
    """Yield a figure to fill in for each of so many claims, in turns in one language and across both."""
    rng, made = random.Random(23), []
    for entries in claims().values():
        pool = [(i, texts) for i, texts in entries if max(tokens.count(t) for t in texts.values()) <= LONGEST]
        pairs = [(i, texts) for i, texts in pool if _shared(texts)]
        rng.shuffle(pairs)
        made += [(i, texts, [t for j, t in pool if j != i]) for i, texts in pairs[:OF_A_BRIEF]]
    rng.shuffle(made)
    n = 0
    for identity, texts, others in made:
        asked, told = (("zh-TW", "zh-TW"), ("en", "en"), ("zh-TW", "en"), ("en", "zh-TW"))[n % 4]
        entry = _gap(identity, texts, rng.sample(others, min(2, len(others))), asked, told, rng)
        if entry is None:
            continue
        yield entry | ({"quick": True} if n % 21 == 0 else {})
        n += 1
        if n == CLAIMS:
            return


def _shared(texts: Texts) -> dict[str, Figure]:
    """Return in each language the first figure that both state once, empty where there is none."""
    for figure in figures.find(texts["en"]):
        same = [f for f in figures.find(texts["zh-TW"]) if f.key == figure.key]
        written = texts["en"][figure.start : figure.end]
        if figure.kind in KINDS and len(same) == 1 and texts["en"].count(written) == 1 and re.search(r"\d", written):
            other = texts["zh-TW"][same[0].start : same[0].end]
            if re.search(r"\d", other) and texts["zh-TW"].count(other) == 1:
                return {"en": figure, "zh-TW": same[0]}
    return {}


def _gap(
    identity: str, texts: Texts, neighbours: Sequence[Texts], asked: str, told: str, rng: random.Random
) -> Entry | None:
    figure, text = _shared(texts)[asked], texts[asked]
    answer = text[figure.start : figure.end]
    near = [t[asked][f.start : f.end] for t in neighbours for f in figures.find(t[asked])
            if f.unit == figure.unit and f.kind == figure.kind and f.value != figure.value]  # fmt: skip
    # Written in another way it would stand out.
    near = [written for written in near if _NUMBER.sub("", written) == _NUMBER.sub("", answer)]
    scaled = [_scaled(answer, factor) for factor in rng.sample(FACTORS, len(FACTORS))]
    if figure.kind == "percent" and float(figure.value) <= 100:
        scaled = [written for written in scaled if _first(written) <= 100]
    # What stands elsewhere in the sentence itself, or within the answer, would be no wrong choice.
    others = [o for o in dict.fromkeys([*near, *scaled]) if o not in text and answer not in o and o not in answer][:3]
    if len(others) < 3:
        return None
    passages = [texts[told], *(t[told] for t in neighbours)]
    rng.shuffle(passages)
    gap = text[: figure.start] + ("＿＿" if asked == "zh-TW" else "____") + text[figure.end :]
    return {"id": identity, "language": asked, "passages": passages, "question": LEAD[asked].format(gap),
            "answer": answer, "others": others}  # fmt: skip


def _first(written: str) -> float:
    number = _NUMBER.search(written)
    assert number is not None
    return float(number.group().replace(",", ""))


def _scaled(written: str, factor: float) -> str:
    """Return a figure as it is written with its first number times `factor`, to as many places."""
    number = _NUMBER.search(written)
    assert number is not None
    places = len(number.group().partition(".")[2])
    value = _first(written) * factor
    text = f"{value:,.{places}f}" if "," in number.group() or value >= 10000 else f"{value:.{places}f}"
    return written[: number.start()] + text + written[number.end() :]


def reports() -> Iterator[Entry]:
    """Yield the twelve questions, each with claims that its answer must carry and some beside them."""
    known = {i: texts for entries in claims().values() for i, texts in entries}
    home = {i: key for key, entries in claims().items() for i, _ in entries}
    asked = tomllib.loads((ROOT / "benchmarks/answers/questions.toml").read_text(encoding="utf-8"))["question"]
    twelve = [question.id for question in read_questions(ROOT / "questions.md").questions]
    for n, question in enumerate(q for q in asked if q["id"] in twelve):
        rng = random.Random(question["id"])
        language = "en" if n % ENGLISH_EVERY == ENGLISH_EVERY - 1 else "zh-TW"
        must = [next((i for i in group.split("|") if i in known), None) for group in question["must"]]
        key = [i for i in must if i][:KEY]
        named = {i for group in question["must"] for i in group.split("|")}
        beside = [i for i in known if home[i] in {home[k] for k in key} and i not in named]
        chosen = [*key, *rng.sample(beside, min(FILLERS, len(beside)))]
        rng.shuffle(chosen)
        yield {"id": question["id"], "language": language, "task": "report",
               "question": question["en" if language == "en" else "zh"],
               "passages": [known[i][language] for i in chosen], "key": [[chosen.index(i) + 1] for i in key],
               } | ({"quick": True} if n in (2, 3) else {})  # fmt: skip
