"""Reasoning over passages: twelve templates, filled with seeded figures and names, in both languages."""

import random
from collections.abc import Callable, Iterator
from typing import Any

Entry = dict[str, Any]
Template = Callable[[random.Random, bool], Entry]
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple")
SITES = (
    ("台南廠", "the Tainan plant"), ("桃園倉", "the Taoyuan warehouse"), ("高雄港", "the Kaohsiung port"),
    ("台中門市", "the Taichung store"), ("新竹實驗室", "the Hsinchu lab"), ("花蓮醫院", "the Hualien hospital"),
)  # fmt: skip
PEOPLE = (("林經理", "Ms Lin"), ("陳組長", "Mr Chen"), ("黃工程師", "Ms Huang"), ("吳主任", "Mr Wu"))
ASIDE = (
    ("所有裝置都採無風扇設計。", "All devices are fanless."),
    ("機殼有黑色與銀色兩種。", "The case comes in black and in silver."),
    ("安裝由合作夥伴負責。", "Partners do the installation."),
)
EACH, QUICK = 10, 9
"""Items of a template, half of them in each language; and templates in the quick profile."""


def entries(seed: int = 11) -> Iterator[Entry]:
    """Yield the items, a template after the other."""
    for name, template in TEMPLATES.items():
        for n in range(EACH):
            rng = random.Random(f"{seed} {name} {n}")
            zh = n % 2 == 0
            entry = template(rng, zh)
            passages = [*entry.pop("passages"), _pick(rng, ASIDE, zh)]
            rng.shuffle(passages)
            head: Entry = {"id": f"{name}-{n + 1}", "language": "zh-TW" if zh else "en"}
            # Most templates are in the quick profile once, in alternating languages.
            place = list(TEMPLATES).index(name)
            quick = {"quick": True} if n == place % 2 and place < QUICK else {}
            yield head | quick | {"passages": passages} | entry


def _pick(rng: random.Random, pairs: tuple[tuple[str, str], ...], zh: bool) -> str:
    return rng.choice(pairs)[0 if zh else 1]


def _two(rng: random.Random) -> tuple[str, str]:
    a, b = rng.sample(NAMES, 2)
    return a, b


def difference(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how much dearer is one device than the other."""
    (a, b), low = _two(rng), rng.randrange(40, 90) * 10
    high = low + rng.randrange(5, 40) * 10
    if zh:
        return {"passages": [f"{a} 主機每台 {low} 元。", f"{b} 主機每台 {high} 元。"],
                "question": f"{b} 主機每台比 {a} 貴多少元？", "answer": high - low}  # fmt: skip
    return {"passages": [f"The {a} box costs {low} dollars.", f"The {b} box costs {high} dollars."],
            "question": f"How many dollars more than the {a} box does the {b} box cost?",
            "answer": high - low}  # fmt: skip


def total(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: what do so many devices with their licences cost."""
    a, price, fee, n = rng.choice(NAMES), rng.randrange(3, 9) * 100, rng.randrange(2, 9) * 10, rng.randrange(3, 9)
    if zh:
        return {"passages": [f"{a} 主機每台 {price} 元。", f"每台另需授權費 {fee} 元。"],
                "question": f"買 {n} 台 {a} 主機連同授權，總共多少元？", "answer": n * (price + fee)}  # fmt: skip
    return {"passages": [f"The {a} box costs {price} dollars.", f"Each box needs a licence of {fee} dollars."],
            "question": f"What do {n} {a} boxes with their licences cost in dollars?",
            "answer": n * (price + fee)}  # fmt: skip


def share(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how many are a percentage of so many."""
    n, p = rng.randrange(2, 13) * 20, rng.choice((5, 10, 15, 20, 25, 30, 35, 40, 60, 75))
    (zh_site, site) = rng.choice(SITES)
    if zh:
        return {"passages": [f"{zh_site}有 {n} 支攝影機。", f"{zh_site}的攝影機有 {p}% 已改為本機推論。"],
                "question": f"{zh_site}有幾支攝影機已改為本機推論？", "answer": n * p // 100}  # fmt: skip
    return {"passages": [f"There are {n} cameras at {site}.", f"{p}% of the cameras there infer locally."],
            "question": f"How many cameras at {site} infer locally?", "answer": n * p // 100}  # fmt: skip


def compare(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: which of two needs less power."""
    (a, b), x = _two(rng), rng.randrange(10, 60)
    y = x + rng.choice((-1, 1)) * rng.randrange(2, 9)
    less, more = (a, b) if x < y else (b, a)
    if zh:
        return {"passages": [f"{a} 模組的功耗是 {x} 瓦。", f"{b} 模組的功耗是 {y} 瓦。"],
                "question": "哪一個模組比較省電？", "answer": less, "forbidden": [more]}  # fmt: skip
    return {"passages": [f"The {a} module draws {x} watts.", f"The {b} module draws {y} watts."],
            "question": "Which module draws less power?", "answer": less, "forbidden": [more]}  # fmt: skip


def most(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: which of four is the fastest."""
    names, speeds = rng.sample(NAMES, 4), rng.sample(range(8, 60), 4)
    best = names[speeds.index(max(speeds))]
    wrong = [name for name in names if name != best]
    pairs = list(zip(names, speeds, strict=True))
    if zh:
        return {"passages": [f"{a} 每秒產生 {s} 個 token。" for a, s in pairs],
                "question": "哪一個裝置最快？", "answer": best, "forbidden": wrong}  # fmt: skip
    return {"passages": [f"{a} writes {s} tokens a second." for a, s in pairs],
            "question": "Which device is the fastest?", "answer": best, "forbidden": wrong}  # fmt: skip


def first(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: which came first."""
    names = rng.sample(NAMES, 3)
    months = rng.sample(range(1, 25), 3)
    dates = [(2023 + (m - 1) // 12, (m - 1) % 12 + 1) for m in months]
    best = names[months.index(min(months))]
    wrong = [name for name in names if name != best]
    if zh:
        return {"passages": [f"{a} 於 {y} 年 {m} 月上市。" for a, (y, m) in zip(names, dates, strict=True)],
                "question": "哪一款最早上市？", "answer": best, "forbidden": wrong}  # fmt: skip
    said = [f"{a} came to market in {MONTHS[m - 1]} {y}." for a, (y, m) in zip(names, dates, strict=True)]
    return {"passages": said, "question": "Which came to market first?", "answer": best, "forbidden": wrong}


def between(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how many months lie between two events."""
    a, start = rng.choice(NAMES), rng.randrange(1, 9)
    gap = rng.randrange(2, 16)
    end = start + gap
    year, month = 2024 + (end - 1) // 12, (end - 1) % 12 + 1
    if zh:
        return {"passages": [f"{a} 專案於 2024 年 {start} 月開始試點。", f"{a} 專案於 {year} 年 {month} 月正式上線。"],
                "question": f"{a} 專案從試點到正式上線隔了幾個月？", "answer": gap}  # fmt: skip
    return {"passages": [f"The {a} pilot began in {MONTHS[start - 1]} 2024.",
                         f"The {a} project went live in {MONTHS[month - 1]} {year}."],
            "question": f"How many months passed from the {a} pilot to going live?", "answer": gap}  # fmt: skip


def hop(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: who answers for the site where a device stands."""
    (a, b), sites, people = _two(rng), rng.sample(SITES, 2), rng.sample(PEOPLE, 2)
    k = 0 if zh else 1
    (one, two), (right, wrong) = [s[k] for s in sites], [p[k] for p in people]
    if zh:
        return {"passages": [f"{a} 主機裝在{one}。", f"{b} 主機裝在{two}。", f"{one}由{right}負責。",
                             f"{two}由{wrong}負責。"],
                "question": f"{a} 主機所在地由誰負責？", "answer": right, "forbidden": [wrong]}  # fmt: skip
    return {"passages": [f"The {a} box stands at {one}.", f"The {b} box stands at {two}.",
                         f"{right} runs {one}.", f"{wrong} runs {two}."],
            "question": f"Who runs the place where the {a} box stands?", "answer": right,
            "forbidden": [wrong]}  # fmt: skip


def hop_figure(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how much memory has the device, by the chip in it."""
    (a, b), (x, y) = _two(rng), rng.sample((8, 12, 16, 24, 32, 48, 64, 128), 2)
    if zh:
        return {"passages": [f"{a} 主機用 Q7 晶片。", f"{b} 主機用 R9 晶片。", f"Q7 晶片配 {x} GB 記憶體。",
                             f"R9 晶片配 {y} GB 記憶體。"],
                "question": f"{a} 主機有多少 GB 記憶體？", "answer": x}  # fmt: skip
    return {"passages": [f"The {a} box uses the Q7 chip.", f"The {b} box uses the R9 chip.",
                         f"The Q7 chip comes with {x} GB of memory.", f"The R9 chip comes with {y} GB of memory."],
            "question": f"How many GB of memory does the {a} box have?", "answer": x}  # fmt: skip


def counted(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how many stay under a limit."""
    names, limit = rng.sample(NAMES, 5), rng.randrange(20, 40)
    watts = [limit + rng.choice((-1, 1)) * rng.randrange(2, 15) for _ in names]
    n = sum(w < limit for w in watts)
    pairs = list(zip(names, watts, strict=True))
    if zh:
        return {"passages": ["、".join(f"{a} {w} 瓦" for a, w in pairs) + "。"],
                "question": f"有幾個裝置的功耗低於 {limit} 瓦？", "answer": n}  # fmt: skip
    return {"passages": [", ".join(f"{a} draws {w} watts" for a, w in pairs) + "."],
            "question": f"How many devices draw less than {limit} watts?", "answer": n}  # fmt: skip


def duration(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: how long does an answer take at a speed."""
    a, speed, seconds = rng.choice(NAMES), rng.randrange(4, 25), rng.randrange(5, 40)
    if zh:
        return {"passages": [f"{a} 每秒產生 {speed} 個 token。", f"一則回答有 {speed * seconds} 個 token。"],
                "question": f"{a} 產生一則回答要幾秒？", "answer": seconds}  # fmt: skip
    return {"passages": [f"{a} writes {speed} tokens a second.", f"An answer has {speed * seconds} tokens."],
            "question": f"How many seconds does {a} take to write an answer?", "answer": seconds}  # fmt: skip


def superseded(rng: random.Random, zh: bool) -> Entry:
    """Return an item that asks: which price holds, of an old and a new one."""
    a, old = rng.choice(NAMES), rng.randrange(40, 90) * 10
    new = old + rng.choice((-1, 1)) * rng.randrange(3, 20) * 10
    month = rng.randrange(1, 7)
    if zh:
        return {"passages": [f"2024 年時 {a} 主機每台 {old} 元。", f"自 2025 年 {month} 月起 {a} 主機每台 {new} 元。"],
                "question": f"2025 年 9 月買一台 {a} 主機要多少元？", "answer": new}  # fmt: skip
    return {"passages": [f"In 2024 the {a} box cost {old} dollars.",
                         f"Since {MONTHS[month - 1]} 2025 the {a} box costs {new} dollars."],
            "question": f"How many dollars does one {a} box cost in September 2025?", "answer": new}  # fmt: skip


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
TEMPLATES: dict[str, Template] = {
    "difference": difference, "total": total, "share": share, "compare": compare, "most": most, "first": first,
    "between": between, "hop": hop, "hop-figure": hop_figure, "counted": counted, "duration": duration,
    "superseded": superseded,
}  # fmt: skip
