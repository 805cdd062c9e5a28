"""The description and the API agree: schemathesis makes requests by it, good and bad, and reads replies by it."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

ROUTES = {
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{model}"),
    ("POST", "/v1/embeddings"),
    ("POST", "/answers"),
    ("POST", "/search"),
    ("POST", "/related"),
    ("GET", "/health"),
    ("GET", "/metrics"),
}

BEYOND_WORDS = positive_data_acceptance
"""A description can't say which axes there are, nor that a conversation has to ask something."""


def test_all_routes_are_described(address: str) -> None:
    described = httpx.get(f"{address}/openapi.json").json()
    assert {(method.upper(), path) for path, methods in described["paths"].items() for method in methods} == ROUTES
    assert all("422" not in o["responses"] for methods in described["paths"].values() for o in methods.values())


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_a_route_keeps_its_description(address: str, method: str, path: str, mode: GenerationMode) -> None:
    operation = schemathesis.openapi.from_url(f"{address}/openapi.json")[path][method]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
        pytest.skip("there is nothing to get wrong")

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def keeps(case: Case) -> None:
        case.call_and_validate(timeout=60, excluded_checks=[BEYOND_WORDS])

    keeps()
