"""From bytes to text: Unicode first, then what the file declares, then the encodings of Taiwan and the rest."""

import codecs
import re
from functools import cache

from assistant.corpus.readers.content import clean
from assistant.errors import RefusedError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What the names on web pages stand for in practice (encoding.spec.whatwg.org).
_WIDER = {"big5": "cp950", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "iso8859-1": "cp1252"}
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "an RTF document"),
)
# Enough bytes to tell an encoding by.
_SAMPLE = 1 << 16
# Big5 and GB 2312 each order their common characters before the rare ones. Text in the encoding has hardly any of the
# rare ones, text in another, read as this one, has many. Lead bytes of the common ones and of punctuation.
_COMMON = {"big5hkscs": range(0xA1, 0xC7), "gb18030": range(0xA1, 0xD8)}
_COMMON_SHARE = 0.9
# Korean read as Chinese also gives common characters, but not the ones that every Chinese text is full of.
_EVERYWHERE = frozenset(
    "的一是不在有人這上大中為以要會可對生能而於之年發後作用所成方多經與及等並其了他時來個們到說國和也，。、"
    "这为会对于发后经与并时来个们说国"
)
_EVERYWHERE_SHARE = 0.04
_TOO_SHORT_TO_COUNT = 16
# So few broken characters in a hundred are damage, not another encoding.
_DAMAGE = 0.01
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def signature(data: bytes) -> str | None:
    """Return what kind of binary file the bytes begin like, if any."""
    return next((name for mark, name in _SIGNATURES if data.startswith(mark)), None)


def decode(data: bytes, path: str, declared: str | None = None) -> str:
    """Return the bytes of a text file as text, with line feeds and without a byte order mark.

    `declared` is the encoding that the file names. Raises RefusedError for bytes that are no text.
    """
    if kind := signature(data):
        raise RefusedError(
            f"this is {kind}, not a text file", where=path, remedy="give the file the suffix of its format"
        )
    bom = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    text = _strictly(data, bom) if bom else _without_mark(data, declared)
    # A text may hold a stray control character; more of them are data.
    if text is None or "\0" in text or len(_CONTROL.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) * _DAMAGE:
        raise RefusedError(
            "this is not text in any encoding that is known here", where=path, remedy="save the file as text in UTF-8"
        )
    return clean(text.removeprefix("\ufeff"))


def _without_mark(data: bytes, declared: str | None) -> str | None:
    # Bytes that are valid UTF-8 beyond ASCII are nothing else, whatever the file declares.
    text = _strictly(data, "utf-8")
    if text is None and declared:
        text = _strictly(data, _wider(declared))
    if text is None and b"\0" not in data:
        text = _damaged(data, "utf-8") or (declared and _damaged(data, _wider(declared))) or _chinese(data)
        text = text or _detected(data)
    return text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _damaged(data: bytes, encoding: str) -> str | None:
    """Return the text with broken characters marked, where they are few among those beyond ASCII."""
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        return None
    beyond = len(text) - len(text.encode("ascii", errors="ignore"))
    return text if text.count("\ufffd") <= beyond * _DAMAGE else None


def _wider(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        return declared
    return _WIDER.get(name, name)


def _chinese(data: bytes) -> str | None:
    """Return the text if the bytes are Chinese as it is written in Taiwan or in mainland China.

    charset-normalizer takes short texts in Big5 for Korean, and Big5 is what old files here are in.
    """
    big5 = _strictly(data, "cp950") or _strictly(data, "big5hkscs") or _damaged(data, "cp950")
    read = {"big5hkscs": big5 and big5.translate(_eten()), "gb18030": _strictly(data, "gb18030")}
    likely = {encoding: _likelihood(text[:_SAMPLE], encoding) for encoding, text in read.items() if text}
    best = max(likely, key=lambda encoding: likely[encoding], default=None)
    return read[best] if best and likely[best] > 0 else None


def _likelihood(text: str, encoding: str) -> float:
    """Return how much a text looks like Chinese in `encoding`; 0 where it doesn't."""
    characters = [c for c in text if not c.isascii()]
    if not characters:
        return 0.0
    # Characters for private use come of reading bytes in the wrong encoding.
    codes = (c.encode(encoding, errors="replace") for c in characters if not "\ue000" <= c <= "\uf8ff")
    # A code of one byte is a character that the encoding lacks, one of four bytes is rare.
    common = sum(len(code) == 2 and code[0] in _COMMON[encoding] for code in codes)
    everywhere = sum(c in _EVERYWHERE for c in characters)
    shares = common / len(characters), everywhere / len(characters)
    plausible = len(characters) < _TOO_SHORT_TO_COUNT or shares[1] >= _EVERYWHERE_SHARE
    return sum(shares) if shares[0] >= _COMMON_SHARE and plausible else 0.0


@cache
def _eten() -> dict[int, str]:
    """Return the correction of characters that Python's cp950 gives for the rows C6 to C8.

    Files from Taiwan have the ETEN extension there (①, Roman numerals, kana), as big5hkscs knows it.
    """
    codes = [bytes((lead, trail)) for lead in (0xC6, 0xC7, 0xC8) for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))]
    pairs = [(_strictly(code, "cp950"), _strictly(code, "big5hkscs")) for code in codes]
    return {ord(python): eten for python, eten in pairs if python and eten and python != eten}


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return None
    encoding = _wider(best.encoding)
    return _strictly(data, encoding) or _damaged(data, encoding)
