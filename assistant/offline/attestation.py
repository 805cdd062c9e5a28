"""An attestation: what ran on this machine, what kept it from the network, and how each attack on that went.

It binds the answers to the program, the filter, the model and the corpus by their SHA-256, so that whoever has those
can check that nothing was changed since. It isn't signed: it says what this program saw, to those who trust this
machine.
"""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import RefusedError
from assistant.offline import seccomp
from assistant.offline.attacks import ATTACKS
from assistant.offline.attacks.outcome import Outcome
from assistant.offline.guard import Guard
from assistant.records import CorpusInfo, EngineInfo

FORM = "edge-research-assistant attestation 1"
PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = (".py", ".js", ".css")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked in an attestation."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The questions behind an attestation: how many came out how, and the SHA-256 of the answers (`digest_of`)."""

    statuses: Mapping[str, int]
    sha256: str
    attempts: int


def digest_of(data: object) -> str:
    """Return the SHA-256 hex of `data` as JSON with sorted keys and no spaces."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="backslashreplace")).hexdigest()


def code() -> str:
    """Return the SHA-256 hex of the program: of the names and contents of its source files."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.suffix in SOURCES and "__pycache__" not in p.parts)
    return digest_of({p.relative_to(PACKAGE).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files})


def make(
    answered: Answered, engine: EngineInfo, corpus: CorpusInfo, guard: Guard, outcomes: Iterable[Outcome], version: str
) -> dict[str, Any]:
    """Return the attestation as JSON data, with its own digest under `sha256`."""
    attacks = [asdict(outcome) for outcome in outcomes]
    made: dict[str, Any] = {
        "form": FORM,
        "made": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "program": {"version": version, "sha256": code()},
        "system": {
            "python": platform.python_version(),
            "kernel": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
        },
        "engine": asdict(engine),
        "corpus": asdict(corpus),
        "enforcement": guard.enforcement,
        "why_no_filter": guard.unsealed,
        "filter": seccomp.fingerprint() if guard.enforcement == "seccomp" else "",
        "answers": asdict(answered),
        "attacks": attacks,
        "held": all(attack["refused"] for attack in attacks if attack["tried"]),
    }
    return {**made, "sha256": digest_of(made)}


def parse(text: str, *, where: str) -> dict[str, Any]:
    """Return the attestation in `text`: its own JSON or a report's. Raises RefusedError where there is none."""
    try:
        data = json.loads(text)
        found = data if data.get("form") else data["attestation"]
        if found["form"] != FORM:
            raise KeyError(found["form"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(
            "this is no attestation, and no report that holds one",
            where=where,
            remedy="give attestation.json or report.json of a run made with: assistant prove",
        ) from error
    return dict(found)


def check(
    attested: Mapping[str, Any], *, corpus: CorpusInfo | None, models: Mapping[str, str], answers: object | None
) -> list[Finding]:
    """Return what holds of an attestation here and now.

    `corpus` is the index of now, None where there is none; `models` has the SHA-256 of each model file by its name;
    `answers` are those of the report beside the attestation, None where there is no report.
    """
    said = {key: value for key, value in attested.items() if key != "sha256"}
    attacks = {attack["name"]: attack for attack in attested["attacks"]}
    tried = [attack for attack in attacks.values() if attack["tried"]]
    loose = [attack["name"] for attack in tried if not attack["refused"]]
    untried = [name for name, attack in attacks.items() if not attack["tried"]]
    left_out = sorted({attack.name for attack in ATTACKS} - set(attacks))
    attempts = attested["answers"]["attempts"]
    return [
        Finding("digest", digest_of(said) == attested["sha256"], "the attestation reads as it was written"),
        _same("program", attested["program"]["sha256"], code()),
        _same("filter", attested["filter"], seccomp.fingerprint()),
        _model(attested["engine"], models),
        _same("corpus", attested["corpus"]["fingerprint"], corpus.fingerprint if corpus else None),
        _same("answers", attested["answers"]["sha256"], None if answers is None else digest_of(answers)),
        Finding(
            "enforcement", attested["enforcement"] == "seccomp", attested["why_no_filter"] or "the kernel's filter"
        ),
        Finding("attempts", attempts == 0, f"{attempts} while the questions were answered"),
        Finding(
            "attacks",
            not loose and not left_out,
            f"{len(tried) - len(loose)} of {len(tried)} refused"
            + "".join(
                f"; {words}: {', '.join(names)}"
                for words, names in (("not refused", loose), ("not tried", untried), ("left out", left_out))
                if names
            ),
        ),
    ]


def _same(name: str, attested: str, now: str | None) -> Finding:
    if now is None:
        return Finding(name, False, "nothing here to compare with")
    return Finding(name, attested == now, attested[:16] if attested == now else f"{attested[:16]} then, {now[:16]} now")


def _model(engine: Mapping[str, Any], models: Mapping[str, str]) -> Finding:
    if engine.get("host"):
        return Finding("model", False, f"{engine['model']} on {engine['host']}, whose file this program never saw")
    if engine["sha256"] is None:
        return Finding("model", True, f"none: the {engine['name']} engine wrote")
    return _same("model", engine["sha256"], models.get(engine["model"]))
