"""Which way a stretch of text points: what it negates, its direction, how strongly it claims.

Tables of cues in both languages. They are compared between a statement and the passage that is to carry it, so a cue
counts only where one side has it and the other has its opposite, or nothing of the kind.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.answering.opposites import OPPOSITES, Pole
from assistant.text.figures import plain

# Said in passing and left out as easily: "fits on one card without splitting".
_WAIVED = re.compile(r"\bwithout\b|不必|不需要?|无须|无需|毋须|不用")
# Words that may render the other language's negation ("fails" for 行不通) without being one.
_HINTED = re.compile(
    r"\bfail\w*|\w-free\b|\brather than\b|\binstead\b|\bun(?!i|der|it|til|less|veil)\w{4,}|\btoo (?:little|few"
    r"|small|slow)\b|\bagainst\b"
    r"|\bindependen\w+|\buseless\b|\bmiss\w*|\blittle\b|\bless\b|\bdiffer\w*|\boff(?:line)?\b"
    r"|\bloss\w*|\bbefore\b|\bexcept\b"
    r"|\bexclud\w+|\bvoluntar\w*|\bn't\b|\bnon|\bimp\w+|\brefus\w+|\bban\w*|\bprohibit\w*|\bneed not\b"
    r"|\bin place of\b|\bstill to be\b|\bto be added\b|\blay(?:people|m[ae]n)\b"
    "|不|未|无|没|非|免|离线|失败|拒|禁|难|缺|自愿|以外|除"
)

_CONTRASTS = re.compile(
    r"\bunlike\b|\brather than\b|\binstead\b|\w-free\b|\bfail\w*|\bban\w*|\bprohibit\w*|\bforbid\w*|\bexcept\b"
    r"|\bunless\b|\bmislead\w*|\bmiss(?:es|ed|ing)?\b|\b(?:stay|remain)\w* the same\b|\bunchanged\b"
    r"|\bunable\b|\block\w* up\b|\boutages?\b|\bstop\w*\b|\bwithout\b|\w{3,}less\b|\blittle\b"
    r"|\btoo (?:little|few|small|slow|much)\b|\bdeceiv\w*|\bunread\w*"
    "|禁|不准|不像|不同|有别|除外|以外|误导|失[败灵效]|故障|瘫痪|停摆|中断|当机|很小|极小|极少|必须|(?<![无毋])须|难|太|唯有|拒|不变|维持|持平"
)
_NEGATION = (
    r"\bnot\b(?! (?:only|just|always|necessarily)\b|[^,.;]*\buntil\b)"
    r"|n['’]t\b(?! (?:always|necessarily)\b|[^,.;]*\buntil\b)|\bno\b(?! (?:more|fewer|less) than)|\bnever\b|\bnone\b"
    r"|\bneither\b"
    r"|\bnor\b|\bcannot\b"
    r"|\black(?:s|ed|ing)?\b|\bfail(?:s|ed|ing)? to\b|\bunable\b|\bno longer\b|\bceas\w+|\bstopp\w+|\bden(?:y"
    r"|ies|ied)\b|\bdisput\w+|\brefut\w+|\brefus\w+|\breject\w+|\bunsupported\b|\bhardly\b",
    "来不及|停止|终止|否认|反驳|拒绝|不(?![仅只但过同少断久论管良符错止当必需用足适见宜多如及逊]|相上下|亚于|分轩轾|在话下|一|见得|总是|等(?:[，。、,]|$)|得不|可或缺|低于|少于|超过|到(?=\\s*\\d))|未(?!来|满|必)|没"
    "|(?<!更)无(?!人|须|需|线|论|缝|尘|风扇|损|数|需联网)"
    "|并非|(?<![并南])非(?!常|洲|营利|法|同|专家|专业|技术|官方|结构|线性|对称|公开)|缺乏|欠缺|难以|尚缺|否(?!则)|勿|免于|免(?=除|去|受)",
)
# Claims of a strength that a passage has to have as well: the claim, and what in a passage bears it out besides.
STRENGTH: dict[str, tuple[str, str]] = {
    "universal": (
        r"(?<!above )\ball\b(?! but)|\bevery(?:one|where)?\b(?! (?:\d|year|month|second))|(?<!not )(?<!n't )\balways\b"
        r"|\bentirely\b|\bcompletely\b"
        r"|\bwholly\b|\bperfect(?:ly)?\b|\bpermanent\w*|\bforever\b|\bunlimited\b"
        "|所有|全部|全数|一律|完全|始终|总是|彻底|百分之百|全球各|完美|永久|无限|人人",
        r"\bwhole\b|\bfull\w*|\beach\b|\bper\b|\bentire\b|\bat all\b|\bperpetual\b|全|皆|均|都|每|整|各|任何|买断",
    ),
    "any": (r"\bany\b|任何", r"\bno\b|\bevery\b|\ball\b|无|所有|各"),
    "superlative": (
        r"\bbest\b|\bfastest\b|\bcheapest\b|\bstrongest\b|\bsafest\b|\bunmatched\b|\bunrivall?ed\b"
        r"|\b(?:largest|biggest|highest"
        r"|smallest|greatest) (?:\w+ )?(?:in the world|of all|ever|share)|\bworld's\b|\bof all\b"
        r"|\bin the world\b|(?<!\w)ever(?![\w-])"
        r"|\bmost (?:dangerous|important|advanced|powerful|secure)\b"
        "|最(?:好|快|强|便宜|安全|先进|优秀|可靠|严重|重要)|(?:全球|业界|世界|史上|市场上)(?:最|第一|唯一)|史上|前所未有|无可|首屈|独步|领先(?:全球|业界)|遥遥",
        r"\bmost\b|\btop\b|\b(?:high|larg|small|great|bigg|fast|strong|cheap|low|new)est\b|\bleast\b|\bbest\b|\bmain\b"
        r"|\bmore \w+ than any\b|最|首|主要",
    ),
    "sole": (r"\bthe only\b|\bsole(?:ly)?\b|\bexclusive(?:ly)?\b|唯一|独家|独占", r"\bonly\b|\balone\b|只|仅|唯"),
    "certainty": (
        r"\bguarantee\w*|\bcertainly\b|\bdefinite(?:ly)?\b|\bprov(?:e|es|ed|en)\b|\bundoubted\w*"
        r"|\binevitabl\w+|\bconfirmed\b"
        "|(?<!不)必定|必然|(?<!不)一定(?!程度|比例)|(?<!品质)保证|证实|证明|毫无疑问|绝对|势必|注定|铁定",
        r"\bconfirm\w*|\bshow\w*|\bassur\w+|\bensur\w+|\bmust\b|确认|确保|须|显示",
    ),
    "elimination": (
        r"\beliminat\w+|\b(?:fully|completely|entirely) replac\w+|\bobsolete\b|\bzero\b|\brevolution\w*"
        r"|\bsolved\b|\bimpossible\b|\binstantly\b"
        "|(?:完全|彻底|全面)?消除|杜绝|(?:完全|全面|彻底|终将)取代|淘汰|革命|颠覆|零(?=风险|延迟|成本|误|损)|根除|立刻|立即|即刻|全面禁",
        r"\bremov\w+|\bimmediate\w*|\bno\b|\binstead\b|\bsucceed\w*|接替|改用|移除|无|不|马上",
    ),
    "multitude": (
        r"\bcountless\b|\bvast majority\b|\boverwhelming\w*|\bnearly all\b|\bmassive\w*|\bdramatic\w*|\bhugely\b"
        "|绝大多数|压倒性|无数|巨幅|惊人",
        r"\bmost\b|\bmuch\b|\bfar\b|大幅|多数|远",
    ),
}
_POSSIBLE = (
    r"\bmay\b(?! \d)|\bmight\b|\bcould\b(?! not|n)|\bpossib\w+|\bpotential\w*|\bperhaps\b|\bchance\b",
    "可能|或许|恐|也许|有机会",
)
# What is allowed or able: "may" of a passage in other words.
_PERMITTED = re.compile(r"\bcan\b|\bfree to\b|\ballow\w*|\bable to\b|\bpermit\w*|能|可|得以|允许")
_EXPECTED = (
    r"\bexpect\w*|\bplan(?:s|ned|ning)? (?:to|for|on)\b|\bplanned\b|\baim\w*|\btarget\w*|\bproject(?:s|ed|ion)\b"
    r"|\bforecast\w*|\bdue\b"
    r"|\bscheduled\b|\bestimat\w+|\bpredict\w*"
    r"|\bwarn\w*|\bpropos\w*|\bwill\b|\bset to\b|\bto be\b|\babout to\b"
    r"|\bup to\b(?! (?:early|mid|late|now|the (?:end|start)|20\d\d))|\bput at\b|\broadmaps?\b"
    r"|\bby (?:20\d\d"
    r"|mid|the end|year)|\bwould\b|\bclaims?\b",
    "要[达占在]|力[拼求]|设定|提出|预计|预期|预估|估计|推估|目标"
    "|(?<![a-z行动] )(?<![a-z动])计划(?![的指表说发显，。、]|\\s*\\d)|规划"
    "|可望|将|打算|预定|排定|上看|看好|警告|示警|宣称|希望|最多|年底前|路线图|蓝图",
)
_HAPPENED = (
    r"\balready\b|\breached\b|\bachiev\w+|\bhit\b|\bhas (?:become|been|now)\b|\bhave (?:become|been)\b"
    r"|\battained\b|\bdid\b|\bactually\b"
    r"|\bsurpassed\b|\bexceeded\b|\b(?:has|have|had) (?:risen|fallen|grown|climbed|dropped)\b",
    "已(?!知)|(?<![可能要会])(?<!可望)(?<!预期)(?<!预计)(?<!将)(?:达成|达到|实现|突破)|实际|业已|量产",
)


# How far behind a negation what it denies begins.
_NEAR = 8
_BETWEEN = re.compile(r"[，,；;。.]")


@dataclass(frozen=True, slots=True)
class Polarity:
    """The cues of a stretch of text.

    `poles` are the sides of opposites it is on, `denied` those of them that it negates.
    `negated` and `waived` have the offsets where what they are about begins; `hinted` and `contrasts` say that a word
    may stand for a negation, across languages and within one. `strong` has the strengths claimed, `bears` those that
    the text bears out.
    """

    negated: tuple[int, ...]
    waived: tuple[int, ...]
    hinted: bool
    contrasts: bool
    poles: frozenset[Pole]
    denied: frozenset[Pole]
    strong: frozenset[str]
    bears: frozenset[str]
    possible: bool
    permitted: bool
    expected: bool
    happened: bool
    already: bool


@cache
def _pattern(english: str, chinese: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:\b(?:{english}))|{chinese}" if not english.startswith((r"\b", "(")) else f"{english}|{chinese}"
    )


@lru_cache(maxsize=8192)
def read(text: str) -> Polarity:
    """Return the cues of `text`."""
    folded = plain(text)
    negated = tuple(match.end() for match in _pattern(*_NEGATION).finditer(folded))
    found = [
        ((axis, side), match.start())
        for axis, cues in OPPOSITES.items()
        for side, cue in enumerate(cues)
        for match in _pattern(*cue).finditer(folded)
    ]
    return Polarity(
        negated=negated,
        waived=tuple(match.end() for match in _WAIVED.finditer(folded)),
        contrasts=bool(_CONTRASTS.search(folded)),
        hinted=bool(_HINTED.search(folded)),
        poles=frozenset(pole for pole, _ in found),
        denied=frozenset(
            pole
            for pole, at in found
            if any(0 <= at - end <= _NEAR and not _BETWEEN.search(folded[end:at]) for end in negated)
        ),
        strong=frozenset(name for name, (claim, _) in STRENGTH.items() if re.search(claim, folded)),
        bears=frozenset(name for name, cues in STRENGTH.items() if re.search("|".join(cues), folded)),
        possible=bool(_pattern(*_POSSIBLE).search(folded)),
        permitted=bool(_PERMITTED.search(folded)),
        expected=bool(_pattern(*_EXPECTED).search(folded)),
        already=bool(re.search(r"\balready\b|已(?!知)", folded)),
        happened=bool(_pattern(*_HAPPENED).search(folded)),
    )
