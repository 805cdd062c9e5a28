from pathlib import Path

import pytest

from assistant.index.dictionary import FILE, Dictionary, keys
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal
from assistant.records import Block, Document, Hit, Passage
from assistant.retrieval import abstention, expansion, features, rerank, scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.retriever import Retriever
from assistant.text import language, tokens

TEXTS = {
    "frogs": "Frogs lay their eggs in water. The tadpoles breathe through gills.",
    "winter": "In winter the river freezes, and children skate on the ice.",
    "bridge": "這座橋在地震之後重建，花了三年。",
    "market": "市場在清晨開門，賣魚和蔬菜。",
}


@pytest.fixture
def retriever(tmp_path: Path, dictionary: Dictionary) -> Retriever:
    journal = Journal(tmp_path, writable=True)
    with journal.transaction():
        for name, text in TEXTS.items():
            spoken = language.detect(text)
            journal.add(
                Document(name, "", spoken, text, (Block(0, len(text)),)),
                [Passage(name, name, 0, len(text), text, spoken)],
            )
    return Retriever(journal, None, HashEmbedder(), dictionary=dictionary)


def test_a_chinese_word_is_explained_in_english_and_back(dictionary: Dictionary) -> None:
    assert "frog" in dict(next(dictionary.glosses("青蛙")))
    assert "冰" in {term for gloss in dictionary.glosses("ice") for term in gloss}
    assert list(dictionary.glosses("")) == []


def test_words_are_the_longest_with_an_entry(dictionary: Dictionary) -> None:
    assert dictionary.words("青蛙在河裡產卵") == ["青蛙", "在", "河", "里", "产卵"]


def test_a_kept_dictionary_says_the_same(tmp_path: Path, dictionary: Dictionary) -> None:
    first, again = Dictionary(tmp_path), Dictionary(tmp_path)
    text = "地震之後重建 the frozen river"
    assert list(first.glosses(text)) == list(again.glosses(text)) == list(dictionary.glosses(text))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("青蛙把卵產在哪裡？", "frogs"),
        ("河流什麼時候結冰？", "winter"),
        ("When was the bridge rebuilt after the earthquake?", "bridge"),
        ("Where are vegetables and fish sold?", "market"),
    ],
)
def test_a_question_finds_a_passage_in_the_other_language(retriever: Retriever, question: str, wanted: str) -> None:
    assert retriever.search(question, limit=1)[0].passage.id == wanted


def test_a_simplified_question_finds_the_same(retriever: Retriever) -> None:
    one, other = (
        retriever.search(q, limit=1)[0] for q in ("這座橋在地震後重建花了幾年？", "这座桥在地震后重建花了几年？")
    )
    assert one.passage.id == other.passage.id == "bridge"


def test_synonyms_meet_in_the_other_language(dictionary: Dictionary) -> None:
    bridge = Bridge(dictionary)
    texts = ("他買了一部汽車。", "他買了一部電影。")
    passages = scoring.analyse(Hit(Passage(t, t, 0, len(t), t, "zh-TW"), "", "", 0.0) for t in texts)
    query = dict.fromkeys(tokens.terms("轎車"), 1.0)
    car, film = bridge.likeness(bridge.question(query, "轎車"), passages)
    assert car > film


def test_every_feature_is_learnt_and_within_its_bounds() -> None:
    text = "Gemma 3 27B 的權重在 int4 約 14.1 GB。"
    (passage,) = scoring.analyse([Hit(Passage("p", "d", 0, len(text), text, "zh-TW"), "", "Gemma", 0.0)])
    query = dict.fromkeys(tokens.terms("Gemma 權重多大"), 1.0)
    statistics = scoring.Statistics(2, 10.0, {})
    (row,) = features.features("Gemma 權重多大", scoring.Matches.of(query, [passage], statistics))
    assert all(0 <= value <= 1 for value in row.values())
    assert all({*row, "bridged"} == set(weights) for weights in rerank.WEIGHTS.values())


def test_only_what_could_come_first_is_undecided() -> None:
    rows = [{name: share for name in rerank.WEIGHTS["en"] if name != "bridged"} for share in (0.5, 0.3, 0.48, 0.1)]
    assert rerank.undecided(rows, "en") == [0, 2]
    assert len(rerank.undecided(rows[:1] * 20, "zh-TW")) == rerank.UNDECIDED
    assert rerank.undecided([], "en") == []


def test_the_rarest_terms_search_first_and_at_least_some() -> None:
    query = dict.fromkeys("abcdefghijklm", 1.0)
    frequencies = {term: 10 * place for place, term in enumerate("abcdefghijkl", 1)}
    assert expansion.rarest(query, frequencies, 35) == list("abcdefgh")
    assert expansion.rarest(query, frequencies, 10_000) == list("abcdefghijkl")


def test_what_the_evidence_lacks_is_named_as_the_user_wrote_it(dictionary: Dictionary) -> None:
    found = set(tokens.terms("Jetson Thor 的功耗為 40 至 130 W。"))
    bridge = Bridge(dictionary)
    assert abstention.absent("Jetson Thor 的保固是幾年？", {}, found, bridge) == ["保固"]
    assert abstention.absent("Jetson Thor 的功耗是多少？", {}, found, bridge) == []
    assert abstention.absent("What is the warranty of Jetson Thor?", {}, found, bridge) == ["warranty"]
    assert abstention.absent("Jetson 的保固", {"保固": ("warranty",)}, found, bridge) == []
    # Asked in few words, in a code with a figure, and with function words run together.
    assert abstention.absent("Jetson Thor 的保固多久？", {}, found, bridge) == ["保固"]
    assert abstention.absent("Does Jetson Thor have 40GbE?", {}, found | {"40"}, bridge) == ["40GbE"]
    assert abstention.absent("What's Jetson Thor, and whats it for?", {}, found, bridge) == []


def test_a_damaged_dictionary_is_made_anew(tmp_path: Path, dictionary: Dictionary) -> None:
    (tmp_path / FILE).write_bytes(b"PK damaged")
    (tmp_path / "dictionary-1-1.sqlite").touch()
    assert Dictionary(tmp_path).words("青蛙在河裡產卵") == dictionary.words("青蛙在河裡產卵")
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert Dictionary(tmp_path).gloss("青蛙") == dictionary.gloss("青蛙") != {}


def test_lines_are_put_over_apart(dictionary: Dictionary) -> None:
    lines = ("青蛙在河裡產卵。\0青蛙", "the ice", "", "river\nbank 8 GB")
    together = dictionary.put_over(lines).split([1] * len(lines))
    for line, stream in zip(lines, together, strict=True):
        alone = dictionary.put_over([line])
        assert sorted(stream.terms.tolist()) == sorted(alone.terms.tolist())
    said = {key: place for place, stream in enumerate(together) for key in stream.terms.tolist()}
    assert [said[key] for key in keys(["frog", "冰", "8gb"]).tolist()] == [0, 1, 3]
