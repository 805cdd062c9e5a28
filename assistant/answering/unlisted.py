"""Chinese names that no list knows: what stands in a name's place and is nowhere in the passage.

A list of names has the companies and the laws of the field, never all of them. A body, a law or a person is
known by where it stands and how it ends; it counts as replaced only where the passage has another one of the kind.
"""

import re

from assistant.answering.assertions import Assertion
from assistant.answering.windows import Window
from assistant.text.figures import plain

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


def _same(own: str, other: str) -> bool:
    """Say whether two names may be long and short forms of one."""
    short, long = sorted((own, other), key=len)
    return sum(c in long for c in short) >= _SHORT_FORM * len(short)
