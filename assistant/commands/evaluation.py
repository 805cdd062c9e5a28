"""`eval`: how well the parts do what they are for."""

import argparse
import json
from pathlib import Path

from assistant.commands import DONE, Registry, open_assistant
from assistant.errors import UsageError
from assistant.terminal import say


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("eval", evaluate, "measure retrieval on a set of passages and questions", "workspace", "json")
    sub.add_argument("what", choices=["retrieval"], help="what to measure")
    sub.add_argument(
        "--set",
        dest="folder",
        metavar="DIR",
        type=Path,
        required=True,
        help="folder with NAME.passages.jsonl (pid, title, text) and NAME.queries.jsonl (pid, text)",
    )
    sub.add_argument("--limit", metavar="N", type=int, help="only the first N questions of each set")


def evaluate(args: argparse.Namespace) -> int:
    """Measure retrieval as the workspace is set up: its embedder, its glossary."""
    import tempfile

    from assistant.corpus import glossary
    from assistant.research import retrieval_sets

    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit takes a number of at least 1")
    assistant = open_assistant(args)
    terms = glossary.load(assistant.workspace.glossary)
    found = {}
    for name in retrieval_sets.names(args.folder):
        questions = retrieval_sets.read(args.folder, name, args.limit)
        with tempfile.TemporaryDirectory() as folder:
            search = retrieval_sets.searcher(questions, Path(folder), assistant.embedder, terms, assistant.dictionary)
            found[name] = retrieval_sets.measure(search, questions.queries)
    if args.json:
        say(json.dumps({name: measures.to_json() for name, measures in found.items()}, ensure_ascii=False))
        return DONE
    say(f"{'set':<16} {'questions':>9} {'nDCG@10':>8} {'R@1':>7} {'R@5':>7} {'R@10':>7} {'median ms':>9}")
    for name, m in found.items():
        quality = f"{m.ndcg10:>8.4f} {m.recall1:>7.4f} {m.recall5:>7.4f} {m.recall10:>7.4f}"
        say(f"{name:<16} {m.questions:>9} {quality} {m.median_ms:>9.1f}")
    return DONE
