"""What the scripts that learn weights share: their arguments, the fitting, and leaving groups out in turn."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Example = TypeVar("Example")


def arguments(doc: str) -> argparse.Namespace:
    """Return the folder `data` with the sets, their names `sets`, and in how many parts (`folds`) to leave some out."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", required=True)
    parser.add_argument("--folds", type=int, default=0)
    return parser.parse_args()


def fit(loss: Callable[[Values], tuple[float, Values]], size: int) -> Values:
    """Return the `size` weights of the least loss; `loss` gives its value and its slope. Needs scipy."""
    from scipy.optimize import minimize

    found: Values = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return found


def left_out(
    examples: Sequence[Example], group: Callable[[Example], str], folds: int
) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield the examples to learn from and those left out, whole groups (a claim, an article) at a time."""
    groups = sorted({group(example) for example in examples})
    for fold in range(folds):
        held = set(groups[fold::folds])
        yield [e for e in examples if group(e) not in held], [e for e in examples if group(e) in held]
