"""A draw of claims to look up again: the same for the same seed, and only of claims that cite a page."""

from pathlib import Path

import pytest

from assistant import cli
from assistant.corpus import check, sampling

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def corpus() -> check.Corpus:
    return check.load(CORPUS)


def test_a_seed_draws_the_same_claims_and_another_seed_others(corpus: check.Corpus) -> None:
    drawn = sampling.draw(corpus, 10, 1)
    assert len({claim.id for claim in drawn}) == 10
    assert drawn == sampling.draw(corpus, 10, 1)
    assert drawn[:5] == sampling.draw(corpus, 5, 1)
    assert {claim.id for claim in drawn} != {claim.id for claim in sampling.draw(corpus, 10, 2)}


def test_only_claims_that_cite_a_page_are_drawn(corpus: check.Corpus) -> None:
    drawn = sampling.draw(corpus, 10_000, 1)
    assert all(claim.pages for claim in drawn)
    own = [id_ for id_, found in corpus.claims.items() if not any(r.url for r in found["en"][1].references)]
    assert own
    assert len(drawn) == len(corpus.claims) - len(own)


def test_the_command_shows_claims_where_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "check", "--sample", "2", "--seed", "1", "--workspace", str(CORPUS.parent)]) == 0
    first, page, *_ = capsys.readouterr().out.splitlines()
    path, line, text = first.split(":", 2)
    assert text.strip().rpartition(" (")[0] in (CORPUS / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert page.startswith("  https://")
