"""The glossary's terms beside evidence in the language that wasn't asked in: a help to read it, never a translation."""

from collections.abc import Mapping

from assistant.corpus.glossary import Glossary
from assistant.records import Language
from assistant.text.language import detect

MOST_TERMS = 5
_COMMA: Mapping[Language, str] = {"zh-TW": "、", "en": ", "}


def terms(text: str, language: Language, glossary: Glossary) -> str:
    """Return the terms of `text` with their names in `language`, the asker's ("quantization = 量化"), or ""."""
    spoken: Language = "en" if language == "zh-TW" else "zh-TW"
    pairs = []
    for term, names in glossary.equivalents(text, spoken).items():
        own = next((name for name in names if detect(name) == language), None)
        if own and detect(term) != language:
            pairs.append(f"{term} = {own}")
    return _COMMA[language].join(pairs[:MOST_TERMS])
