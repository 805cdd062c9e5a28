"""Each attack under the guard, and each again without the layer that refuses it: there it must get through."""

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from assistant.offline.attacks import ATTACKS
from assistant.offline.attacks.outcome import Attack, attempt
from assistant.offline.guard import EgressRefused
from tests.support import kernel

NATIVE = [attack.name for attack in ATTACKS if attack.needs == "seccomp"]
PYTHON = [attack.name for attack in ATTACKS if attack.needs == "audit-hook"]

# Where even the bare system knows no such call, another error than the filter's is all there is to get.
UNKNOWN_TO_SOME_KERNELS = {"x32", "native-vsock", "native-ipv6", "io-uring", "take-descriptor", "child-32-bit"}


@functools.cache
def outcomes(sealed: bool) -> dict[str, Any]:
    seal = "guard.seal()" if sealed else "pass"
    program = f"""
import json
from dataclasses import asdict
from assistant.offline.guard import enforce
guard = enforce()
{seal}
from assistant.offline import attacks
found = [asdict(outcome) for outcome in attacks.run()]
print(json.dumps({{"attempts": guard.record().attempts, "outcomes": {{one["name"]: one for one in found}}}}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=kernel.ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.skipif(bool(kernel.no_filter()), reason=kernel.no_filter())
@pytest.mark.parametrize("name", [attack.name for attack in ATTACKS])
def test_refused_under_the_filter(name: str) -> None:
    outcome = outcomes(True)["outcomes"][name]
    if not outcome["tried"]:
        pytest.skip(outcome["said"])
    assert outcome["refused"], outcome["said"]


@pytest.mark.skipif(sys.platform != "linux", reason="shows what Linux would allow")
@pytest.mark.parametrize("name", NATIVE)
def test_not_refused_without_the_filter(name: str) -> None:
    outcome = outcomes(False)["outcomes"][name]
    if not outcome["tried"]:
        pytest.skip(outcome["said"])
    if outcome["refused"] and name in UNKNOWN_TO_SOME_KERNELS:
        pytest.skip(f"this system refuses it by itself: {outcome['said']}")
    assert not outcome["refused"], outcome["said"]


@pytest.mark.parametrize("name", PYTHON)
def test_the_hook_alone_refuses_and_counts_what_python_tries(name: str) -> None:
    found = outcomes(False)
    assert found["outcomes"][name]["by"] == "audit-hook"
    assert found["attempts"] == len(PYTHON)


def refusing() -> str:
    raise EgressRefused(13, "the guard said no")


def failing() -> str:
    raise ConnectionRefusedError(111, "nobody listens")


@pytest.mark.parametrize(
    ("act", "refused"),
    [(refusing, True), (failing, False), (lambda: "connected", False)],
    ids=["refused", "failed", "out"],
)
def test_only_a_refusal_counts_as_one(act: Callable[[], str], refused: bool) -> None:
    outcome = attempt(Attack("name", "what", "audit-hook", act))
    assert outcome.tried
    assert outcome.refused is refused
    assert json.dumps(asdict(outcome))
