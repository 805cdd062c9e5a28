import random
from pathlib import Path

import pytest

from assistant.corpus import quality
from assistant.corpus.readers.content import Builder, Content
from assistant.errors import RefusedError

CHECKOUT = Path(__file__).parents[2]
CHINESE = (
    "邊緣運算把人工智慧模型放在資料產生的現場，企業因此不必把敏感資料送到雲端，隱私的風險也隨之降低。"
    "我們訪問了三家工廠，他們說最大的好處是反應快，其次是成本：網路中斷的時候，產線仍然可以照常運作。"
) * 3
ENGLISH = (
    "Running a model at the edge keeps the data where it was made, and that is why hospitals and factories like it. "
    "The cost of the hardware is paid back in two years, as the bill of the cloud grows with every picture sent to it. "
)


def rare(text: str) -> str:
    chance = random.Random(1)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) if c.isalpha() else c for c in text)


def shifted(text: str) -> str:
    return "".join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() and c.isascii() else c for c in text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (CHINESE.replace("的", "\ufffd").replace("，", "\ufffd"), "lost"),
        ("(cid:12)(cid:88)(cid:3)" * 20, "lost"),
        ("".join(chr(0xE000 + ord(c) % 256) for c in CHINESE), "characters of its own"),
        (CHINESE.encode().decode("cp1252", errors="replace").replace("\ufffd", "\x81"), "wrong encoding"),
        (rare(CHINESE), "no Chinese"),
        ("".join(chr(0x4E00 + ord(c) * 7919 % 2000) for c in CHINESE), "no Chinese"),
        (shifted(ENGLISH), "no words"),
        (" ".join(ENGLISH.replace(" ", "")), "apart"),
        (ENGLISH[::-1], "backwards"),
        (CHINESE[::-1], "backwards"),
    ],
)
def test_garbled_text_is_recognised(text: str, wrong: str) -> None:
    assert wrong in (quality.garbled(text) or "nothing wrong")


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        ENGLISH,
        CHINESE + ENGLISH,
        "",
        "\ue001 一",
        "Café, naïve, Ångström, São Paulo, “quoted” – €5…" * 5,
        "エッジAIは現場でデータを処理する技術であり、企業の導入が進んでいる。" * 5,
        "| AIR-020 | 26 TOPS | 10 W |\n| MIC-711 | 100 TOPS | 25 W |\n" * 20,
        "研華 凌華 新漢 廣積 威強電 樺漢 友通 艾訊 振樺電 瑞傳 " * 8,
        "邊緣 運算 隱私 成本 量化 記憶體 工廠 資料 主權 延遲 " * 20,
        "x = a * b + c; y = d / e - f; " * 20,
        "Cloud の AI 🚀🚀🚀 https://example.org/a?b=c " * 10,
    ],
)
def test_honest_text_passes(text: str) -> None:
    assert quality.garbled(text) is None


def test_the_corpus_of_the_checkout_passes() -> None:
    files = sorted(CHECKOUT.glob("corpus/briefs/**/*.md"))
    assert files
    wrong = {file.name: quality.garbled(file.read_text(encoding="utf-8")) for file in files}
    assert {name: reason for name, reason in wrong.items() if reason} == {}


def paged(*pages: str) -> Content:
    built = Builder()
    for number, text in enumerate(pages, start=1):
        built.add(text, page=number)
    return Content(built.text, built.blocks, remarks=("before",))


def test_a_garbled_page_is_left_out_and_named_and_the_rest_still_tiles() -> None:
    content = quality.gate(paged(CHINESE, rare(CHINESE), ENGLISH), "a.pdf")
    assert content.text == f"{CHINESE}\n\n{ENGLISH.strip()}\n\n"
    assert [(b.page, content.text[b.start : b.end].strip()) for b in content.blocks] == [
        (1, CHINESE),
        (3, ENGLISH.strip()),
    ]
    assert content.remarks == ("before", "page 2 is garbled: its characters make no Chinese")


def test_a_file_of_nothing_else_is_refused() -> None:
    with pytest.raises(RefusedError, match="all 2 pages"):
        quality.gate(paged(rare(CHINESE), shifted(ENGLISH)), "a.pdf")
