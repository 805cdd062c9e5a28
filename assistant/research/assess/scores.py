"""How much an application needs each of the five edge advantages: 0 (not at all) to 5 (can't do without), by rule.

Every rule is a ladder: the first step whose condition holds gives the score. Where a step's limit comes from a figure
of the corpus, the rule names the claims; the other limits are this program's own convention, open to see and to change
by weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.corpus.facts import Text
from assistant.research.assess.application import Application, Connectivity, Customisation, Data
from assistant.research.assess.costs import Comparison

MOST = 5
# From here on the advantages carry a decision for the edge; below the second limit, for the cloud.
EDGE, CLOUD = 3.5, 2.0
_DATA: Mapping[Data, tuple[int, Text]] = {
    "public": (0, Text("公開資料", "public data")),
    "internal": (2, Text("公司內部資料", "internal data")),
    "personal": (4, Text("個人資料", "personal data")),
    "sensitive": (
        5,
        Text("敏感資料（醫療、生物特徵、營業秘密）", "sensitive data (health, biometrics, trade secrets)"),
    ),
}
_LINK: Mapping[Connectivity, tuple[int, Text]] = {
    "none": (5, Text("沒有網路", "no link")),
    "intermittent": (4, Text("網路時有時無", "a link that comes and goes")),
    "metered": (3, Text("網路按量計費或頻寬不足", "a metered or narrow link")),
    "stable": (1, Text("網路穩定", "a stable link")),
    "redundant": (0, Text("網路有備援", "a redundant link")),
}
_OWN: Mapping[Customisation, tuple[int, Text]] = {
    "none": (0, Text("通用模型即可", "a general model will do")),
    "prompts": (1, Text("以提示詞調整即可", "prompts are enough")),
    "retrieval": (3, Text("需檢索自有知識", "answers from its own knowledge")),
    "fine-tuned": (4, Text("需以自有資料微調", "a model tuned on its own data")),
}
# (longest wait in milliseconds, score)
_LATENCY = ((50, 5), (100, 4), (300, 3), (1000, 2), (3000, 1))
# (break-even in months, score)
_BREAK_EVEN = ((12, 5), (24, 4), (36, 3))


@dataclass(frozen=True, slots=True)
class Score:
    """A score with all that made it. `inputs` are what the application says; `claims` what the rule stands on."""

    advantage: str
    value: int
    inputs: Text
    reason: Text
    rule: Text
    claims: tuple[str, ...]


def score(application: Application, comparison: Comparison) -> tuple[Score, ...]:
    """Return the five scores, in the order of the framework."""
    return (
        _latency(application),
        _privacy(application),
        _cost(comparison),
        _reliability(application),
        _customisation(application),
    )


def overall(scores: tuple[Score, ...], weights: Mapping[str, float]) -> float:
    """Return the weighted mean of the scores, 0 to 5."""
    total = sum(weights[s.advantage] for s in scores)
    return round(sum(weights[s.advantage] * s.value for s in scores) / total, 2)


def lean(scores: tuple[Score, ...], application: Application) -> str:
    """Return `edge`, `hybrid` or `cloud`.

    Where data may not leave or no link exists, the cloud is no option. An advantage other than cost that can't be done
    without keeps it from being `cloud`.
    """
    weights = application.weights
    if application.needs.on_site or application.needs.connectivity == "none":
        return "edge"
    mean = overall(scores, weights)
    needed = any(s.value == MOST and s.advantage != "cost" and weights[s.advantage] > 0 for s in scores)
    if mean >= EDGE:
        return "edge"
    return "cloud" if mean < CLOUD and not needed else "hybrid"


def _latency(application: Application) -> Score:
    wait = application.needs.latency_ms
    value = next((points for limit, points in _LATENCY if wait <= limit), 0)
    reasons = {
        5: Text(
            "只有現場做得到：雲端往返至少 100 毫秒",
            "only the site can do it: a round trip to the cloud takes 100 ms or more",
        ),
        4: Text("快過雲端最短的往返", "quicker than the shortest round trip to the cloud"),
        3: Text(
            "與雲端往返（100 至 300 毫秒以上）相當，網路一慢就超時",
            "about a round trip to the cloud (100 to 300 ms or more): a slow link is too slow",
        ),
        2: Text(
            "雲端來得及，但等候第一個 token（200 至 500 毫秒）就用掉大半",
            "the cloud is in time, but waiting for its first token (200 to 500 ms) takes most of it",
        ),
        1: Text("雲端通常來得及", "the cloud is usually in time"),
        0: Text("等候不影響使用", "waiting does no harm"),
    }
    return Score(
        "latency",
        value,
        Text(f"最長等候 {wait:g} 毫秒", f"longest wait {wait:g} ms"),
        reasons[value],
        Text(
            "50 毫秒以內 5 分、100 毫秒 4 分、300 毫秒 3 分、1 秒 2 分、3 秒 1 分，更長 0 分。",
            "5 up to 50 ms, 4 up to 100 ms, 3 up to 300 ms, 2 up to 1 s, 1 up to 3 s, else 0.",
        ),
        ("latency-round-trip", "latency-first-token-local"),
    )


def _privacy(application: Application) -> Score:
    needs = application.needs
    base, said = _DATA[needs.data]
    value = MOST if needs.on_site else base
    stays = (
        Text("資料不得離開現場", "data may not leave the site")
        if needs.on_site
        else Text("資料可以外送", "data may leave the site")
    )
    reason = (
        Text("資料不得外送，雲端不在選項之內", "data may not leave: the cloud is no option")
        if needs.on_site
        else Text(f"{said.zh}外送的風險與法規負擔", f"the risk and the legal burden of sending out {said.en}")
    )
    return Score(
        "privacy",
        value,
        Text(f"{said.zh}；{stays.zh}", f"{said.en}; {stays.en}"),
        reason,
        Text(
            "資料不得離開現場 5 分；否則敏感資料 5 分、個人資料 4 分、內部資料 2 分、公開資料 0 分。",
            "5 where data may not leave; else 5 for sensitive, 4 for personal, 2 for internal, 0 for public data.",
        ),
        ("privacy-cloudian-residency", "privacy-cisco-local-safer"),
    )


def _cost(comparison: Comparison) -> Score:
    months = comparison.break_even
    horizon = round(comparison.years * 12)
    if months is not None:
        value = next((points for limit, points in _BREAK_EVEN if months <= limit), 2)
        reason = Text(f"約 {months:.0f} 個月回本", f"breaks even after about {months:.0f} months")
    elif comparison.best is not None:
        value = 1
        reason = Text(
            f"{horizon} 個月內不回本；假設都偏向邊緣時約 {comparison.best:.0f} 個月",
            (
                f"no break-even within {horizon} months; about {comparison.best:.0f} where "
                f"every assumption favours the edge"
            ),
        )
    else:
        value = 0
        reason = Text(f"{horizon} 個月內無論如何不回本", f"no break-even within {horizon} months under any assumption")
    amount, years = f"{abs(comparison.saving):,.0f}", f"{comparison.years:g}"
    saved = Text(f"{years} 年內邊緣比雲端省 {amount} 美元", f"over {years} years the edge saves US${amount}")
    if comparison.saving < 0:
        saved = Text(f"{years} 年內邊緣比雲端多花 {amount} 美元", f"over {years} years the edge costs US${amount} more")
    return Score(
        "cost",
        value,
        saved,
        reason,
        Text(
            "12 個月內回本 5 分、24 個月 4 分、36 個月 3 分、比較年限內 2 分；只有最有利的假設才回本 1 分，否則 0 分。",
            "5 for a break-even within 12 months, 4 within 24, 3 within 36, 2 within the years compared; 1 if only the "
            "most favourable assumptions reach it, else 0.",
        ),
        ("cost-breakeven-30b", "cost-breakeven-120b"),
    )


def _reliability(application: Application) -> Score:
    needs = application.needs
    base, said = _LINK[needs.connectivity]
    value = min(MOST, base + (2 if needs.stops_work else 0))
    stops = (
        Text("斷線時作業停擺", "work stops without it")
        if needs.stops_work
        else Text("斷線時作業可以等", "work can wait for it")
    )
    reason = (
        Text("雲端或網路一停，作業就停", "when the cloud or the link fails, work stops")
        if needs.stops_work and value >= 3
        else (
            Text("必須在沒有網路時運作", "has to work without a link")
            if value >= 4
            else Text("偶爾中斷可以承受", "a rare outage is bearable")
            if value <= 1
            else Text("中斷會造成不便或費用", "an outage costs time or money")
        )
    )
    return Score(
        "reliability",
        value,
        Text(f"{said.zh}；{stops.zh}", f"{said.en}; {stops.en}"),
        reason,
        Text(
            "沒有網路 5 分、時有時無 4 分、按量計費 3 分、穩定 1 分、有備援 0 分；斷線時作業停擺再加 2 分，最多 5 分。",
            "5 without a link, 4 for one that comes and goes, 3 metered, 1 stable, "
            "0 redundant; 2 more where work stops "
            "without it, 5 at most.",
        ),
        ("outage-aws-2025", "outage-aws-restaurants"),
    )


def _customisation(application: Application) -> Score:
    needs = application.needs
    base, said = _OWN[needs.customisation]
    long = needs.model_years >= 3
    value = min(MOST, base + (1 if long else 0))
    stay = Text(f"同一模型要用 {needs.model_years:g} 年", f"the same model for {needs.model_years:g} years")
    reason = (
        Text("自有知識與模型版本都要握在手裡", "its own knowledge and the model's version have to be in its own hands")
        if value >= 4
        else Text("自有知識是重點，但不必改動模型", "its own knowledge matters, the model need not change")
        if value >= 3
        else Text("雲端的通用模型大致夠用", "a general model in the cloud will mostly do")
    )
    return Score(
        "customisation",
        value,
        Text(f"{said.zh}；{stay.zh}", f"{said.en}; {stay.en}"),
        reason,
        Text(
            "微調 4 分、檢索自有知識 3 分、提示詞 1 分、通用 0 分；同一模型須用 3 年以上再加 1 分。",
            "4 for tuning, 3 for its own knowledge, 1 for prompts, 0 for none; 1 more "
            "where the same model has to stay for "
            "3 years or longer.",
        ),
        ("custom-gpt45-retired", "custom-lora-beats-gpt4"),
    )
