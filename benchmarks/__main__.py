"""`make bench`: the benchmarks that need nothing but the checkout, then how to run the others."""

import sys

from benchmarks import startup

MORE = """
The answers against the claims a good answer must carry:
    python -m benchmarks.answers
Refresh beside LangChain's plain pipeline, and mutated files:
    python -m benchmarks.refresh
    python -m benchmarks.fuzz
With llama.cpp installed, on a quiet machine:
    python -m benchmarks.llm
    python -m benchmarks.together
With question sets of your own or public ones (benchmarks/retrieval.py says their form):
    python -m benchmarks.retrieval --data DIR
    python -m benchmarks.held_out --data DIR
    python -m benchmarks.latency --data DIR
"""


def main() -> int:
    """Run them one after the other."""
    sys.argv = sys.argv[:1]
    code = startup.main()
    print(MORE)
    return code


if __name__ == "__main__":
    sys.exit(main())
