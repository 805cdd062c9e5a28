"""The errors that a user of the page meets, in Chinese. What is not listed here stays as the program says it."""

import re

_SAID: tuple[tuple[str, str], ...] = (
    (r"the corpus is not indexed yet", "語料還沒有編入索引"),
    (r"the index was made with (\w+) (\S+), and the settings ask for \w+ (\S+)", r"索引是以 \1 \2 建立，設定要的是 \3"),
    (r"the index has version (\d+), and this program reads version (\d+)", r"索引是第 \1 版，這個程式讀第 \2 版"),
    (r"this workspace has no corpus folder", "這個工作區沒有語料資料夾"),
    (r"the question is empty", "沒有寫問題"),
    (r"no device is called (.+)", r"沒有名為 \1 的設備"),
    (r"no assumption is called (.+)", r"沒有名為 \1 的假設"),
    (r"nothing is called (.+) here", r"這裡沒有 \1 這一項"),
    (r"(\w+) = (.+) doesn't fit", r"\1 不能是 \2"),
    (r"the description can't be read: (.+)", r"讀不懂這份描述：\1"),
    (r"a description has a sentence or two", "描述請寫一兩句話"),
    (r"a comparison covers 1 to 30 years and at least 1 site", "比較期間為 1 至 30 年，至少 1 個據點"),
    (r"an observation (?:has|needs) .*", "觀察不能是空的"),
    (r"this is no document of the corpus", "語料中沒有這份文件"),
    (r"the file can't be deleted: (.+)", r"無法刪除這個檔案：\1"),
    (r"the question list can't be read: (.+)", r"讀不到問題清單：\1"),
    (r"there is no question list.*", "沒有問題清單"),
    (r"the page went away while the answer was written", "作答途中頁面已關閉"),
    (r"run: assistant refresh(?: \(.*\))?(, or set back the setting)?", "執行 assistant refresh 更新索引"),
    (r"make one and put documents in it, or run: (.+)", r"建立資料夾並放入文件，或執行 \1"),
    (r".+: the vector server can't be reached .+", "連不上向量伺服器"),
    (r".+: the vector server wants a token", "向量伺服器要求權杖"),
    (r".+: the vector server no longer has this index", "向量伺服器上已沒有這份索引"),
    (
        r"start it \(chroma run\), or mend the setting store; .+",
        "啟動伺服器（chroma run）或更正 store 設定；資料沒有遺失",
    ),
    (r"use one of (.+)", r"請用其中之一：\1"),
    (r"use (.+)", r"請用 \1"),
    (r"mend it(?:; TOML in UTF-8)?", "請修正後再試"),
    (r"write a number that is not negative", "請填不小於零的數字"),
    (r"refresh, and open the page again", "更新索引後重新開啟這一頁"),
    (r"open the page again", "重新開啟這一頁"),
    (r"or describe the application in a TOML file: see (.+)", r"也可以用 TOML 描述，參考 \1"),
    (r"a fault of the program: .+", "這是程式的錯誤，請以 --debug 重新啟動並回報"),
)


def say(text: str) -> str:
    """Return what an error says, in Chinese where that is known."""
    for pattern, chinese in _SAID:
        found = re.fullmatch(pattern, text.strip())
        if found:
            return found.expand(chinese)
    return text
