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
    (r".+: the journal's server can't be reached .+", "連不上日誌資料庫"),
    (r".+: the database doesn't let this user in", "日誌資料庫不接受這個使用者"),
    (r"another refresh is at work on this (?:workspace|journal)", "另一個更新正在進行"),
    (r"wait until it is done; what was indexed before can be asked meanwhile", "請等它完成；先前的索引仍可提問"),
    (r"start it, or mend the setting journal; .+", "啟動資料庫或更正 journal 設定；資料沒有遺失"),
    (r"use one of (.+)", r"請用其中之一：\1"),
    (r"use (.+)", r"請用 \1"),
    (r"mend it(?:; TOML in UTF-8)?", "請修正後再試"),
    (r"write a number that is not negative", "請填不小於零的數字"),
    (r"refresh, and open the page again", "更新索引後重新開啟這一頁"),
    (r"open the page again", "重新開啟這一頁"),
    (r"or describe the application in a TOML file: see (.+)", r"也可以用 TOML 描述，參考 \1"),
    (r"there is no model to write with", "沒有可以撰寫的模型"),
    (r"put a GGUF file there, or set engine to extractive", "把 GGUF 檔放進去，或把 engine 設為 extractive"),
    (r"no model file is called (.+)", r"沒有名為 \1 的模型檔"),
    (r"not a usable GGUF model: (.+)", r"不能用的 GGUF 模型：\1"),
    (r"download the file again, or take it out of the models folder", "重新下載這個檔案，或把它移出 models 資料夾"),
    (r"this model is for \w+, not for writing", "這個模型不是用來撰寫的"),
    (r"set model to one that writes, or leave it empty", "把 model 設為能撰寫的模型，或留空"),
    (r"this model needs (.+), and (.+) of memory can be had", r"這個模型需要 \1，可用的記憶體只有 \2"),
    (r"no memory for a window of (\d+) tokens", r"記憶體不足以開 \1 個詞元的上下文"),
    (r"set context to a smaller number, or take a smaller model", "把 context 設小一點，或換較小的模型"),
    (r"close other programs, or take a smaller model", "關閉其他程式，或換較小的模型"),
    (
        r"the question is too long for the model's context window of (\d+) tokens",
        r"問題太長，放不進模型 \1 個詞元的上下文",
    ),
    (
        r"shorten the question, or raise `context` or lower `max_tokens` in assistant.toml",
        "縮短問題，或在 assistant.toml 調高 context、調低 max_tokens",
    ),
    (r"llama.cpp can't be used: (.+)", r"llama.cpp 無法使用：\1"),
    (r"llama.cpp can't load this model: (.+)", r"llama.cpp 無法載入這個模型：\1"),
    (r"llama.cpp crashes on this model .+", "llama.cpp 載入這個模型時當掉"),
    (
        r"run: python scripts/bootstrap.py setup, or set engine to extractive",
        "執行 python scripts/bootstrap.py setup，或把 engine 設為 extractive",
    ),
    (r"the model server can't be reached: (.+)", r"連不上模型伺服器：\1"),
    (
        r"start it, mend the setting remote, or set engine to extractive",
        "啟動它、更正 remote 設定，或把 engine 設為 extractive",
    ),
    (r"the model server was silent for (\S+) seconds", r"模型伺服器 \1 秒沒有回應"),
    (r"the model server is busy .+", "模型伺服器忙碌中"),
    (r"ask again later", "稍後再問一次"),
    (r"the model server wants another key", "模型伺服器要求另一組金鑰"),
    (r"(?:another|a) refresh is at work on this workspace", "這個工作區正在更新索引"),
    (r"wait until it is done(?:; what was indexed before can be asked meanwhile)?", "等它完成；先前編入的內容仍可提問"),
    (
        r"make the vectorstore folder writable, or free space on its disk; nothing was lost",
        "讓 vectorstore 資料夾可以寫入，或清出磁碟空間；資料沒有遺失",
    ),
    (r"delete the vectorstore folder and run: assistant refresh", "刪除 vectorstore 資料夾，再執行 assistant refresh"),
    (r"the history can't be written: (.+)", r"無法儲存對話紀錄：\1"),
    (r"the conversation can't be deleted: (.+)", r"無法刪除這段對話：\1"),
    (r"the report can't be written: (.+)", r"無法寫入報告：\1"),
    (r"the question is not in the list any more", "清單裡已經沒有這一題"),
    (r"write one \(a ## heading.+", "寫一份（## 標題，其下每一題一行清單），或執行 assistant init"),
    (r"the question list has no question.*", "問題清單裡沒有問題"),
    (r"put a ## heading, and under it each question as a list item", "先寫 ## 標題，其下每一題一行清單"),
    (r"(.+) can't be read: (.+)", r"讀不到 \1：\2"),
    (r"mend the file; it is TOML in UTF-8", "請修正這個檔案；它是 UTF-8 的 TOML"),
    (r"a fault of the program: .+", "這是程式的錯誤，請以 --debug 重新啟動並回報"),
)


_READ: tuple[tuple[str, str], ...] = (
    (r"this is no PDF but .+", "這不是 PDF，而是別種檔案"),
    (r"the PDF is cut short: its end is missing", "PDF 不完整，少了結尾"),
    (r"the PDF is encrypted", "PDF 有密碼保護"),
    (r"the PDF is broken .+", "PDF 檔損壞"),
    (r"no page of this PDF holds text: .+", "這份 PDF 沒有任何一頁含有文字"),
    (r"(?:.+ pages are garbled .+|.+ garbled.*)", "讀出來的文字是亂碼"),
    (r"this is an old or an encrypted (\w+) file", r"這是舊版或有密碼保護的 \1 檔"),
    (r"this is no (\w+) file but .+", r"這不是 \1 檔，而是別種檔案"),
    (r"the (\w+) file is broken .+", r"\1 檔損壞"),
    (r"the archive unfolds to too much", "壓縮內容展開後太大"),
    (r"the archive holds no page", "封存檔裡沒有網頁"),
    (r"this is .+, not a text file", "這不是文字檔"),
    (r"this is not text in any encoding that is known here", "認不出文字的編碼"),
    (r"the file holds no text", "檔案裡沒有文字"),
    (r"the front matter .+", "檔頭的欄位寫法有誤"),
    (r"the table is broken: .+", "表格損壞"),
    (r"the page's elements are nested too deep", "網頁的巢狀結構太深"),
    (r"the page can't be read: .+", "讀不懂這個網頁"),
    (r"its reader failed .+", "讀取程式處理不了這個檔案"),
    (r"(\S+ MiB) is too large for this format; the limit is (\d+ MiB)", r"這種格式最多 \2，這份有 \1"),
    (r"(?:copy or download it again|copy or download it again, or print it into a new PDF)", "請重新複製或下載"),
    (r"give (?:the file|it) (?:the suffix of its format|its format's suffix)", "請改成與內容相符的副檔名"),
    (r"open it with its password and save a copy without one", "請用密碼開啟後另存一份不加密的"),
    (r"open it in \w+ and save it without a password in today's format", "請用原程式開啟，另存為新格式且不加密"),
    (r"run text recognition \(OCR\) over it, and put the result into the corpus", "請先做文字辨識（OCR）再放進來"),
    (r"save it again from the program .+", "請從原程式重新存檔，或做文字辨識（OCR）"),
    (r"split the file into smaller ones", "請拆成較小的檔案"),
    (r"save the file as text in UTF-8", "請存成 UTF-8 文字檔"),
    (r"take it out of the corpus, or put text in it", "請移出語料，或補上文字"),
    (r"write each line as \"key: value\".*", "每行請寫成「鍵: 值」，值有冒號時加引號"),
    (r"save it again(?: as comma-separated values)?", "請重新存檔"),
    (r"save the page(?: again|'s text instead)", "請重新存下網頁"),
)
"""Why a file can't be read, and what to do about it."""


def reason(text: str) -> str:
    """Return why a file can't be read, in Chinese where that is known: what it is, and after "; " the remedy."""
    said = [_put(part, _READ) for part in text.rsplit("; ", 1)]
    return "；".join(part for part in said if part) if all(said) else _put(text, _READ) or text


def say(text: str) -> str:
    """Return what an error says, in Chinese where that is known."""
    return _put(text, _SAID) or text


def _put(text: str, known: tuple[tuple[str, str], ...]) -> str:
    found = ((re.fullmatch(pattern, text.strip()), chinese) for pattern, chinese in known)
    return next((match.expand(chinese) for match, chinese in found if match), "")
