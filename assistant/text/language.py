"""Which of the two languages a text is in."""

import re

from assistant.records import Language

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
# A Chinese text about technology carries many Latin names, an English one hardly a Chinese character:
# one Chinese character weighs about as much as a third of a Latin word.
_HAN_PER_WORD = 3
# So many of both together are more than names: they tell which language a text is in.
TELLING = 12


def detect(text: str) -> Language:
    """Return zh-TW when Chinese carries the text, else en (also for a text without any letter)."""
    han, words = count(text)
    return "zh-TW" if han * _HAN_PER_WORD > words else "en"


def count(text: str) -> tuple[int, int]:
    """Return how many Chinese characters and how many Latin words a text has."""
    han = 0 if text.isascii() else sum(map(len, _HAN_RUN.findall(text)))
    return han, len(_LATIN_WORD.findall(text))
