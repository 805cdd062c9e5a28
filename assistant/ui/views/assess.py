"""The page of assessments: a form of a few questions, and the applications held against the five edge advantages."""

from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.records import Language
from assistant.research import wording as reports
from assistant.research.assess import assumptions, report
from assistant.research.assess.application import Application, Load, Needs
from assistant.research.assess.assessment import Assessment
from assistant.ui.markup import Html, blocks, tag
from assistant.ui.views.frame import trouble
from assistant.ui.wording import WORDS as PAGE_WORDS
from assistant.ui.wording_assess import WORDS, Words

NEEDS = ("latency_ms", "data", "on_site", "connectivity", "stops_work", "customisation", "model_years")
LOAD = (
    "sites", "devices_per_site", "requests_per_day", "streams", "seats", "years", "budget", "tokens_in", "tokens_out",
    "kb_per_request",
)  # fmt: skip
FIRST = (
    "latency_ms", "data", "on_site", "connectivity", "stops_work", "customisation", "sites", "devices_per_site",
    "device", "requests_per_day", "years", "budget",
)  # fmt: skip
"""What is asked at once; the rest is folded away."""
TOML = """zh = "門市客服"
en = "Shop helpdesk"

[needs]
latency_ms = 1500
data = "personal"
connectivity = "stable"

[load]
sites = 20
requests_per_day = 800

[assume]
device_price = [1500, 2000, 3000]
"""
"""What stands in the field for TOML at first."""


def form(examples: Sequence[Application], language: Language) -> Html:
    """Return the ways to describe an application: an example, a sentence, a few questions, TOML."""
    words = WORDS[language]
    return tag(
        "section",
        tag("h2", words.title),
        tag("p", words.lead, class_="lead"),
        _examples(examples, words, language) if examples else None,
        tag(
            "form",
            tag("h3", words.describe),
            tag("textarea", name="text", rows=2, required=True, aria_label=words.describe,
                placeholder=words.describe_hint),
            _button(words.read, "text"),
            class_="described",
        ),
        tag("details", tag("summary", words.form), _questions(words, language), class_="asked", open=True),
        tag(
            "details",
            tag("summary", words.toml),
            tag(
                "form",
                tag("p", words.toml_hint, class_="quiet"),
                tag("textarea", TOML, name="toml", rows=12, required=True, aria_label=words.toml, spellcheck="false"),
                _button(words.assess_toml, "toml"),
            ),
            class_="asked",
        ),
        class_="page",
        lang=reports.WORDS[language].lang,
    )  # fmt: skip


def failed(error: AssistantError, language: Language) -> Html:
    """Return why an application can't be assessed."""
    return tag("section", trouble(error, PAGE_WORDS[language]), class_="page", lang=reports.WORDS[language].lang)


def assessed(found: Sequence[Assessment], language: Language) -> Html:
    """Return the report on the applications, with what can be done."""
    words = WORDS[language]
    if not found:
        return tag("p", words.empty, class_="page quiet empty", lang=reports.WORDS[language].lang)
    names = (
        tag("li", one.application.name.in_(language),
            tag("button", "✕", type="button", data_act="remove", data_id=one.application.id, title=words.remove,
                aria_label=f"{words.remove}: {one.application.name.in_(language)}"))
        for one in found
    )  # fmt: skip
    forms = (
        tag("button", label, type="button", data_act="take", data_form=name, aria_label=f"{words.save}: {label}")
        for name, label in (("html", "HTML"), ("md", "Markdown"), ("json", "JSON"))
    )
    return tag(
        "section",
        tag("h3", words.kept),
        tag("ul", *names, class_="chips"),
        tag("div", tag("span", words.save), *forms, class_="deeds"),
        tag("div", blocks(report.of(found, language)), class_="blocks"),
        class_="page",
        lang=reports.WORDS[language].lang,
    )


def _examples(examples: Sequence[Application], words: Words, language: Language) -> Html:
    buttons = (
        tag("button", one.name.in_(language), type="button", data_act="assess", data_by="example", data_id=one.id,
            title=one.description.in_(language))
        for one in examples
    )  # fmt: skip
    return tag("div", tag("span", words.examples), *buttons, class_="deeds")


def _questions(words: Words, language: Language) -> Html:
    name = tag("label", tag("span", words.name), tag("input", name="name", required=True, maxlength=80), class_="wide")
    rest = (field for field in (*NEEDS, *LOAD) if field not in FIRST)
    return tag(
        "form",
        tag("div", name, *(_field(field, words, language) for field in FIRST), class_="fields"),
        tag("details", tag("summary", words.more),
            tag("div", *(_field(field, words, language) for field in rest), class_="fields")),
        _button(words.assess, "form"),
    )  # fmt: skip


def _field(name: str, words: Words, language: Language) -> Html:
    """Return a question with its default answered."""
    unit = words.units.get(name)
    label = tag("span", words.fields[name], tag("small", unit) if unit else None)
    if name == "device":
        devices = assumptions.defaults().devices.values()
        known = (tag("option", d.name.in_(language), value=d.id) for d in devices)
        options = [tag("option", words.any_device, value=""), *known]
        return tag("label", label, tag("select", *options, name=name))
    default = getattr(Needs() if name in NEEDS else Load(), name)
    if name in words.choices:
        chosen = {True: "yes", False: "no"}.get(default, default)
        options = [
            tag("option", said, value=value, selected=value == chosen) for value, said in words.choices[name].items()
        ]
        return tag("label", label, tag("select", *options, name=name))
    least = 1 if name in ("sites", "years") else 0
    return tag("label", label, tag("input", name=name, type="number", min=least, step="any", value=f"{default:g}"))


def _button(label: str, by: str) -> Html:
    return tag("p", tag("button", label, type="button", data_act="assess", data_by=by, class_="first"), class_="deeds")
