import hashlib
import json
import re
from pathlib import Path

import pytest

import sbom

LOCKS = [sbom.ROOT / lock for lock in sbom.SCOPES]


def test_every_locked_package_is_listed_with_all_its_hashes() -> None:
    listed = {component["name"]: component for component in sbom.packages()}
    text = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    assert set(listed) == set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))
    # Some packages are locked in two versions, for two versions of Python.
    hashes = [digest["content"] for component in sbom.packages() for digest in component["hashes"]]
    # And some in two locks, for two extras.
    assert sorted(hashes) == sorted(set(re.findall(r"sha256:([0-9a-f]{64})", text)))
    assert all(component["hashes"] for component in listed.values())
    assert listed["chromadb"]["purl"].startswith("pkg:pypi/chromadb@")
    assert (listed["chromadb"]["scope"], listed["llama-cpp-python"]["scope"]) == ("required", "optional")


def test_the_document_names_each_component_once_and_is_the_same_again(capsys: pytest.CaptureFixture[str]) -> None:
    components = list(sbom.packages())
    document = sbom.document(components)
    assert document == sbom.document(components)
    references = [component["bom-ref"] for component in document["components"]]
    assert len(references) == len(set(references)) > 100
    assert document["dependencies"][0]["dependsOn"] == references
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["serialNumber"])
    assert json.loads(json.dumps(document)) == document


def test_models_are_listed_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "small.gguf").write_bytes(b"GGUF")
    (tmp_path / "README.md").write_text("no model", encoding="utf-8")
    (model,) = sbom.models(tmp_path)
    assert model["name"] == "small.gguf"
    assert model["hashes"][0]["content"] == hashlib.sha256(b"GGUF").hexdigest()
