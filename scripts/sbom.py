"""Prints what the product is made of, as CycloneDX 1.6 JSON: `python scripts/sbom.py [--models DIR] > sbom.json`.

The locks say which packages, versions and hashes; licences are those of the packages installed beside the Python that
runs this. The same locks give the same text. Only the standard library is used.
"""

import argparse
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCOPES = {
    "requirements.lock": "required",
    "requirements-llm.lock": "optional",
    "requirements-neural.lock": "optional",
    "requirements-dask.lock": "optional",
    "requirements-postgres.lock": "optional",
}
"""What a user installs. The tools of development and of the build leave no trace in the product."""

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)([^\n]*(?:\n    --hash=\S+[^\n]*)*)", re.MULTILINE)


def main() -> int:
    """Print the bill of materials and return 0."""
    parser = argparse.ArgumentParser(description="Print what the product is made of, as CycloneDX JSON.")
    parser.add_argument("--models", type=Path, help="also list the GGUF files in this folder")
    asked = parser.parse_args()
    listed = [*packages(), *(models(asked.models) if asked.models else ())]
    json.dump(document(listed), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def document(components: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole document; its serial number follows from its contents."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(components, sort_keys=True))
    name, version = project["name"], project["version"]
    own = {
        "type": "application",
        "bom-ref": name,
        "name": name,
        "version": version,
        "licenses": licences(project["license"]),
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [component["bom-ref"] for component in components]}],
    }


def packages() -> Iterator[dict[str, Any]]:
    """Yield a component for each package of the locks. Its hashes are those of all its files, one for each system."""
    named: set[str] = set()
    for lock, scope in SCOPES.items():
        for name, version, rest in PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
            reference = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
            # Two extras may ask for the same package.
            if reference in named:
                continue
            named.add(reference)
            component = {
                "type": "library",
                "bom-ref": reference,
                "name": name,
                "version": version,
                "scope": scope,
                "purl": reference,
                "hashes": [
                    {"alg": "SHA-256", "content": digest} for digest in re.findall(r"sha256:([0-9a-f]{64})", rest)
                ],
            }
            known = licences(licence_of(name))
            yield component | ({"licenses": known} if known else {})


def models(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield a component for each GGUF file in a folder."""
    for path in sorted(folder.glob("*.gguf")):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield {
            "type": "machine-learning-model",
            "bom-ref": f"model:{digest}",
            "name": path.name,
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }


def licence_of(name: str) -> str:
    """Return what an installed package says of its licence, empty where it is not installed or says nothing short."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    said = about.get("License-Expression") or about.get("License") or ""
    if said and "\n" not in said and len(said) <= 80:
        return said
    classified = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    return " AND ".join(classified)


def licences(said: str) -> list[dict[str, Any]]:
    """Return a licence in CycloneDX's form: by name, since many packages say it in words of their own."""
    return [{"license": {"name": said}}] if said else []


if __name__ == "__main__":
    sys.exit(main())
