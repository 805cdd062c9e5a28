"""The locks hold what pyproject.toml asks for, every file by its hash, and no address."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


def pins(*names: str) -> list[tuple[str, Version]]:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    return [(n, Version(v)) for n, v in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE)]


def asked() -> list[tuple[str, str]]:
    """Return each direct dependency with the lock that must hold it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    pairs = [(need, "requirements.lock") for need in project["dependencies"]]
    return pairs + [(need, f"requirements-{extra}.lock") for extra, needs in extras.items() for need in needs]


@pytest.mark.parametrize(("need", "lock"), asked())
def test_every_dependency_is_locked_in_a_release_that_fits(need: str, lock: str) -> None:
    requirement = Requirement(need)
    found = [
        version for name, version in pins("requirements.lock", lock) if name == canonicalize_name(requirement.name)
    ]
    assert found, f"{need} stands in no lock: python scripts/lock.py"
    assert all(version in requirement.specifier for version in found)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "//" not in text
    assert not re.search(r"--(index|extra|find|trusted)", text)
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize(
    "lock", [name for name in LOCKS if name not in ("requirements.lock", "requirements-build.lock")]
)
def test_no_package_stands_in_two_locks(lock: str) -> None:
    assert not {name for name, _ in pins(lock)} & {name for name, _ in pins("requirements.lock")}


def test_torch_and_cuda_are_in_no_lock() -> None:
    assert not [name for name, _ in pins(*LOCKS) if name == "torch" or name.startswith(("nvidia", "cuda", "triton"))]


def imported() -> Iterator[tuple[str, str]]:
    """Yield each module from elsewhere that the package imports, with the file that does."""
    for file in (ROOT / "assistant").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                modules = [node.module]
            else:
                continue
            for module in modules:
                top = module.partition(".")[0]
                # A module with an underscore is an interpreter's own, in this version or another.
                if top != "assistant" and top not in sys.stdlib_module_names and not top.startswith("_"):
                    yield top, str(file.relative_to(ROOT))


def test_what_the_package_imports_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = [*project["dependencies"], *extras["llm"], *extras["neural"], *extras["dask"], *extras["postgres"]]
    declared = {canonicalize_name(Requirement(need).name) for need in needs}
    homes = packages_distributions()
    used = {canonicalize_name(homes.get(top, [top])[0]): file for top, file in imported()}
    # torch comes with sentence-transformers, which says which one it needs.
    assert {name: file for name, file in used.items() if name not in declared | {"torch"}} == {}
    # langchain is what others build on with the parts of ours that fit its seams; pypdfium2 hands pictures to pillow.
    assert declared - used.keys() - {"langchain", "pillow"} == set()
