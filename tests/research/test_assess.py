"""An assessment adds up: costs by hand and against published figures, scores by their rules, evidence with sources."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from assistant.errors import NotReadyError, RefusedError, UsageError
from assistant.research.assess import application, assessment, assumptions, costs, described, report, scores
from assistant.research.assess.application import ADVANTAGES, Application
from tests.support import scenario

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "assess").glob("*.toml"))
NOTHING: dict[str, float] = dict.fromkeys(assumptions.defaults().assumptions, 0) | {"device_years": 30}


def built(load: dict[str, Any], needs: dict[str, Any] | None = None, **assumed: float) -> Application:
    """Return an application of these figures alone: whatever isn't named costs nothing."""
    return application.build({"load": load, "needs": needs or {}, "assume": {**NOTHING, **assumed}}, "test", "test")


# ---------------------------------------------------------------- costs by hand

ONE_BOX = {"sites": 1, "requests_per_day": 1000, "tokens_in": 1000, "tokens_out": 200, "years": 5}
ONE_BOX_COSTS = {
    "device_price": 1000, "setup_site": 200, "device_watts": 100, "electricity": 0.10, "upkeep_year": 112.4,
    "token_price_in": 1, "token_price_out": 5,
}  # fmt: skip


def test_one_box_against_tokens() -> None:
    # Power: 0.1 kW * 8,760 h * 0.10 = 87.60 a year; with upkeep 200. Tokens: 365,000 requests * 0.002 = 730 a year.
    found = costs.compare(built(ONE_BOX, **ONE_BOX_COSTS))
    assert found.edge.items["power"] == pytest.approx(438)
    assert found.edge.total == pytest.approx(1200 + 5 * 200)
    assert found.cloud.total == pytest.approx(5 * 730)
    assert found.saving == pytest.approx(1450)
    assert found.break_even == pytest.approx(1200 / ((730 - 200) / 12))  # 27.2 months


def test_a_device_is_bought_again_when_its_life_is_over() -> None:
    found = costs.compare(built(ONE_BOX, **ONE_BOX_COSTS, device_years=3))
    assert found.edge.items["equipment"] == 2000
    assert found.saving == pytest.approx(450)
    # A life as long as the years compared needs no second one.
    assert costs.compare(built(ONE_BOX, **ONE_BOX_COSTS, device_years=5)).edge.items["equipment"] == 1000


def test_prices_that_halve_every_year() -> None:
    found = costs.compare(built({**ONE_BOX, "years": 3}, **ONE_BOX_COSTS, token_price_fall=50))
    assert found.cloud.total == pytest.approx(730 + 365 + 182.5)
    assert found.break_even is None  # 1,200 + 3 * 200 is more than 1,277.50
    assert found.saving == pytest.approx(1277.5 - 1800)


def test_sites_seats_streams_and_staff() -> None:
    load = {"sites": 4, "devices_per_site": 2, "requests_per_day": 0, "streams": 3, "seats": 10, "years": 2}
    found = costs.compare(
        built(load, device_price=500, licence_year=100, edge_staff=0.5, cloud_staff=0.1, engineer_year=100000,
              stream_year=900, seat_month=20)
    )  # fmt: skip
    assert found.edge.items == pytest.approx(
        {"equipment": 4000, "setup": 0, "licence": 1600, "power": 0, "upkeep": 0, "staff": 100000}
    )
    assert found.cloud.items == pytest.approx(
        {"tokens": 0, "video": 4 * 3 * 900 * 2, "traffic": 0, "subscription": 4800, "staff": 20000}
    )


def test_requests_carry_traffic() -> None:
    found = costs.compare(built({**ONE_BOX, "kb_per_request": 200, "years": 1}, traffic_gb=0.5))
    assert found.cloud.items["traffic"] == pytest.approx(365000 * 200 / 1e6 * 0.5)


def test_what_costs_nothing_at_the_start_breaks_even_at_once() -> None:
    assert costs.compare(built(ONE_BOX, token_price_in=1)).break_even == 0.0


# ---------------------------------------------------------------- costs against published figures


def test_a_thousand_cameras_over_three_years() -> None:
    """Claim cost-cameras-3-years: the cloud US$2.8 million, the edge items about US$0.82 million."""
    load = {"sites": 1, "streams": 1000, "requests_per_day": 0, "years": 3}
    found = costs.compare(built(load, device_price=820_000, stream_year=2_800_000 / 1000 / 3))
    assert found.cloud.total == pytest.approx(2_800_000)
    assert found.saving == pytest.approx(1_980_000)
    assert found.break_even == pytest.approx(820 / (2800 / 36))
    shipped = assumptions.defaults().assumptions["stream_year"].value
    assert shipped.likely == pytest.approx(2_800_000 / 1000 / 3, abs=1)


# 50,000 requests a day (claim cost-self-host-volume) of 1,000 tokens in and 300 out, at prices inside the range of
# claim ipc-dfi-inference-cost; equipment for 70B as in claim cost-gpu-70b, US$40,000 to 190,000.
BUSY = {"requests_per_day": 50_000, "tokens_in": 1000, "tokens_out": 300, "years": 5}
QUOTED = {"token_price_in": 2.5, "token_price_out": 10, "electricity": 0.15, "device_watts": 1500}


@pytest.mark.parametrize("equipment", [60_000, 115_000, 180_000])
def test_seventy_billion_parameters_break_even_in_6_to_24_months(equipment: int) -> None:
    """Claim cost-breakeven-120b."""
    months = costs.compare(built(BUSY, **QUOTED, device_price=equipment)).break_even
    assert months is not None
    assert 6 <= months <= 24


def test_small_models_break_even_within_months() -> None:
    """Claim cost-breakeven-30b, on the dearest desktop of claim price-ladder and a tenth of the requests."""
    quiet = {**BUSY, "requests_per_day": 5_000}
    months = costs.compare(built(quiet, **{**QUOTED, "device_watts": 140}, device_price=4699)).break_even
    assert months is not None
    assert 1 <= months <= 12


def test_an_engineer_moves_the_threshold_to_tens_of_thousands_of_requests() -> None:
    """Claim cost-self-host-volume: with an engineer's pay (cost-mlops-engineer) it takes about 50,000 a day."""
    staffed = {**QUOTED, "device_price": 115_000, "edge_staff": 1, "engineer_year": 145_000}
    apps = {n: built({**BUSY, "requests_per_day": n}, **staffed) for n in range(10_000, 200_000, 5_000)}
    saves = [requests for requests, app in apps.items() if costs.compare(app).saving > 0]
    assert 25_000 <= saves[0] <= 100_000


# ---------------------------------------------------------------- what holds for all figures


@settings(deadline=None, max_examples=60)
@given(
    sites=st.integers(1, 500), requests=st.integers(0, 10**6), price=st.floats(0, 10**6), years=st.integers(1, 15),
    life=st.floats(0.5, 10), fall=st.floats(0, 100),
)  # fmt: skip
def test_items_add_up_and_money_is_never_unspent(
    sites: int, requests: int, price: float, years: int, life: float, fall: float
) -> None:
    load = {"sites": sites, "requests_per_day": requests, "years": years}
    found = costs.compare(
        built(load, device_price=price, device_years=life, token_price_in=1, token_price_fall=fall, upkeep_year=10)
    )
    for course in (found.edge, found.cloud):
        assert sum(course.items.values()) == pytest.approx(course.total, rel=1e-9, abs=1e-6)
        assert list(course.spent) == sorted(course.spent)
        assert len(course.spent) == years * 12 + 1
    if found.break_even is None:
        assert all(e > c for e, c in zip(found.edge.spent, found.cloud.spent, strict=True))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_the_ends_of_the_range_hold_the_middle(file: Path) -> None:
    found = costs.compare(application.read(file))
    assert found.edge_range[0] <= found.edge.total <= found.edge_range[1]
    assert found.cloud_range[0] <= found.cloud.total <= found.cloud_range[1]
    order = [m if m is not None else 10**6 for m in (found.best, found.break_even, found.worst)]
    assert order == sorted(order)
    swings = [s.swing for s in found.sensitivity]
    assert swings == sorted(swings, reverse=True)


def fixed(app: Application, **figures: float) -> Application:
    """Return an application whose named assumptions are these figures, without a range."""
    known = app.assumed
    named = {n: replace(known[n], value=assumptions.Range(v, v, v), given=True) for n, v in figures.items()}
    return replace(app, assumed={**known, **named})


def test_sensitivity_is_the_saving_computed_anew() -> None:
    app = application.read(EXAMPLES[0])
    for s in costs.compare(app).sensitivity[:4]:
        for value, saving in ((s.assumption.value.low, s.low), (s.assumption.value.high, s.high)):
            assert costs.compare(fixed(app, **{s.assumption.id: value})).saving == pytest.approx(saving)


# ---------------------------------------------------------------- scores


def scored(needs: dict[str, Any]) -> dict[str, int]:
    app = built(ONE_BOX, needs, **ONE_BOX_COSTS)
    return {s.advantage: s.value for s in scores.score(app, costs.compare(app))}


@pytest.mark.parametrize(
    ("needs", "advantage", "value"),
    [
        ({"latency_ms": 50}, "latency", 5), ({"latency_ms": 51}, "latency", 4), ({"latency_ms": 100}, "latency", 4),
        ({"latency_ms": 300}, "latency", 3), ({"latency_ms": 1000}, "latency", 2), ({"latency_ms": 9000}, "latency", 0),
        ({"data": "public"}, "privacy", 0), ({"data": "personal"}, "privacy", 4), ({"data": "sensitive"}, "privacy", 5),
        ({"data": "public", "on_site": True}, "privacy", 5),
        ({"connectivity": "redundant"}, "reliability", 0), ({"connectivity": "none"}, "reliability", 5),
        ({"connectivity": "intermittent", "stops_work": True}, "reliability", 5),
        ({"connectivity": "stable", "stops_work": True}, "reliability", 3),
        ({"customisation": "none"}, "customisation", 0), ({"customisation": "retrieval"}, "customisation", 3),
        ({"customisation": "fine-tuned", "model_years": 3}, "customisation", 5),
    ],
)  # fmt: skip
def test_each_rule(needs: dict[str, Any], advantage: str, value: int) -> None:
    assert scored(needs)[advantage] == value


@pytest.mark.parametrize(
    ("price", "value"), [(0, 5), (450, 5), (900, 4), (1350, 3), (2200, 2), (9000, 0)], ids=lambda p: str(p)
)
def test_the_score_of_cost_follows_the_break_even(price: int, value: int) -> None:
    app = built(ONE_BOX, device_price=price, token_price_in=1, token_price_out=1.25)  # the cloud: 456.25 a year
    app = replace(app, load=replace(app.load, tokens_in=1000, tokens_out=200))
    found = {s.advantage: s.value for s in scores.score(app, costs.compare(app))}
    months = costs.compare(app).break_even
    assert found["cost"] == value, months


def test_data_that_must_stay_leaves_only_the_edge() -> None:
    relaxed = {"latency_ms": 9000, "connectivity": "redundant", "customisation": "none", "data": "public"}
    app = built(ONE_BOX, {**relaxed, "on_site": True})
    open_app = built(ONE_BOX, relaxed, device_price=10**6)
    assert scores.lean(scores.score(app, costs.compare(app)), app) == "edge"
    assert scores.lean(scores.score(open_app, costs.compare(open_app)), open_app) == "cloud"


def test_weights_shift_the_mean() -> None:
    app = built(ONE_BOX, {"latency_ms": 50}, **ONE_BOX_COSTS)
    found = scores.score(app, costs.compare(app))
    only = dict.fromkeys(ADVANTAGES, 0.0) | {"latency": 2.0}
    assert scores.overall(found, only) == 5.0
    assert scores.overall(found, app.weights) == sum(s.value for s in found) / 5


# ---------------------------------------------------------------- what is shipped, and what a person writes


def test_every_shipped_claim_is_in_the_shipped_corpus() -> None:
    text = "".join(f.read_text(encoding="utf-8") for f in (ROOT / "corpus" / "briefs").rglob("*.md"))
    known = set(re.findall(r"\{#([\w.:-]+)\}", text))
    shipped = assumptions.defaults()
    named = {c for entry in (*shipped.assumptions.values(), *shipped.devices.values()) for c in entry.claims}
    app = application.read(EXAMPLES[0])
    named |= {c for s in scores.score(app, costs.compare(app)) for c in s.claims}
    assert named <= known


def test_an_assumption_without_a_claim_says_that_it_is_one() -> None:
    for entry in assumptions.defaults().assumptions.values():
        assert entry.claims or ("假設" in entry.why.zh and "assumed" in entry.why.en), entry.id


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_the_examples_say_why_in_both_languages(file: Path) -> None:
    app = application.read(file)
    assert app.name.zh != app.name.en
    assert app.description.zh
    assert app.description.en
    for s in scores.score(app, costs.compare(app)):
        assert all((s.inputs.zh, s.inputs.en, s.reason.zh, s.reason.en, s.rule.zh, s.rule.en, s.claims))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[needs]\nlatency = 3", "latency"), ("[needs]\ndata = 'secret'", "data"), ("[load]\nsites = 0", "site"),
        ("[load]\ndevice = 'toaster'", "toaster"), ("[assume]\nelectricty = 1", "electricty"),
        ("[assume]\nelectricity = [3, 2, 1]", "electricity"), ("[assume]\nelectricity = 'dear'", "electricity"),
        ("[weights]\nlatency = -1", "weight"), ("[load]\nyears = 99", "years"), ("needs = 3", "no table"),
        ("[needs]\non_site = 1", "on_site"), ("[load]\nsites = nan", "sites"), ("= 3", "can't be read"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(written: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "app.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(RefusedError, match=words) as raised:
        application.read(file)
    assert raised.value.where == str(file)
    assert raised.value.remedy


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(NotReadyError):
        application.read(Path("nowhere.toml"))


def test_a_description_in_words() -> None:
    app = described.read(
        "3 座醫院用 LLM 整理病歷，資料不得離開現場，200 毫秒內回應，每天 5,000 次，需微調，預算 20000 美元"
    )
    assert (app.needs.latency_ms, app.needs.data, app.needs.on_site) == (200, "sensitive", True)
    assert (app.load.sites, app.load.requests_per_day, app.load.budget) == (3, 5000, 20000)
    assert app.needs.customisation == "fine-tuned"
    assert {"connectivity", "stops_work", "seats"} <= set(app.unsaid)
    english = described.read("40 stores answer shoppers within 2 seconds over a satellite link, 300 questions a day.")
    assert (english.needs.latency_ms, english.needs.data, english.needs.connectivity) == (2000, "personal", "metered")
    assert (english.load.sites, english.load.requests_per_day) == (40, 300)
    with pytest.raises(UsageError):
        described.read("  ")


# ---------------------------------------------------------------- the report


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> tuple[assessment.Assessment, ...]:
    opened = scenario.opened(scenario.make(tmp_path_factory.mktemp("assess")))
    apps = [application.read(file) for file in EXAMPLES]
    return assessment.assess(apps, opened.answerer.retriever, opened.journal, "zh-TW")


def test_a_corpus_without_the_claims_says_so(assessed: tuple[assessment.Assessment, ...]) -> None:
    assert "latency-round-trip" in assessed[0].missing
    assert assessed[0].claims == {}


def test_the_three_forms_hold_the_scores_and_the_money(
    assessed: tuple[assessment.Assessment, ...], tmp_path: Path
) -> None:
    report.write(tmp_path, assessed, "zh-TW")
    page = lxml_html.document_fromstring((tmp_path / "assessment.html").read_bytes())
    text, markdown = page.text_content(), (tmp_path / "assessment.md").read_text(encoding="utf-8")
    data = json.loads((tmp_path / "assessment.json").read_text(encoding="utf-8"))
    for one, told in zip(assessed, data["assessments"], strict=True):
        assert [s["value"] for s in told["scores"]] == [s.value for s in one.scores]
        for shown in (text, markdown):
            assert one.application.name.zh in shown
            assert f"{one.comparison.edge.total:,.0f}" in shown
    pictures = page.xpath("//*[local-name()='svg']")
    assert len(pictures) == 1 + 3 * len(assessed)
    assert all(p.get("role") == "img" and p.xpath("./*[local-name()='title']") for p in pictures)
    assert not page.xpath("//script | //img | //link | //*[@style] | //*[@onload]")


def test_what_a_description_smuggles_in_stays_text(assessed: tuple[assessment.Assessment, ...], tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> | [x](javascript:alert(1))"
    named = application.build(tomllib.loads(f"zh = '''{hostile}'''\nen = 'x'"), "x", "x")
    taken = replace(assessed[0], application=replace(assessed[0].application, name=named.name, description=named.name))
    report.write(tmp_path, (taken, taken), "zh-TW")
    page = lxml_html.document_fromstring((tmp_path / "assessment.html").read_bytes())
    assert not page.xpath("//script | //img | //a[starts-with(@href, 'javascript')]")
    assert hostile in page.text_content()
    assert "<script>" not in (tmp_path / "assessment.md").read_text(encoding="utf-8")
