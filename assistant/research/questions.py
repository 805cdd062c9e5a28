"""The list of questions, read from Markdown that a person edits freely.

A `##` heading starts a group, and each list item under it is a question: bulleted (`-`, `*`, `+`) or numbered
(`1.`, `1)`, `1、`). A heading or an item may end in `{#id axis=name}`; a group's axis holds for its questions.
An item goes on over the lines that follow it, up to a blank line. All else is ignored: paragraphs, fenced code,
HTML comments. What looks like a question and isn't one is named in `QuestionList.warnings`: an item outside
a group, nested under another item, empty, too long, or said before.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import NotReadyError, RefusedError
from assistant.records import content_id

MAX_CHARACTERS = 1000
"""Longest question: more would crowd the evidence out of a small model's context window."""

MAX_BYTES = 1 << 20
"""Largest file: a thousand of the longest questions."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
# Full-width and Chinese marks need no space after them ("1、"); ASCII ones do, or "3.5 版" would be an item.
_ITEM = re.compile(r"([ \t]*)(?:([-*+])(?=[ \t]|$)|(\d{1,3})(?:[.)](?=[ \t]|$)|[、．）]))[ \t]*(.*)$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ATTRIBUTES = re.compile(r" ?\{([^{}]*)\}$")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # also a file name, on every system
_NAME = re.compile(r"[\w-]{1,64}")
_MARKUP = (
    (re.compile(r"^\[[ xX]\][ \t]+"), ""),  # a check box
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `line` counts from 1; `axis` is an id of the framework."""

    id: str
    text: str
    group: str
    axis: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """The questions under one heading, in order."""

    title: str
    questions: tuple[Question, ...]
    id: str | None = None
    axis: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A line that could not be read as meant, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionList:
    """The groups of a file, and what in it could not be read."""

    groups: tuple[Group, ...]
    warnings: tuple[Remark, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the file."""
        return tuple(question for group in self.groups for question in group.questions)


def read(path: Path) -> QuestionList:
    """Return the questions of a Markdown file.

    Raises NotReadyError where there is no such file; RefusedError for one that can't be read, isn't UTF-8,
    has no question, or gives two questions the same id.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotReadyError(
            "there is no question list",
            where=str(path),
            remedy="write one (a ## heading, list items under it), name another with --questions, or run: init",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RefusedError(
            "the question list is not UTF-8", where=f"{path}, line {line}", remedy="save the file as UTF-8"
        ) from error
    except OSError as error:
        raise RefusedError(
            f"the question list can't be read: {error.strerror}", where=str(path), remedy="name a readable text file"
        ) from error
    if len(data) > MAX_BYTES:
        raise RefusedError(
            f"the question list has {len(data)} bytes; {MAX_BYTES} is the limit",
            where=str(path),
            remedy="split it, and name the part to answer with --questions",
        )
    return parse(text, where=str(path))


def parse(text: str, *, where: str = "questions") -> QuestionList:
    """Return the questions of Markdown text. Raises RefusedError as `read` does."""
    reader = _Reader()
    for entry in _entries(text):
        reader.take(entry)
    groups = tuple(group for group in reader.groups if group.questions)
    found = QuestionList(groups, tuple(sorted(reader.warnings, key=lambda remark: remark.line)))
    if not groups:
        first = f"; line {found.warnings[0].line}: {found.warnings[0].reason}" if found.warnings else ""
        raise RefusedError(
            f"the question list has no question{first}",
            where=where,
            remedy="put a ## heading, and under it each question as a list item",
        )
    lines: dict[str, int] = {}
    for question in found.questions:
        before = lines.setdefault(question.id.lower(), question.line)  # ids are file names, and some disks fold case
        if before != question.line:
            raise RefusedError(
                f"two questions have the id {question.id!r}",
                where=f"{where}, lines {before} and {question.line}",
                remedy="give each question an id of its own",
            )
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """A heading (`level` 1 to 6) or a list item (`level` 0) with its text on one line."""

    line: int
    level: int
    text: str
    nested: bool = False


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the headings and list items of Markdown text, each with the lines that belong to it joined."""
    lines: list[str] = []  # of the item that is being read
    start, nested = 0, False
    content = -1  # column where the text of the last item starts: what is indented as far is nested
    for number, line in enumerate((*_visible_lines(text), ""), start=1):
        heading, rule = _HEADING.fullmatch(line), _RULE.fullmatch(line)
        item = None if rule else _ITEM.fullmatch(line)
        if lines and line.strip() and not (heading or item or rule):
            lines.append(line)
            continue
        if lines:
            yield _Entry(start, 0, _join(lines), nested)
            lines = []
        if heading:
            content = -1
            yield _Entry(number, len(heading[1]), _title(heading[2] or ""))
        elif item:
            indent = len(item[1].expandtabs(4))
            nested = 0 <= content <= indent
            if not nested:
                content = indent + len(item[2] or item[3] + ".") + 1
            start, lines = number, [item[4]]
        elif line.strip() and not line[0].isspace():
            content = -1  # a paragraph ends the list


def _visible_lines(text: str) -> Iterator[str]:
    """Yield every line, those of fenced code and HTML comments as empty ones."""
    text = re.sub(r"<!--.*?(?:-->|\Z)", lambda match: re.sub(r"[^\r\n]", "", match[0]), text, flags=re.DOTALL)
    fence = ""
    for line in re.split(r"\r\n|\r|\n", text):
        mark = _FENCE.match(line)
        if fence:
            closes = mark and mark[1].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
            yield ""
        elif mark:
            fence = mark[1]
            yield ""
        else:
            yield line


class _Reader:
    """Collects groups, questions and warnings, entry by entry."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.warnings: list[Remark] = []
        self._in_group = False
        self._said: dict[str, int] = {}

    def take(self, entry: _Entry) -> None:
        text, id_, axis = self._attributes(entry)
        if entry.level == 0:
            self._question(entry, text, id_, axis)
        elif entry.level <= 2:
            self._in_group = entry.level == 2
            if self._in_group:
                self.groups.append(Group(text, (), id_, axis))

    def _question(self, entry: _Entry, text: str, id_: str | None, axis: str | None) -> None:
        reason = self._unfit(entry, text)
        if reason:
            self._warn(entry, reason)
            return
        self._said[text] = entry.line
        group = self.groups[-1]
        question = Question(id_ or content_id(text), text, group.title, axis or group.axis, entry.line)
        self.groups[-1] = replace(group, questions=(*group.questions, question))

    def _unfit(self, entry: _Entry, text: str) -> str:
        """Return why an item is not a question, or nothing."""
        if not self._in_group:
            return "a list item that is not under a ## heading is not read as a question"
        if entry.nested:
            return "an item nested under another is not read: put it into that question, or at its level"
        if not any(character.isalnum() for character in text):
            return "there are no words in this item"
        if len(text) > MAX_CHARACTERS:
            return f"{len(text)} characters are too long for a question; {MAX_CHARACTERS} is the limit"
        if text in self._said:
            return f"the same question stands in line {self._said[text]}"
        return ""

    def _attributes(self, entry: _Entry) -> tuple[str, str | None, str | None]:
        """Return the text without its `{...}`, the id and the axis. Braces that hold neither stay in the text."""
        match = _ATTRIBUTES.search(entry.text)
        words = match[1].split() if match else []
        if match is None or not words or not all(word.startswith("#") or "=" in word for word in words):
            return _plain(entry.text), None, None
        id_ = axis = None
        for word in words:
            if word.startswith("#") and _ID.fullmatch(word[1:]) and id_ is None:
                id_ = word[1:]
            elif word.startswith("axis=") and _NAME.fullmatch(word[5:]) and axis is None:
                axis = word[5:]
            else:
                self._warn(entry, f"{word!r} is not read: #id takes letters, digits, - and _; axis=name takes a name")
        return _plain(entry.text[: match.start()]), id_, axis

    def _warn(self, entry: _Entry, reason: str) -> None:
        self.warnings.append(Remark(entry.line, entry.text[:200], reason))


def _plain(text: str) -> str:
    """Return text without the marks of Markdown and without control characters, white space as single spaces."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(shown.split())


def _title(text: str) -> str:
    """Return a heading's text without the number signs that may close it."""
    text = " ".join(text.split())
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare.endswith(" ") else text


def _join(lines: list[str]) -> str:
    """Join the lines of one paragraph: Chinese runs on, other text takes a space."""
    joined: list[str] = []
    for line in (" ".join(line.split()) for line in lines):
        wide = all(unicodedata.east_asian_width(c) in "WF" for c in (joined[-1][-1:] if joined else "") + line[:1])
        joined += [line] if wide or not joined else [" ", line]
    return "".join(joined).strip()
