"""Suites as files: TOML, or JSON lines with the suite in the first line and an item in each further one.

A suite says `name`, `kind` and `version`. An item says `question` and `answer`, and what else it needs: `others` (wrong
choices) make it multiple choice, a number as `answer` is looked for as a figure, `task` names any other way of
scoring. A value may be given for each language, as `{"zh-TW": …, "en": …}`; the item is then asked in both.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from assistant.errors import RefusedError
from assistant.records import Language, content_id
from assistant.research.evaluation import public
from assistant.research.evaluation.items import Item, Suite, Task
from assistant.research.evaluation.result import KINDS, Kind, Profile
from assistant.text.language import detect

FOLDER = Path(__file__).parent / "shipped"
SUFFIXES = (".toml", ".jsonl")
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
KEYS = frozenset("""id family language quick question answer others task passages forbidden instruction key""".split())
_REMEDY = "see docs/evaluation.md, which shows a suite"


def shipped(profile: Profile) -> list[Suite]:
    """Return the program's own suites, in the order of the kinds; for `quick` only the items that say so."""
    found = [read(file, own=False, quick=profile == "quick") for file in sorted(FOLDER.glob("*.*"))]
    return sorted((suite for suite in found if suite.items), key=lambda suite: (KINDS.index(suite.kind), suite.name))


def own(folder: Path) -> list[Suite]:
    """Return the suites in a folder, by file name; none where there is no folder. Raises RefusedError for a bad one."""
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in (*SUFFIXES, ".csv"))
    return [read(file) for file in files]


def read(file: Path, *, own: bool = True, quick: bool = False) -> Suite:
    """Return the suite of a file: one of the form above, or a public set (see `public`).

    `quick` leaves only the items that say `quick`. Raises RefusedError, naming file and item, for anything else.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        about, entries = _entries(file, text)
    except (OSError, ValueError) as error:
        raise RefusedError(f"this suite can't be read: {error}", where=str(file), remedy=_REMEDY) from error
    if about is None:
        return public.suite(file, text, entries)
    kind = about.get("kind")
    if kind not in KINDS:
        raise RefusedError(f"kind is {kind!r}, not one of {', '.join(KINDS)}", where=str(file), remedy=_REMEDY)
    items: dict[str, Item] = {}
    for number, entry in enumerate(entries, start=1):
        made = tuple(_items(entry, kind, number, str(file)))
        if quick:  # in one language only, by turns
            made = made[number % len(made) :][:1] if entry.get("quick") else ()
        for item in made:
            if item.id in items:
                raise RefusedError(f"two items are called {item.id!r}", where=str(file), remedy="give each its own id")
            items[item.id] = item
    name, version = str(about.get("name") or file.stem), str(about.get("version", "1"))
    return Suite(name, kind, version, tuple(items.values()), own)


def _entries(file: Path, text: str) -> tuple[Mapping[str, Any] | None, Sequence[Mapping[str, Any]]]:
    """Return what the suite says of itself, None for a public set, and its entries. Raises ValueError."""
    if file.suffix.lower() == ".toml":
        data = tomllib.loads(text)
        return data, data.get("item", [])
    if file.suffix.lower() == ".csv":
        return None, ()
    lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    if not lines or not all(isinstance(line, dict) for line in lines):
        raise ValueError("each line has to be a JSON object")
    return (lines[0], lines[1:]) if "kind" in lines[0] else (None, lines)


def _items(entry: Mapping[str, Any], kind: Kind, number: int, file: str) -> Iterator[Item]:
    """Yield the item of an entry, once for each language it is given in. Raises RefusedError."""
    where = f"{file} item {number}"
    unknown = set(entry) - KEYS
    missing = {"question"} - set(entry) or ({"answer", "task"} if not {"answer", "task"} & set(entry) else set())
    if unknown or missing:
        said = f"has {', '.join(sorted(unknown))}, which no item has" if unknown else f"lacks {' or '.join(missing)}"
        raise RefusedError(f"the item {said}", where=where, remedy=_REMEDY)
    family = str(entry.get("id") or number)
    spoken = [language for language in LANGUAGES if _is_bilingual(entry["question"]) and language in entry["question"]]
    if spoken:
        for language in spoken:
            yield _item(entry, f"{family}.{language}", family, kind, language, where)
        return
    language = cast(Language, entry.get("language") or detect(str(entry["question"])))
    if language not in LANGUAGES:
        raise RefusedError(f"language is {language!r}, not zh-TW or en", where=where, remedy=_REMEDY)
    yield _item(entry, family, str(entry.get("family") or family), kind, language, where)


def _item(entry: Mapping[str, Any], identity: str, family: str, kind: Kind, language: Language, where: str) -> Item:
    def of(name: str) -> Any:  # noqa: ANN401  (what a file says)
        value: Any = entry.get(name)
        return value.get(language) if _is_bilingual(value) else value

    answer, others = of("answer"), _texts(of("others"))
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    task: str = entry.get("task") or ("choice" if others else "number" if number else "answer")
    if task not in get_args(Task):
        raise RefusedError(f"no task is called {task!r}", where=where, remedy=f"use one of {', '.join(get_args(Task))}")
    answers = _texts(answer)
    if task in ("choice", "answer", "number") and not answers:
        raise RefusedError(f"the item has no answer in {language}", where=where, remedy=_REMEDY)
    question = str(of("question"))
    choices = placed(answers[0], others, question) if task == "choice" else ()
    key = tuple(tuple(int(n) for n in group) for group in entry.get("key", ()))
    return Item(
        identity, family, kind, language, cast(Task, task), question, answers, choices,
        _texts(of("passages")), _texts(of("forbidden")), str(of("instruction") or ""), key,
    )  # fmt: skip


def placed(answer: str, others: Sequence[str], seed: str) -> tuple[str, ...]:
    """Return the choices with the right one at a place that follows from `seed`, so that no letter is favoured."""
    at = int(content_id(seed), 16) % (len(others) + 1)
    return (*others[:at], answer, *others[at:])


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _is_bilingual(value: object) -> bool:
    return isinstance(value, dict) and bool(set(value) & set(LANGUAGES))
