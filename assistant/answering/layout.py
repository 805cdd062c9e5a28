"""How checked statements are laid out: a table for a comparison, groups under the evidence's own headings.

Only their places are decided here; no word is added that the evidence doesn't have.
"""

import re
from collections.abc import Mapping, Sequence

from assistant.records import Evidence, Group, Language, Part, Prompt, Row, Statement, Table
from assistant.retrieval import facets, kinds, rows

_LEAST_ROWS = 2
# A group of one line is a line with a heading too many: most groups should have more.
_MOST_GROUPS = 0.75
_LONGEST_LABEL = 16
_QUESTION_WORDS = re.compile(
    r"^(?:what|where|which|who|how) (?:are|is|do|does)(?: (?:the|their|its|they|it))? |[?？]$", re.IGNORECASE
)

_EMPTY: Mapping[Language, tuple[str, str]] = {
    "zh-TW": ("、", "{row}：語料裡沒有「{columns}」的依據。"),
    "en": (", ", "{row}: the corpus has no evidence on {columns}."),
}


def table(
    prompt: Prompt,
    conclusion: Sequence[int],
    parts: Sequence[Part],
    statements: Sequence[Statement],
    cited: Mapping[int, Evidence],
) -> Table | None:
    """Return the comparison that the question asked for, or None where it compares nothing or little was found.

    Things compared by one thing only are groups (`grouped`), not a table of one column.

    `cited` has for each statement the first evidence that carries it. What the conclusion took out of the first
    column stands there all the same where its cell would be empty.
    """
    if not prompt.rows:
        return None
    placed: dict[tuple[str, int], list[int]] = {}
    each = rows.named_in(parts[0].question, prompt.rows) or kinds.named(prompt.kind).finds == "about"
    taken = [(0, i, True) for i in conclusion] if len(parts) > 1 and each else []
    for k, i, only_if_empty in [*((k, i, False) for k, part in enumerate(parts) for i in part.statements), *taken]:
        row = rows.about_hit(cited[i].hit, statements[i].text, prompt.rows) if i in cited else None
        if row and statements[i].verdict == "supported" and not (only_if_empty and (row[0], k) in placed):
            placed.setdefault((row[0], k), []).append(i)
    columns = [k for k in range(len(parts)) if any(at == k for _, at in placed)]
    # What weighs the rows against one another fills the cells that nothing else does.
    for i in (i for i in conclusion if statements[i].verdict == "supported"):
        for row in prompt.rows:
            for k in columns:
                if (row[0], k) not in placed and _tells(statements[i].text, row, _focus(prompt, k)):
                    placed[row[0], k] = [i]
    made = [Row(row[0], tuple(tuple(placed.get((row[0], k), ())) for k in columns)) for row in prompt.rows]
    made = [row for row in made if any(row.cells)]
    if len(made) < _LEAST_ROWS or not columns or len(parts) == 1:
        return None
    return Table(tuple(_label(prompt, k) for k in columns), tuple(columns), tuple(made))


def _focus(prompt: Prompt, part: int) -> str:
    return prompt.focus[part] if prompt.focus else prompt.parts[part]


def _tells(text: str, row: rows.Row, focus: str) -> bool:
    """Say whether a statement names a row and bears on what a column asks."""
    wanted = facets.named_in(focus)
    return rows.named_in(text, (row,)) and (
        bool(wanted & facets.named_in(text)) or any(facets.bears(facet, text) for facet in wanted)
    )


def _label(prompt: Prompt, part: int) -> str:
    """Return a column's title: the part's focus, as short as it can be said."""
    asked = _focus(prompt, part)
    focus = _QUESTION_WORDS.sub("", _QUESTION_WORDS.sub("", asked)).strip()
    fits = len(focus) <= _LONGEST_LABEL * (2 if focus.isascii() else 1)
    # "Are there cases?" has no focus of its own: the facet's word says what stands there.
    whole = part == 0 and kinds.named(prompt.kind).finds == "about"
    short = focus if fits and not whole else facets.shown(focus)
    return (short or focus)[:1].upper() + (short or focus)[1:]


def grouped(
    part: Part, compared: Sequence[rows.Row], statements: Sequence[Statement], cited: Mapping[int, Evidence]
) -> tuple[Group, ...]:
    """Return the part's statements under what they compare, or else under the headings of their evidence.

    None where that would only scatter them.
    """
    titles: dict[str, list[int]] = {}
    for i in part.statements:
        hit = cited[i].hit if i in cited else None
        row = rows.about_hit(hit, statements[i].text, compared) if hit else None
        # The outermost heading is the document's title.
        heading = hit.passage.headings[-1] if hit and len(hit.passage.headings) > 1 else ""
        titles.setdefault(row[0] if row else heading, []).append(i)
    if compared and "" not in titles and len(titles) > 1:
        names = [row[0] for row in compared]
        ordered = sorted(titles, key=lambda title: names.index(title) if title in names else len(names))
        return tuple(Group(title, tuple(titles[title])) for title in ordered)
    if len(titles) < 2 or len(titles) > _MOST_GROUPS * len(part.statements) or "" in titles:
        return ()
    later = {t for t in titles if "since" in facets.named_in(t)}
    ordered = sorted(titles, key=lambda title: title in later)
    return tuple(Group(title, tuple(titles[title])) for title in ordered)


def empty_cells(laid: Table, language: Language) -> tuple[str, ...]:
    """Return for each row of a table the columns that the corpus says nothing of, as a gap."""
    comma, line = _EMPTY[language]
    missing = []
    for row in laid.rows:
        columns = [title for title, cell in zip(laid.columns, row.cells, strict=True) if not cell]
        if columns:
            shown = comma.join(columns if language == "zh-TW" else [c[:1].lower() + c[1:] for c in columns])
            missing.append(line.format(row=row.label, columns=shown))
    return tuple(missing)
