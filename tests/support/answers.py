"""Made-up answers of the shape that the engines give, for tests of everything that comes after them."""

from collections.abc import Sequence
from pathlib import Path

from assistant.records import (
    Answer,
    Citation,
    CorpusInfo,
    Egress,
    EngineInfo,
    Language,
    Part,
    Statement,
    Status,
    Timings,
    content_id,
)
from assistant.research.questions import Question, Remark
from assistant.research.runs import Basis, Entry, Run, Session
from assistant.settings import Settings

CORPUS = CorpusInfo(fingerprint="5d0c4a1be2f39870", documents=46, passages=812)
ENGINE = EngineInfo("extractive")
BASIS = Basis.of(CORPUS, ENGINE, Settings())


def citation(n: int, quote: str, title: str = "", **more: object) -> Citation:
    about = {
        "url": f"https://example.org/{n}",
        "date": "2025-04-18",
        "page": None,
        "publisher": "Example Labs",
        "confidence": "high",
    }
    values = about | {"document": f"briefs/hardware-models/topic-{n}.zh-TW.md"} | more
    return Citation(
        n=n,
        passage_id=content_id("passage", str(n)),
        title=title or f"Source number {n}",
        start=40 * n,
        end=40 * n + len(quote),
        quote=quote,
        **values,  # type: ignore[arg-type]
    )


def statement(text: str, *citations: int, reason: str = "") -> Statement:
    return Statement(text, citations, "unsupported" if reason else "supported", 0.1 if reason else 0.92, reason)


def answer(
    question: str,
    *,
    status: Status = "answered",
    language: Language = "zh-TW",
    conclusion: Sequence[Statement] = (),
    parts: Sequence[tuple[str, Status, Sequence[Statement]]] = (),
    citations: Sequence[Citation] = (),
    gaps: Sequence[str] = (),
    engine: EngineInfo = ENGINE,
    corpus: CorpusInfo = CORPUS,
    attempts: int = 0,
) -> Answer:
    """Return an answer; statements are numbered in the order given."""
    statements = list(conclusion)
    made = []
    for title, part_status, said in parts:
        made.append(Part(title, part_status, tuple(range(len(statements), len(statements) + len(said)))))
        statements += said
    return Answer(
        question=question,
        language=language,
        status=status,
        conclusion=tuple(range(len(conclusion))),
        parts=tuple(made),
        statements=tuple(statements),
        citations=tuple(citations),
        gaps=tuple(gaps),
        engine=engine,
        corpus=corpus,
        egress=Egress("audit-hook", attempts),
        timings=Timings(0.12, 0.2, 0.5),
        id=content_id(question),
    )


GEMMA = answer(
    "Gemma 3 27B 只需單一 NVIDIA H100 GPU 即可運行的突破代表什麼意義？",
    conclusion=[
        statement(
            "意義在於同等級能力所需的硬體，從一整組伺服器縮到一張卡，再經 4 位元量化縮到一張消費級顯示卡。", 1, 2
        ),
        statement("落地端因此能在不外送資料的前提下，用上接近雲端旗艦等級的模型。", 2),
    ],
    parts=[
        (
            "為什麼一張卡裝得下",
            "answered",
            [
                statement("權重在 BF16 約占 54 GB，單張 80 GB 的 H100 不必切分；int8 約 27 GB，int4 約 14.1 GB。", 1),
                statement("全域注意力層仍保留每個 token 的鍵值，上下文越長，記憶體仍持續成長。", 3),
                statement("任何 27B 模型都能在手機上執行。", 3, reason="引用的段落沒有提到手機"),
            ],
        ),
        (
            "對邊緣端的意義",
            "partial",
            [
                statement("int4 的 27B 可在 24 GB 的 RTX 3090 執行，12B 可在 8 GB 的筆電 GPU 執行。", 2),
                statement("解碼速度受記憶體頻寬限制：推算上限為 H100 BF16 每秒約 62 個 token。", 4),
            ],
        ),
    ],
    citations=[
        citation(
            1,
            "Gemma 3 27B 的權重在 BF16 約占 54 GB，單張 80 GB 的 H100 不必切分就裝得下；"
            "int8 約 27 GB，int4 約 14.1 GB。",
            "Gemma 3 QAT models: bringing state-of-the-art AI to consumer GPUs",
        ),
        citation(
            2,
            "int4 的 27B 可在 24 GB 的 RTX 3090 執行，12B 可在 8 GB 的筆電 GPU 執行。",
            "Gemma 3 Technical Report",
            page=7,
            notes=("vendor",),
            document="papers/gemma-3-report.pdf",
        ),
        citation(3, "全域注意力層仍保留每個 token 的鍵值。", "長上下文的記憶體帳", confidence="medium", url=None),
        citation(
            4,
            "解碼速度上限約為 H100 BF16 每秒 62 個 token。",
            "由頻寬與權重大小推算",
            url=None,
            publisher=None,
            date="2026-11",
            confidence="medium",
            notes=("derived", "since: gemma3-decode-2025"),
        ),
    ],
    gaps=["沒有官方的完整記憶體表。", "沒有在工業電腦上的第三方實測。"],
)

VALUE = answer(
    "與雲端 AI 相比，Edge AI 能帶來哪些獨特的商業價值？主要的競爭優勢是什麼？",
    status="partial",
    conclusion=[statement("資料留在現場、反應即時、斷線仍可運作，是雲端給不了的三件事。", 1, 2)],
    parts=[
        ("能帶來哪些獨特的商業價值", "answered", [statement("產線影像不外送，客戶資料的處理留在廠區內。", 1)]),
        ("主要的競爭優勢是什麼", "abstained", []),
    ],
    citations=[
        citation(1, "產線影像不外送，客戶資料的處理留在廠區內。", "Edge AI in manufacturing", confidence="low"),
        citation(2, "斷線時仍可運作。", "Offline operation of retail terminals", date=None, notes=("sponsor: Acme",)),
    ],
    gaps=["沒有同一工作量下邊緣與雲端的逐項成本比較。"],
)

ABSTAINED = answer(
    "2026 年世界盃足球賽的冠軍是哪一隊？",
    status="abstained",
    gaps=["語料中沒有提到：世界盃、足球賽、冠軍。"],
)

ENGLISH = answer(
    "What is each vendor good at in edge AI, and where are the limits?",
    language="en",
    conclusion=[statement("NVIDIA has the most compute and the deepest software at the highest power.", 1)],
    parts=[
        (
            "What is each vendor good at in edge AI",
            "answered",
            [statement("Jetson Thor reaches up to 2,070 FP4 TFLOPS at 40-130 W.", 1)],
        ),
        (
            "where are the limits",
            "answered",
            [statement("Moving from Orin to Thor means a new board and re-certification.", 2)],
        ),
    ],
    citations=[
        citation(
            1, "up to 2,070 FP4 TFLOPS within 40-130 W", "Jetson Thor, product page", notes=("vendor",), date="2025-08"
        ),
        citation(2, "a new board and re-certification", "Two decisions before BOM freeze", page=3),
    ],
    gaps=["Prices for Intel and Qualcomm modules."],
)

GROUPS = {GEMMA: "技術與應用趨勢", VALUE: "Edge AI 與雲端 AI 的商業價值", ABSTAINED: "其他", ENGLISH: "其他"}


def run_of(*answers: Answer, folder: Path = Path("20261122T191000Z-5d0c4a1b"), **more: object) -> Run:
    """Return a finished run of these answers, or of all made-up ones and a failed question."""
    asked = answers or (GEMMA, VALUE, ABSTAINED, ENGLISH)
    entries = [
        Entry(n, Question(f"q{n}", a.question, GROUPS.get(a, "其他"), "hardware-models", n + 4), a)
        for n, a in enumerate(asked, start=1)
    ]
    if not answers:
        failed = Question("q5", "這一題太長了嗎？", "其他", None, 20)
        entries.append(Entry(5, failed, None, "the question is too long for this model\n  remedy: shorten it"))
    values: dict[str, object] = {
        "sessions": (Session("2026-11-22T19:10:00Z", "2026-11-22T19:10:08Z", Egress("audit-hook", 0)),),
        "warnings": () if answers else (Remark(23, "- ？", "there are no words in this item"),),
        "axes": {"hardware-models": "基礎硬體與模型"},
    }
    return Run(
        folder=folder,
        started="2026-11-22T19:10:00Z",
        finished="2026-11-22T19:10:08Z",
        basis=BASIS,
        entries=tuple(entries),
        **(values | more),  # type: ignore[arg-type]
    )
