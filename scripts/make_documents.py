"""Draw the PDF of `corpus/documents/`: a field guide in Chinese, as a user might have it, in columns and with a table.

    python scripts/make_documents.py [FOLDER]

The words are our own. The font is one of the Chinese fonts that PDF readers bring along, so the file stays small.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "documents"
NAME = "edge-llm-field-guide.zh-TW.pdf"
TITLE = "邊緣 LLM 現場評估手冊"
FONT = "MSung-Light"
MARGIN, GUTTER = 20 * mm, 8 * mm
HEAD, FOOT = 42 * mm, 16 * mm

SIZING = (
    "# 一、先算裝不裝得下",
    "權重所占的記憶體約等於參數量乘以每個參數的位元數再除以 8。先用這個式子排除裝不下的組合，再談速度。",
    "算完權重，還要為 KV 快取、作業系統與其他程式留空間。上下文越長、同時使用的人越多，KV 快取越大；"
    "現場主機至少留三成餘裕，避免尖峰時把記憶體用滿而當機。",
    "權重以量化檔的實際大小為準，不要只看參數量：同樣稱為 4 位元的檔案，混合精度不同，大小可以差一成以上。",
    "# 二、再估速度的上限",
    "單一使用者逐字產生回答時，瓶頸是記憶體頻寬：每產生一個 token，就要把權重讀過一遍。"
    "因此速度上限約等於頻寬除以權重大小，實際值一定更低。",
    "讀取長文件（預填）則受算力限制。摘要、檢索問答這類輸入長、輸出短的工作，要看預填速度；對話與撰寫要看產生速度。",
    "# 三、選模型的順序",
    "先寫下三個現場最常見的問題與它們的正確答案，再挑兩到三個裝得下的模型各跑一遍。排行榜分數只用來列候選名單，"
    "不能代替現場題目。",
    "同一個模型先試 4 位元；答案若明顯變差，再試更高的位元數或更大的模型。"
    "兩者只能擇一時，通常較大的模型配較低的位元數較划算。",
    "# 四、何時不要放在邊緣",
    "問題需要最新的外部資料、需要最強的推理能力，或一個月只用幾次時，雲端較合適。混合做法是：敏感資料與日常問題留在現場，"
    "不含敏感資料的難題才送出去，並且逐筆留下紀錄。",
)
MEASURES = (
    ("指標", "怎麼量", "判讀"),
    (
        "首個 token 時間",
        "送出問題到第一個字出現，取 20 次的中位數。",
        "首個 token 時間：對話 2 秒內，語音互動 0.5 秒內。",
    ),
    ("產生速度", "回答的 token 數除以產生時間。", "產生速度每秒 8 個 token 約等於閱讀速度。"),
    ("持續負載", "連續執行 30 分鐘，比較頭尾的產生速度。", "產生速度下降超過兩成，表示散熱不足。"),
    ("整機功耗", "用插座端電表，分別記錄待機與滿載。", "整機功耗用來算電費與電源餘裕。"),
    ("尖峰記憶體", "讓最長的輸入與最多的使用者同時執行。", "尖峰記憶體超過九成就換小模型。"),
    ("正確率", "用現場題目 30 題以上，由懂業務的人評分。", "正確率低於人工的九成就不上線。"),
    ("引用正確率", "隨機抽 20 個引用，翻回原文核對。", "只要有一個引用是編造的，就查明原因。"),
    ("斷網測試", "拔掉網路線後重新開機，並問 5 題。", "斷網測試有任何一題失敗，就不能稱為離線。"),
)
HANDOVER = (
    "# 五、資安檢查表",
    "服務只聽本機位址；要讓其他機器使用時，必須加上帳號與加密連線。對外的防火牆預設全部關閉，只開列名的位址。",
    "開啟磁碟加密與安全開機。模型檔與語料要核對雜湊值，來源不明的模型檔不要載入；優先使用只含權重的格式。",
    "把外部文件當成資料而不是指令：文件裡出現「忽略先前的指示」之類的句子，是提示注入的徵兆，應隔離並通報。",
    "每次問答記下時間、使用者、問題、引用的文件與版本。紀錄留在本機，保存期限依個資法規與公司規定。",
    "# 六、維運分工",
    "現場人員負責開關機、換硬碟與回報異常；資訊單位負責更新系統、模型與語料；業務單位負責題目與評分。三方各指定一人，"
    "寫在機殼上。",
    "模型每季檢討一次。換模型前先用同一份現場題目比較新舊兩版，新版有任何一類題目退步就不換，並保留舊版可以退回。",
    "備品以一比十準備：十台現場主機至少備一台同型主機，映像檔放在離線的硬碟裡，目標是四小時內恢復。",
    "# 七、頭一個月的節奏",
    "第一週只讓三個人用，每天看一次問答紀錄，把答錯的題目加進現場題目。第二週擴大到一個班別，並做一次斷網測試。",
    "第三週請沒參與建置的人照著手冊從零重裝一台備機，寫下卡住的步驟。第四週決定擴大、修改或停止，三種結果都要有人簽名。",
)


def main() -> int:
    """Draw the document and say where it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / NAME)
    print(folder / NAME)
    return 0


def draw(path: Path) -> None:
    """Write the field guide to `path`: the same bytes each time."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    document = BaseDocTemplate(
        str(path), pagesize=A4, title=TITLE, author="Edge assistant", subject="邊緣 LLM 的評估、驗收與維運", invariant=1
    )
    document.addPageTemplates([_columns("first", HEAD), _whole("table"), _columns("last", MARGIN)])
    document.build(
        [
            *_paragraphs(SIZING, column_break=4),
            NextPageTemplate("table"),
            PageBreak(),
            *_measures(),
            NextPageTemplate("last"),
            PageBreak(),
            *_paragraphs(HANDOVER, column_break=5),
        ]
    )


def _columns(name: str, top: float) -> PageTemplate:
    width, height = A4
    column = (width - 2 * MARGIN - GUTTER) / 2
    frames = [
        Frame(MARGIN + k * (column + GUTTER), FOOT, column, height - top - FOOT, id=f"{name}{k}", showBoundary=0)
        for k in range(2)
    ]
    return PageTemplate(name, frames, onPage=_title if name == "first" else _nothing)


def _whole(name: str) -> PageTemplate:
    width, height = A4
    return PageTemplate(name, [Frame(MARGIN, FOOT, width - 2 * MARGIN, height - MARGIN - FOOT, id=name)])


def _title(canvas: Canvas, _: BaseDocTemplate) -> None:
    canvas.setFont(FONT, 20)
    canvas.drawString(MARGIN + 2 * mm, A4[1] - 26 * mm, TITLE)
    canvas.setFont(FONT, 10)
    canvas.drawString(
        MARGIN + 2 * mm, A4[1] - 34 * mm, "給要在現場放一台主機跑大型語言模型的人：先算、再量、最後交接。"
    )


def _nothing(_: Canvas, __: BaseDocTemplate) -> None:
    """Leave the page as it is."""


def _style(name: str, size: float, leading: float, **more: float) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=leading, alignment=TA_LEFT, wordWrap="CJK", **more
    )


def _paragraphs(texts: Sequence[str], column_break: int) -> list[Flowable]:
    """Return headings ("# …") and paragraphs, with a break to the right column before the text of that number."""
    heading, body = _style("heading", 12.5, 18, spaceBefore=6, spaceAfter=3), _style("body", 10, 15.5, spaceAfter=5)
    flow: list[Flowable] = []
    for n, text in enumerate(texts):
        if n == column_break:
            flow.append(FrameBreak())
        flow.append(Paragraph(text.removeprefix("# "), heading if text.startswith("# ") else body))
    return flow


def _measures() -> list[Flowable]:
    heading, cell = _style("heading", 12.5, 18), _style("cell", 9.5, 14)
    rows = [[Paragraph(text, cell) for text in row] for row in MEASURES]
    table = Table(rows, colWidths=[28 * mm, 64 * mm, 74 * mm], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    about = "邊緣 LLM 主機上線前驗收要量這八項指標；門檻是本手冊的建議值，依現場需要調整。"
    return [
        Paragraph("驗收指標", heading),
        Spacer(1, 6),
        table,
        Spacer(1, 8),
        Paragraph(about, _style("about", 10, 15.5)),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
