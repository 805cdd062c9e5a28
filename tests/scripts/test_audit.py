import json
import subprocess

import pytest

import audit

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


def answered(monkeypatch: pytest.MonkeyPatch, *packages: dict[str, object]) -> None:
    text = json.dumps({"dependencies": packages, "fixes": []}) if packages else ""
    answer = subprocess.CompletedProcess((), 0, text, "no route to host")
    monkeypatch.setattr(audit, "ask", lambda locks: answer)


@pytest.mark.parametrize(
    ("packages", "said", "code", "strict"),
    [
        ((SOUND,), "1 packages checked, 0 known weaknesses.", 0, 0),
        ((SOUND, WEAK), "weak 1.0: PYSEC-2026-1, mended in 1.1", 1, 1),
        ((SOUND, UNKNOWN), "1 the index can't tell of", 0, 1),
        ((UNKNOWN,), "tells nothing of weaknesses", 0, 1),
        ((), "could not be asked: no route to host", 0, 1),
    ],
)
def test_what_is_known_decides(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    packages: tuple[dict[str, object], ...],
    said: str,
    code: int,
    strict: int,
) -> None:
    answered(monkeypatch, *packages)
    assert audit.main([]) == code
    assert audit.main(["--strict"]) == strict
    assert said in capsys.readouterr().out
