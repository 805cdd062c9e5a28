"""The head of the page with language and offline badge, and the welcome with example questions."""

from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.records import Language
from assistant.research.questions import Group
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.ui import errors_zh
from assistant.ui.desk import Standing
from assistant.ui.history import Kept
from assistant.ui.markup import Html, lines, tag
from assistant.ui.moments import local
from assistant.ui.wording import WORDS, Words
from assistant.ui.wording_pages import WORDS as PAGE_WORDS

LANGUAGES: dict[Language, str] = {"zh-TW": "中文", "en": "English"}
MOST_NAMED = 5


def masthead(language: Language, standing: Standing | None) -> Html:
    """Return the head of the page; without a standing the badge says that things are being opened."""
    words = WORDS[language]
    switch = [
        tag("button", name, type="button", data_act="language", data_language=code, lang=code,
            aria_pressed="true" if code == language else "false")
        for code, name in LANGUAGES.items()
    ]  # fmt: skip
    return tag(
        "div",
        tag("div", tag("h1", words.title), _writer(standing, words), class_="name"),
        _pages(language),
        tag(
            "div",
            badge(language, standing),
            tag("div", *switch, class_="switch", role="group", aria_label=words.languages),
            tag("button", "◐", type="button", data_act="theme", class_="theme", title=words.theme,
                aria_label=words.theme),
            class_="tools",
        ),
        class_="masthead",
        lang=REPORT_WORDS[language].lang,
    )  # fmt: skip


def _pages(language: Language) -> Html:
    words = PAGE_WORDS[language]
    links = (tag("a", label, href=f"#{name}") for name, label in words.pages.items())
    return tag("nav", *links, class_="pages", aria_label=words.navigation)


def badge(language: Language, standing: Standing | None) -> Html | None:
    """Return the offline badge, which unfolds into what stands guard and what it has refused."""
    if standing is None:
        return None
    words, report = WORDS[language], REPORT_WORDS[language]
    tried = standing.egress.attempts
    summary = words.offline_tried.format(n=tried) if tried else words.offline
    refused = [tag("li", f"{a.what} {a.target}", tag("small", a.caller)) for a in standing.attempts[:MOST_NAMED]]
    return tag(
        "details",
        tag("summary", tag("span", class_="dot"), summary, None if tried else tag("small", words.egress.format(n=0))),
        tag(
            "div",
            tag("h2", words.offline_title),
            tag("p", tag("strong", words.attempts.format(n=tried))),
            tag("p", report.enforcement[standing.egress.enforcement]),
            tag("ul", *refused) if refused else None,
        ),
        class_="offline" + (" tried" if tried else ""),
    )


def _writer(standing: Standing | None, words: Words) -> Html:
    if standing is None:
        return tag("p", words.preparing)
    if standing.engine is None or standing.corpus is None:
        return tag("p", words.not_ready)
    model = standing.engine.writer
    size = words.corpus.format(documents=standing.corpus.documents, passages=standing.corpus.passages)
    return tag("p", tag("span", words.model.format(model=model) if model else words.extractive), tag("span", size))


def welcome(language: Language, groups: Sequence[Group], standing: Standing | None, kept: Sequence[Kept] = ()) -> Html:
    """Return what stands on an empty page: what this is, why it can't answer yet if so, and questions to click.

    Below them the `kept` conversations, to be opened and deleted.
    """
    words = WORDS[language]
    error, notices = (standing.error, standing.notices) if standing else (None, ())
    return tag(
        "section",
        tag("h2", words.welcome),
        tag("p", words.lead, class_="lead"),
        trouble(error, words) if error else None,
        tag("ul", *(tag("li", lines(text)) for text in notices), class_="notices", lang="en") if notices else None,
        _examples(groups, words) if groups else tag("p", words.no_examples, class_="quiet"),
        _kept(kept, words) if kept else None,
        class_="welcome",
        lang=REPORT_WORDS[language].lang,
    )


def _examples(groups: Sequence[Group], words: Words) -> Html:
    made = [
        tag(
            "section",
            tag("h3", group.title),
            *(
                tag("button", question.text, type="button", data_act="ask", data_question=question.text)
                for question in group.questions
            ),
        )
        for group in groups
    ]
    return tag("div", *made, class_="examples", role="group", aria_label=words.examples)


def _kept(kept: Sequence[Kept], words: Words) -> Html:
    rows = (
        tag(
            "li",
            tag("button", tag("span", one.question),
                tag("small", words.kept.format(n=one.turns, date=local(one.when)[:10])),
                type="button", data_act="reopen", data_id=one.id),
            tag("button", "✕", type="button", data_act="forget", data_id=one.id, title=words.forget,
                aria_label=f"{words.forget}: {one.question}"),
        )
        for one in kept
    )  # fmt: skip
    sure = tag("button", words.forget_sure, type="button", data_act="forget", data_id="", class_="bad")
    everything = tag("details", tag("summary", words.forget_all), sure)
    return tag("section", tag("h3", words.history), tag("ul", *rows), everything, class_="kept")


def trouble(error: AssistantError, words: Words) -> Html:
    """Return an error as what, where and remedy."""
    kind = next((cls.__name__ for cls in type(error).__mro__ if cls.__name__ in words.errors), "FaultError")
    say = errors_zh.say if words is WORDS["zh-TW"] else str
    what, remedy = say(error.what), say(error.remedy)
    rows = [(words.where, error.where), (words.remedy, remedy)]
    named = [join_row(label, value) for label, value in rows if value]
    return tag(
        "div",
        tag("h3", words.errors[kind]),
        tag("p", lines(what), lang="en" if what == error.what else None),
        tag("dl", *named) if named else None,
        tag("p", tag("a", words.to_corpus, href="#corpus", data_page="corpus")) if "refresh" in error.remedy else None,
        class_="trouble wanting" if kind == "NotReadyError" else "trouble",
        role="alert",
    )


def dismiss(language: Language) -> Html:
    """Return the button that takes a notice away."""
    label = WORDS[language].close
    return tag("button", "✕", type="button", data_act="dismiss", class_="dismiss", aria_label=label, title=label)


def join_row(label: str, value: str | Html) -> Html:
    """Return a row of a definition list."""
    return tag("div", tag("dt", label), tag("dd", value))
