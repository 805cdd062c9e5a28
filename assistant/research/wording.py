"""What the reports say in their own words, in both languages, side by side."""

from dataclasses import dataclass

from assistant.records import Confidence, Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    lang: str
    title: str
    summary: str
    contents: str
    tables: str
    executive: str
    executive_lead: str
    as_of: str
    engine: str
    model: str
    corpus: str
    corpus_size: str
    fingerprint: str
    axis: str
    status: dict[str, str]
    conclusion: str
    part_empty: str
    abstained: str
    failed: str
    gaps: str
    follow_ups: str
    evidence_as_of: str
    about: str
    citations: str
    citation_count: str
    quote: str
    page: str
    undated: str
    confidence: dict[Confidence, str]
    notes: dict[str, str]
    left_out: str
    marked: str
    unsupported: str
    other_corpus: str
    other_engine: str
    method: str
    method_lines: tuple[str, ...]
    policy_out: str
    policy_marked: str
    network: str
    proved: str
    attestation: str
    enforcement: dict[str, str]
    reachable: str
    attempts_none: str
    attempts_some: str
    sessions: str
    unread: str
    unread_line: str
    question: str
    state: str
    colon: str
    separator: str
    aside: str
    stop: str


ZH = Words(
    lang="zh-Hant-TW",
    title="研究問題解答",
    summary="{total} 題：{parts}",
    contents="目次",
    tables="表格與圖",
    executive="重點摘要",
    executive_lead="每一題結論的第一句，都經過查核；方括號內是該題的引用編號。",
    as_of="截至",
    engine="撰寫引擎",
    model="模型",
    corpus="語料",
    corpus_size="{documents} 份文件，{passages} 個段落",
    fingerprint="語料指紋",
    axis="主軸",
    status={"answered": "已回答", "partial": "部分回答", "abstained": "證據不足", "failed": "未能處理"},
    conclusion="結論",
    part_empty="語料中沒有足夠的證據回答這一部分。",
    abstained="語料中的證據不足以回答這一題，因此不作答。",
    failed="這一題未能處理：{reason}",
    gaps="語料的缺口",
    follow_ups="接著可以問",
    evidence_as_of="引用的資料截至 {date}。",
    about="對象",
    citations="引用",
    citation_count="{n} 則引用",
    quote="引文",
    page="第 {page} 頁",
    undated="日期不詳",
    confidence={"high": "可信度高", "medium": "可信度中等", "low": "可信度低"},
    notes={
        "vendor": "廠商說法",
        "derived": "推導值",
        "summary": "語料歸納",
        "estimate": "估計值",
        "recognised": "光學辨識文字，可能有誤",
        "sponsor": "調查贊助者：{value}",
        "since": "後續發展",
        "contradicts": "來源說法不一",
        "other-language": "引自外文資料",
        "terms": "詞彙對照：{value}",
    },
    left_out="另有 {n} 則陳述在引用的段落中找不到支持，未列入。",
    marked="其中 {n} 則陳述在引用的段落中找不到支持，已標示。",
    unsupported="未獲支持",
    other_corpus="這一題作答時，語料已更新為 {fingerprint}。",
    other_engine="這一題由 {engine} 撰寫。",
    method="這份報告如何產生",
    method_lines=(
        "程式先在語料中找出與每一題相關的段落，再由「{engine}」依這些段落撰寫答案。",
        "每則陳述都附引用，並由程式逐一比對引用的段落：數字、日期與單位須完全相符，名稱與文意須相合。",
        "{policy}",
        "證據不足的題目不作答，並寫出缺少什麼。可信度與備註取自語料為各來源所記的評估。",
    ),
    policy_out="找不到支持的陳述不列入報告，只記其數目。",
    policy_marked="找不到支持的陳述仍列在報告中，並加以標示。",
    network="資料有沒有離開這台機器",
    proved="作答之後，程式從內部以 {tried} 種方式試圖連出這台機器，其中 {refused} 種遭到拒絕。",
    attestation="查核紀錄（assistant prove --verify 可核對）",
    reachable="設定中列名、可以連線的主機：{hosts}。",
    enforcement={
        "audit-hook": "執行期間由 Python 稽核掛鉤看守："
        "連往本機（與設定中列名的主機）以外的連線和名稱查詢一律拒絕並計數。"
        "自行開啟連線的原生程式碼和子行程不在這一層的看守範圍內。",
        "seccomp": "執行期間由 Linux 核心的 seccomp 過濾器看守：任何新的連線一律拒絕，原生程式碼和子行程也無法繞過。"
        "次數只計 Python 程式碼的嘗試；原生程式碼的嘗試由核心直接拒絕，不計入。",
    },
    attempts_none="看守範圍內嘗試對外連線：0 次。",
    attempts_some="看守範圍內嘗試對外連線：{n} 次，全部遭到拒絕。",
    sessions="這次執行分 {n} 段完成（中斷後接續），次數為各段合計。",
    unread="問題清單中未能讀成題目的行",
    unread_line="第 {line} 行：{text}",
    question="題目",
    state="狀態",
    colon="：",
    separator="、",
    aside="（{}）",
    stop="。",
)

EN = Words(
    lang="en",
    title="Answers to the research questions",
    summary="Questions: {total} ({parts})",
    contents="Contents",
    tables="Tables and pictures",
    executive="Executive summary",
    executive_lead="The first sentence of each conclusion, checked; the numbers are the citations of that question.",
    as_of="As of",
    engine="Written by",
    model="Model",
    corpus="Corpus",
    corpus_size="{documents} documents, {passages} passages",
    fingerprint="Corpus fingerprint",
    axis="Axis",
    status={
        "answered": "answered",
        "partial": "answered in part",
        "abstained": "not enough evidence",
        "failed": "failed",
    },
    conclusion="In short",
    part_empty="The corpus has too little evidence to answer this part.",
    abstained="The corpus has too little evidence to answer this question, so it is left unanswered.",
    failed="This question could not be handled: {reason}",
    gaps="Missing from the corpus",
    follow_ups="What to ask next",
    evidence_as_of="The evidence cited goes up to {date}.",
    about="Of",
    citations="Sources",
    citation_count="sources cited: {n}",
    quote="quoted passage",
    page="page {page}",
    undated="undated",
    confidence={"high": "high confidence", "medium": "medium confidence", "low": "low confidence"},
    notes={
        "vendor": "vendor's figure",
        "derived": "derived",
        "summary": "the corpus's summary",
        "estimate": "estimate",
        "recognised": "recognised text, may be misread",
        "sponsor": "survey sponsored by {value}",
        "since": "since then",
        "contradicts": "sources disagree",
        "other-language": "quoted in its own language",
        "terms": "terms: {value}",
    },
    left_out="Statements left out because the cited passages do not support them: {n}.",
    marked="Statements marked because the cited passages do not support them: {n}.",
    unsupported="unsupported",
    other_corpus="The corpus had changed to {fingerprint} when this question was answered.",
    other_engine="This answer was written by {engine}.",
    method="How this report was made",
    method_lines=(
        "For each question the program finds passages of the corpus, and {engine} writes the answer from them.",
        "Every statement carries citations, and each is checked in code against the passages it cites: numbers, dates "
        "and units must agree exactly, names and meaning must fit.",
        "{policy}",
        "With too little evidence a question stays unanswered, and what is missing is named. Confidence and notes are "
        "those that the corpus records for each source.",
    ),
    policy_out="Statements that find no support are left out; only their number is given.",
    policy_marked="Statements that find no support are kept, and marked.",
    network="Did anything leave this machine?",
    proved="After answering, the program tried {tried} ways out of this machine from inside; {refused} were refused.",
    attestation="Attestation (assistant prove --verify checks it)",
    reachable="Hosts that the settings name and that could be reached: {hosts}.",
    enforcement={
        "audit-hook": "A Python audit hook stood guard: connections and name look-ups beyond this machine (and hosts "
        "named in the settings) were refused and counted. Native code that opens connections itself, and child "
        "processes, are outside what this layer sees.",
        "seccomp": "A seccomp filter in the Linux kernel stood guard: any new connection was refused, native code and "
        "child processes included. What Python code tried is counted; what native code tries is refused uncounted.",
    },
    attempts_none="Attempts to connect outside, as far as the guard sees: 0.",
    attempts_some="Attempts to connect outside, as far as the guard sees: {n}. All were refused.",
    sessions="The run took {n} sittings (it was interrupted and resumed); the number is the sum of them all.",
    unread="Lines of the question list that could not be read as questions",
    unread_line="line {line}: {text}",
    question="Question",
    state="Status",
    colon=": ",
    separator=", ",
    aside=" ({})",
    stop=". ",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}


def note(words: Words, text: str) -> str:
    """Return a note of the corpus (`vendor`, `sponsor: NAME`) in words; one that isn't known stays as it is."""
    key, _, value = text.partition(":")
    known = words.notes.get(key.strip())
    return known.format(value=value.strip()) if known else text
