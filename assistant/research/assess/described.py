"""An application described in a sentence or two, read for what it says of needs and load.

What isn't said takes its default, and the report lists it; nothing is guessed beyond the cues below.
"""

import re
from typing import Any

from assistant.errors import UsageError
from assistant.records import content_id
from assistant.research.assess import application
from assistant.research.assess.application import Application
from assistant.text.figures import plain

_MOST, _NAME = 4000, 40
# (field, value, cue): the first cue of a field that stands in the text decides.
_CUES: tuple[tuple[str, Any, str], ...] = (
    (
        "on_site",
        True,
        (
            r"不得離開|不能外送|不可外送|不外送|不出廠|留在現場|留在院內|stay(?:s)? "
            r"on[- ]?(?:site|premis)|(?:must|may) not leave|never leaves?"
        ),
    ),
    (
        "data",
        "sensitive",
        r"病歷|醫療|生物特徵|臉部|營業秘密|機密|health|medical|patient|biometric|faces?\b|trade secrets?|confidential",
    ),
    ("data", "personal", r"個資|個人資料|顧客|客戶資料|姓名|personal data|customers?|shoppers?|visitors?"),
    ("data", "public", r"公開資料|public data"),
    (
        "connectivity",
        "none",
        r"沒有網路|無網路|完全離線|不對外|air[- ]?gapped|no (?:network|internet|link)|fully offline",
    ),
    ("connectivity", "intermittent", r"時有時無|斷斷續續|經常斷線|不穩|離線|intermittent|unreliable|patchy|offline"),
    ("connectivity", "metered", r"按量計費|衛星|行動網路|metered|satellite|cellular"),
    ("connectivity", "redundant", r"備援|redundant"),
    ("stops_work", True, r"停擺|停線|不能停|停工|stops? work|stand(?:s)? still|must not stop|line stops"),
    ("customisation", "fine-tuned", r"微調|自有模型|專屬模型|fine[- ]?tun\w+|own model"),
    (
        "customisation",
        "retrieval",
        r"自有知識|內規|知識庫|文件檢索|knowledge base|own documents|house rules|manuals?\b",
    ),
)
_WAIT = re.compile(r"(\d+(?:\.\d+)?)\s*(毫秒|ms\b|milliseconds?|秒|s\b|seconds?)")
_COUNTS: tuple[tuple[str, str], ...] = (
    (
        "sites",
        (
            r"(\d[\d,]*)\s*(?:家|間|座|個據點|個站點|處|sites?\b|stores?\b|shops?\b|"
            r"factories|plants?\b|hospitals?\b|offices?\b)"
        ),
    ),
    (
        "requests_per_day",
        (
            r"(?:每天|每日)\s*(?:約|大約)?\s*(\d[\d,]*)|(\d[\d,]*)\s*(?:requests?|questions?|"
            r"queries|times|inspections?)\s*(?:a|per)\s*day"
        ),
    ),
    ("streams", r"(\d[\d,]*)\s*(?:支攝影機|台攝影機|支相機|台相機|路影像|cameras?\b)"),
    ("seats", r"(\d[\d,]*)\s*(?:位員工|名員工|人使用|employees|users|seats)"),
    ("budget", r"預算\s*(?:約)?\s*(?:us\$|美元)?\s*(\d[\d,]*)|budget (?:of )?(?:us)?\$?\s*(\d[\d,]*)"),
)


def read(text: str) -> Application:
    """Return the application that a text describes. Raises UsageError for one that is empty or too long."""
    text = " ".join(text.split())
    if not text or len(text) > _MOST:
        raise UsageError(
            "a description has a sentence or two" if not text else f"a description has at most {_MOST} characters",
            remedy="or describe the application in a TOML file: see examples/assess/",
        )
    folded = plain(text)
    needs: dict[str, Any] = {}
    for name, value, cue in _CUES:
        if name not in needs and re.search(plain(cue), folded):
            needs[name] = value
    waits = [_milliseconds(match) for match in _WAIT.finditer(folded)]
    load = {name: value for name, pattern in _COUNTS if (value := _count(pattern, folded)) is not None}
    if waits:
        needs["latency_ms"] = min(waits)
    name = text if len(text) <= _NAME else text[: _NAME - 1] + "…"
    written = {"zh": name, "en": name, "description_zh": text, "description_en": text, "needs": needs, "load": load}
    return application.build(written, f"described-{content_id(text)[:8]}", "the description")


def _milliseconds(match: re.Match[str]) -> float:
    return float(match[1]) * (1000 if match[2].startswith(("s", "秒")) else 1)


def _count(pattern: str, folded: str) -> float | None:
    """Return the number that a pattern finds, None where it finds none."""
    match = re.search(plain(pattern), folded)
    written = next((group for group in match.groups() if group), "") if match else ""
    return float(written.replace(",", "")) if written else None
