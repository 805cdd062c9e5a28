"""A workspace of a few claims in both languages, small enough to be read in a moment."""

from pathlib import Path

from assistant.workspace import Workspace

MARKUP = '<img src="http://example.org/x.png" onerror="document.title=1">'
"""What must stay text wherever it is shown."""

QUESTIONS = """# 問題

## 邊緣的價值 {#value}

1. 邊緣 AI 有哪些隱私上的好處？ {#privacy axis=value}
2. 邊緣 AI 能降低多少雲端成本？ {#cost axis=value}

## English

3. What are the privacy benefits of edge AI? {#privacy-en axis=value}
"""

PRIVACY_ZH = f"""---
title: 邊緣 AI 與隱私
language: zh-TW
axis: value
---

# 邊緣 AI 與隱私

## 資料留在現場

- 邊緣 AI 在本機推論，病歷影像不必離開醫院，隱私風險因此降低。 {{#privacy-hospital}}
  — [Edge AI in hospitals](https://example.org/hospitals) | Example Health | 2025-03 | high | vendor
- 2025 年的調查中，62% 的製造商把隱私列為採用邊緣 AI 的首要好處。 {{#privacy-survey}}
  — [Manufacturing survey](https://example.org/survey) | Example Research | 2025-06-12 | medium | sponsor: Example Chips
- 邊緣 AI 的隱私好處也來自去識別化：攝影機只送出人數，範例標記為 {MARKUP}。 {{#privacy-camera}}
  — [Cameras that count](https://example.org/cameras) | Example Vision | 2024 | low
"""

PRIVACY_EN = """---
title: Edge AI and privacy
language: en
axis: value
---

# Edge AI and privacy

## Data stay on site

- Edge AI infers locally: images need not leave the hospital, which lowers the privacy risk. {#privacy-hospital}
  — [Edge AI in hospitals](https://example.org/hospitals) | Example Health | 2025-03 | high | vendor
- In a 2025 survey 62% of manufacturers named privacy as the first benefit of edge AI. {#privacy-survey}
  — [Manufacturing survey](https://example.org/survey) | Example Research | 2025-06-12 | medium | sponsor: Example Chips
"""

COST_ZH = """---
title: 邊緣 AI 與成本
language: zh-TW
axis: value
---

# 邊緣 AI 與成本

- 一家零售商把影像分析移到邊緣 AI 後，雲端成本在 2024 年降低了 38%。 {#cost-retail}
  — [Retail at the edge](https://example.org/retail) | Example Retail | 2024-11 | high
- 邊緣 AI 裝置的前期投資約為每站 1,200 美元，兩年內可由節省的雲端成本回收。 {#cost-payback}
  — [Payback of edge boxes](https://example.org/payback) | Example Finance | 2025-01 | medium | estimate
"""


def make(root: Path) -> Workspace:
    """Lay the workspace into `root` and return it. Nothing is indexed yet."""
    workspace = Workspace(root)
    files = {
        "questions.md": QUESTIONS,
        "corpus/briefs/value/privacy.zh-TW.md": PRIVACY_ZH,
        "corpus/briefs/value/privacy.en.md": PRIVACY_EN,
        "corpus/briefs/value/cost.zh-TW.md": COST_ZH,
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return workspace
