"""What stands under the question: from which axis and dates to answer, and how long."""

from collections.abc import Sequence

from assistant.corpus.framework import Framework
from assistant.records import Language
from assistant.research.questions import MAX_CHARACTERS
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.ui.conversation import Scope
from assistant.ui.markup import Html, tag
from assistant.ui.wording import WORDS

MONTHS = (3, 6, 12, 24)
Choice = tuple[str, str]


def scope(language: Language, framework: Framework, chosen: Scope, usual: str) -> Html:
    """Return the choices; `usual` is the length that the settings say."""
    words = WORDS[language]
    axes = [("", words.any_axis), *((axis.id, axis.name(language)) for axis in framework.axes)]
    dates = [("", words.any_date), *((str(n), words.months.format(n=n)) for n in MONTHS)]
    lengths = [(str(name), label) for name, label in words.lengths.items()]
    return tag(
        "div",
        _select("axis", words.axis, axes, chosen.axis or "") if framework.axes else None,
        _select("months", words.since, dates, str(chosen.months or "")),
        _select("length", words.length, lengths, chosen.length or usual),
        tag("button", words.anew, type="button", data_act="reopen", data_id="", class_="anew"),
        class_="scope",
        role="group",
        aria_label=words.scope,
        data_most=words.ask_most.format(n=MAX_CHARACTERS),
        lang=REPORT_WORDS[language].lang,
    )


def _select(name: str, label: str, choices: Sequence[Choice], chosen: str) -> Html:
    options = (tag("option", text, value=value, selected=value == chosen) for value, text in choices)
    return tag("select", *options, data_choose=name, aria_label=label, title=label)
