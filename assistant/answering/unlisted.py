"""Chinese names that no list knows: what stands in a name's place and is nowhere in the passage.

A list of names has the companies and the laws of the field, never all of them. A body, a law or a person is
known by where it stands and how it ends; it counts as replaced only where the passage has another one of the kind.
"""

import re

from assistant.answering.assertions import Assertion
from assistant.answering.windows import Window
from assistant.text.figures import plain
from assistant.text.names import Name

# How bodies and laws end. What stands before the ending is what tells them apart.
_BODY = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{2,8}?)(?:大学|学院|研究院|研究所|委员会|协会|学会|基金会|总署|(?<=[展济政防务育利设通生信法业])部(?![分署门属件位]))"
)
_LAW = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{1,10}?)(?:基本法|[护理制范罚全济任信用人智资慧密权]法(?![院律规官人案])|条例)"
)
# The most frequent surnames of Taiwan cover all but a few people.
_SURNAMES = (
    "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何罗高潘萧朱简钟彭游詹胡施沈余赵卢梁颜柯翁魏孙戴范方宋邓杜傅侯曹薛丁卓马"
    "阮温董蓝唐石蒋田康邹白古纪姚连冯欧程汤黎姜涂巫尤尹龚严袁"
)
_PERSON = re.compile(
    rf"(?P<own>[{_SURNAMES}][\u4e00-\u9fff]{{2}})(?=\s*(?:\d{{4}} ?年"
    r"|表示|指出|认为|说|称|在|于|预期|预估|强调|宣布|透露|执行长|董事长|总经理))"
)
# How they are written in Latin letters, in Taiwan and elsewhere.
_ROMANISED = {
    word: han
    for han, words in (
        ("陈", "chen"), ("林", "lin"), ("黄", "huang"), ("张", "chang zhang"), ("李", "li lee"), ("王", "wang"),
        ("吴", "wu"), ("刘", "liu liou"), ("蔡", "tsai cai"), ("杨", "yang"), ("许徐", "hsu xu"),
        ("郑程", "cheng zheng"),
        ("谢", "hsieh xie"), ("郭", "kuo guo"), ("洪", "hung hong"), ("邱", "chiu chiou qiu"), ("曾", "tseng zeng"),
        ("廖", "liao"), ("赖", "lai"), ("周", "chou zhou"), ("叶", "yeh ye"), ("苏", "su"), ("庄", "chuang zhuang"),
        ("吕卢陆", "lu lyu"), ("江蒋姜", "chiang jiang"), ("何", "ho he"), ("罗", "lo luo"), ("高", "kao gao"),
        ("潘", "pan"), ("萧", "hsiao xiao"), ("朱", "chu zhu"), ("简", "chien jian"), ("钟", "chung zhong"),
        ("彭", "peng"), ("游余", "yu"), ("詹", "chan zhan"), ("胡", "hu"), ("施石", "shih shi"), ("沈", "shen"),
        ("赵", "chao zhao"), ("梁", "liang"), ("颜严", "yen yan"), ("柯", "ko ke"), ("魏", "wei"), ("孙", "sun"),
        ("戴", "tai dai"), ("范", "fan"), ("方", "fang"), ("宋", "sung song"), ("邓", "teng deng"), ("杜", "tu du"),
        ("傅", "fu"), ("侯", "hou"), ("曹", "tsao cao"), ("丁", "ting ding"), ("马", "ma"), ("温", "wen"),
        ("董", "tung dong"), ("唐", "tang"), ("康", "kang"), ("姚", "yao"), ("冯", "feng"), ("欧", "ou"),
    )
    for word in words.split()
}  # fmt: skip
# A given name before it, as "C.C." or "Eric" is.
_WRITTEN = re.compile(r"\b(?:[A-Z][\w.-]* )+(?P<family>[A-Z][a-z]+)\b")
# What may run into a name from before it.
_LEAD = re.compile(r"^.*(?:通过|修正|依据|根据|依照|违反|适用|规定|以及|[的与和及在由])")
# The share of a name's characters that the passage's own name has where it is a short form of it (个资法).
_SHORT_FORM = 0.6


def replaced_name(statement: Assertion, window: Window) -> str:
    """Return a body, a law or a person of the statement in whose place the passage has another, or an empty string."""
    if statement.language != "zh-TW" or window.said.language != "zh-TW":
        return ""
    ours, theirs = plain(statement.text), plain(window.said.text)
    known = theirs + plain(window.context.text)
    for kind in (_BODY, _LAW, _PERSON):
        there = [_LEAD.sub("", match["own"]) for match in kind.finditer(theirs)]
        for match in kind.finditer(ours):
            own = _LEAD.sub("", match["own"])
            if own in known or any(_same(own, other) for other in there):
                continue
            # Another one of the kind, which the statement leaves out, has its place.
            if any(other not in ours for other in there):
                return statement.text[match.start() : match.end()]
    return ""


def same_person(text: str, name: Name, passage: str) -> bool:
    """Say whether a name is part of a person's in Latin letters ("Eric Chen") whom a Chinese passage calls 陳清熙."""
    families = {
        _ROMANISED.get(m["family"].lower(), "") for m in _WRITTEN.finditer(text) if m.start() <= name.start < m.end()
    }
    return any(match["own"][0] in family for match in _PERSON.finditer(plain(passage)) for family in families)


def _same(own: str, other: str) -> bool:
    """Say whether two names may be long and short forms of one."""
    short, long = sorted((own, other), key=len)
    return sum(c in long for c in short) >= _SHORT_FORM * len(short)
