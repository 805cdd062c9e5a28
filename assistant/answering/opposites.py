"""Things that can't both be meant, in both languages: up and down, allowed and banned, local and in the cloud."""

from collections.abc import Mapping

# A side of an axis: ("direction", 0) is up.
Pole = tuple[str, int]

# Two things that can't both be meant: (one pole, the other), each as an English and a Chinese expression.
OPPOSITES: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "direction": (
        (
            r"times more\b|"
            r"increas\w*|lift\w*|ris(?:e|es|en|ing)|rose|grow\w*|grew|higher"
            r"|up(?= (?:by|from|(?:(?:about|around|nearly|almost|over|roughly|some) )?[\d.]+ ?(?:%|p)))"
            r"|(?:is|are|was|were|go|goes|going|gone|went|moved?|moving|revenue|sales|prices?|costs?) up\b(?! to)"
            r"|rais\w+|gain\w*|climb\w*"
            r"|surg\w+|expand\w*|jump\w*|dearer",
            "增|升(?!级)|成长|提高|上涨|上调|涨|攀升|扩大|变贵|高(?:出)?(?=\\s*[约近]?\\s*\\d)",
        ),
        (
            r"decreas\w*|declin\w*|fall\w*|fell|drop\w*|cuts?|cutting|reduc\w+|lower\w*|shr[iau]nk\w*"
            r"|(?<!went )(?<!goes )(?<!go )\bdown\b"
            r"|slash\w*|less(?! than)|fewer(?! than)|sav(?:es?|ed|ing)"
            r"|cheaper",
            "减|降|下滑|下跌|下调|跌|缩(?!写)|衰退|压低|省|变便宜|低(?=\\s*[约近]?\\s*\\d)",
        ),
    ),
    "bound": (
        (
            r"more than|over(?= \d)|over(?= (?:half|us\$|nt\$|eur))|above|exceed\w*|at least|or more"
            r"|no fewer than|no less than",
            "超过|逾|高于|多于|至少|以上|不低于|不少于|[0-9]\\s*多(?:家|个|名|种|国|台|万|亿)",
        ),
        (
            r"less than|under(?= \d)|below|fewer than|at most|no more than|up to|as much as(?= \\d)",
            "低于|不到|少于|未满|至多|最多|不超过|以下|以内|上看",
        ),
    ),
    "speed": (
        (r"faster|quicker|sooner|accelerat\w+|speeds? up", "更?快|提早|加速|缩短|提速|速度提升"),
        (
            r"slower|slow\w*"
            r"|later than",
            "慢|延后|拖延",
        ),
    ),
    "price": (
        (r"cheaper|cheap|less expensive|affordable", "便宜|较省|低价"),
        (
            r"dearer|more expensive|costlier"
            r"|pricier",
            "昂贵|更贵|较贵",
        ),
    ),
    "order": (
        (r"\bbefore\b|earlier than|prior to|ahead of", "之前|以前|早于|先于"),
        (
            r"\bafter\b|later than"
            r"|following",
            "之后|以后|晚于",
        ),
    ),
    "leave": (
        (r"allow\w*|permit\w*|legal\w*|lawful\w*", "允许|准许|开放|合法"),
        (r"\bban\w*|prohibit\w*|forbid\w*|forbad\w*|outlaw\w*|illegal|unlawful", "禁|不得|不准|违法"),
    ),
    "licence": (
        (r"open[- ]?sourc\w*|open weights?", "开源|开放原始码|开放权重"),
        (
            r"proprietary"
            r"|closed[- ]?sourc\w*",
            "闭源|专有|封闭",
        ),
    ),
    "duty": (
        (r"mandatory|compulsory|obligatory|binding", "强制|必须|义务"),
        (r"voluntar\w+|optional\w*", "自愿|自愿性|非强制|选用"),
    ),
    "strength": ((r"strong\w*", "强(?![制调])|优异"), (r"weak\w*|poor\w*", "弱|逊")),
    "place": (
        (
            r"on[- ]device|on[- ]prem\w*|local\w*|\bedge\b|in[- ]house|on[- ]site|self-hosted",
            "装置端|本地|本机|地端|边缘|落地|就近|现场",
        ),
        (r"\bcloud\b|remote\w*|hosted", "云端|远端|公有云"),
    ),
    "result": ((r"succe\w+|\bpass(?:ed|es)?\b", "成功|通过|顺利"), (r"fail\w*", "失败|未果|落空")),
    "trade": (
        (
            r"\bbuy\w*|bought|acquir\w+|purchas\w+|(?:rais|increas)\w+ (?:its|their) (?:stake|shareholding|holding)",
            "收购|并购|买(?![卖不])|增持|提高[^，。；]{0,24}持股|加码持有",
        ),
        (r"\bsell\w*|\bsold\b|divest\w*", "出售|卖|售出"),
    ),
    "scope": ((r"includ\w+|cover\w*", "包括|包含|涵盖"), (r"exclud\w+|omit\w*", "排除|不含|不包括")),
    "size": ((r"larger|bigger|greater", "大于|较大|更大"), (r"smaller", "小于|较小|更小")),
    "stay": (
        (r"(?:stay\w*|remain\w*) (?:on|in|at|inside|within|local|here|put)\b|retain\w*", "留在|保留"),
        (r"leav(?:e|es|ing)(?! (?:out|room))", "离开|流出|外流|外传"),
    ),
    "goal": (
        (r"reach(?:es|ed|ing)?\b|meet(?:s|ing)?\b|attain\w*", "达到|达成|达标"),
        (r"miss(?:es|ed)?\b|fall(?:s|ing)? short|fell short", "未达|错失"),
    ),
    "span": ((r"longer", "更长|较长|延长"), (r"shorter", "更短|较短|缩短")),
    "start": (
        (r"begin\w*|began|start\w*|launch\w*|enter\w* into force|in force", "开始|生效|启用|上路|推出"),
        (r"end(?:s|ed|ing)?\b|expir\w*|discontinu\w*|withdr[ae]w\w*|repeal\w*", "结束|失效|停止|终止|停产|撤回|废止"),
    ),
    "rank": (
        (r"\bfirst(?! token)\b|\btop\b|\bhighest\b|\bmost\b(?! other)", "第一|首位|居首|最高(?!法)"),
        (r"\blast\b|\bbottom\b|\blowest\b|\bleast\b(?<!at least)", "最后|末位|垫底|最低|最少"),
    ),
    "trust": (
        (r"\bsecure\b|\bsafe\b", "安全(?!性|风险|防|更新|开机|储存|标准)"),
        (r"insecure|unsafe|dangerous", "不安全|危险"),
    ),
    "ease": ((r"\beas\w+|simple|simpl[iy]\w*", "容易|简单|轻松"), (r"hard to|difficult\b", "困难|难以|不易")),
    "common": (
        (r"common\w*|widespread|prevalent", "普遍|常见|普及"),
        (r"rare\w*|seldom|uncommon", "罕见|少见|少数|稀少"),
    ),
    "alike": (
        (r"\bthe same\b|\bidentical\b|\balike\b", "相同|一致(?!性)|没有差[异别]"),
        (
            r"\bdiffer(?:s|ed|ent|ing)?\b|\bvar(?:y|ies|ied)\b|\bunlike\b",
            "不同|不一(?!定|致性)|有别|差异很?大|差距|出入",
        ),
    ),
    "match": (
        (r"\bcomparable\b|on par|\bequals?\b|match(?:es|ed)?\b|competitive", "相当|媲美|持平|比肩|竞争"),
        (r"inferior|falls? short|lags?\b|behind", "不如|逊于|落后|不及"),
    ),
}
# Axes of what happens: denied on one side and told on the other, they contradict each other.
CHANGES = ("direction", "speed", "goal", "trade", "span")
# Axes that are rarely named in passing: here the pole found elsewhere in the passage is no excuse.
_NARROW = ("direction", "bound", "leave", "trade", "order")


def opposed(one: frozenset[Pole], other: frozenset[Pole], rest: frozenset[Pole]) -> str:
    """Return the axis on which two sets of poles point opposite ways, each one way only, or an empty string.

    `rest` has the poles of all the text around `other`.
    """
    for axis, side in sorted(one):
        excused = other if axis in _NARROW else rest
        if (axis, 1 - side) in other and (axis, 1 - side) not in one and (axis, side) not in excused:
            return axis
    return ""
