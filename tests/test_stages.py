"""Data moves left to right: a stage imports only what stands before it, and each heavy library has one home."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assistant"

# DESIGN's table: the stages that a stage may import, besides itself and stage 0.
EARLIER = {
    "text": set(),
    "offline": {"text"},
    "models": {"text", "offline"},
    "corpus": {"text", "offline"},
    "index": {"text", "offline", "models", "corpus"},
    "retrieval": {"text", "offline", "models", "corpus", "index"},
    "engines": {"text", "offline", "models", "retrieval"},
    "answering": {"text", "offline", "models", "corpus", "index", "retrieval", "engines"},
    "research": {"text", "offline", "models", "corpus", "index", "retrieval", "engines", "answering"},
}
STAGE_0 = {"records", "errors", "settings", "tables", "workspace"}
HOMES = {
    "llama_cpp": "models",
    "sentence_transformers": "models",
    "pypdf": "corpus",
    "chromadb": "index",
    "psycopg": "index",
    "gradio": "ui",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(module: Path) -> set[str]:
    """Return the dotted names that a module imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def stage(module: Path) -> str:
    inside = module.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_stage_imports_only_earlier_stages(module: Path) -> None:
    own = stage(module)
    wanted = {name.split(".")[1] for name in imported(module) if name.startswith("assistant.")}
    if own in EARLIER:
        assert wanted <= EARLIER[own] | STAGE_0 | {own}
    elif own in STAGE_0:
        assert wanted <= STAGE_0


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_a_heavy_library_is_imported_in_its_home_only(module: Path) -> None:
    for name in imported(module):
        home = HOMES.get(name.split(".")[0])
        assert home in (None, stage(module)), f"{name} belongs into {home}/"


def test_every_folder_of_the_package_is_a_known_stage() -> None:
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name not in ("__pycache__", "starter")}
    assert folders <= set(EARLIER) | {"web", "ui", "api", "commands"}


def test_no_module_named_like_the_standard_library_shadows_it() -> None:
    assert not {module.stem for module in PACKAGE.glob("*.py")} & set(sys.stdlib_module_names)
