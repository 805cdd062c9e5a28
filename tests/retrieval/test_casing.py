from assistant.records import Findings, PartFindings
from assistant.retrieval.casing import as_written
from tests.support.evidence import hit


def read(question: str, *texts: str) -> str:
    found = Findings(question, "en", (PartFindings(question, tuple(map(hit, texts))),), 1.0)
    told = as_written(found)
    assert [part.question for part in told.parts] == [told.question]
    return told.question


def test_names_typed_small_are_read_as_the_evidence_writes_them() -> None:
    text = "NVIDIA DGX Spark runs models that the EU AI Act speaks of."
    assert read("is the dgx spark under the ai act", text) == "is the DGX Spark under the AI Act"


def test_words_that_the_evidence_writes_small_as_well_stay() -> None:
    texts = ("Retail spends most.", "The retail sector grows.", "Apple sells a model.")
    assert read("does retail like an apple", *texts) == "does retail like an apple"


def test_what_has_a_capital_stays() -> None:
    assert read("Is the Dgx spark fast?", "The DGX Spark is fast.") == "Is the Dgx spark fast?"
