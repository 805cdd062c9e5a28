import pytest

from assistant.index.dictionary import Dictionary
from assistant.text import sounds


@pytest.mark.parametrize(
    ("chinese", "name"),
    [
        ("傑克遜維爾", "Jacksonville"),
        ("奧廷加", "Odinga"),
        ("庫克里", "Kuechly"),
        ("斯蒂格勒", "Stigler"),
    ],
)
def test_a_name_is_heard_in_its_chinese_spelling_and_not_in_another(
    dictionary: Dictionary, chinese: str, name: str
) -> None:
    ((_, sound),) = dictionary.stretches(chinese)
    assert sounds.within(sounds.latin(name), sound) >= sounds.ALIKE
    assert sounds.within(sounds.latin("Bartholomew"), sound) == 0


@pytest.mark.parametrize(
    ("word", "sound"), [("Smith", "SMT"), ("Knox", "NKS"), ("Phoebe", "FP"), ("Hannah", "HN"), ("Cicero", "SSL")]
)
def test_words_sound_by_their_consonants(word: str, sound: str) -> None:
    assert sounds.latin(word) == sound


def test_alike_is_symmetric_and_whole_for_the_same_sound() -> None:
    words = [sounds.latin(word) for word in ("Denver", "Washington", "Genghis", "Warsaw")]
    assert all(sounds.alike(one, one) == 1 for one in words)
    assert all(sounds.alike(one, other) == pytest.approx(sounds.alike(other, one)) for one in words for other in words)


def test_names_are_capitalised_and_no_function_words() -> None:
    assert [name for name, _ in sounds.names("What did Luke Kuechly's team win in Denver?")] == [
        "Luke",
        "Kuechly",
        "Denver",
    ]
