"""Saved e-mails (EML) and saved web pages in one file (MHTML): both are MIME messages."""

import contextlib
import dataclasses
import email
import email.policy
import email.utils
from email.message import EmailMessage, MIMEPart
from typing import Any

from assistant.corpus.readers import html, plain
from assistant.corpus.readers.content import Content, one_line
from assistant.corpus.readers.decoding import signature
from assistant.corpus.readers.front_matter import web_address
from assistant.errors import RefusedError
from assistant.records import Reference


class _Lenient(email.policy.EmailPolicy):
    """Reads headers; one that Python's parser falls over stays as it is written, or says nothing of the content."""

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ANN401  (as the class above)
        """Return a header."""
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # it raises whatever a broken header makes it stumble over
            content = name.lower().startswith("content-")
            return self.header_factory(name, "") if content else one_line(value)


_POLICY = _Lenient()


def read_mail(data: bytes, path: str) -> Content:
    """Return the content of an e-mail: its text under its subject. Attachments are remarked on, not read.

    Raises RefusedError for what is no message.
    """
    message = _message(data, path)
    body = message.get_body(preferencelist=("plain", "html"))
    content = _part(body, path) if body is not None else Content("", ())
    title = one_line(str(message.get("subject") or "")) or None
    attached = [one_line(part.get_filename() or part.get_content_type()) for part in message.iter_attachments()]
    remarks = [f"the attachment {name!r} isn't read; save it into the corpus by itself" for name in attached]
    return dataclasses.replace(
        content,
        title=title or content.title,
        reference=Reference(title or path, publisher=_sender(message), date=_date(message)),
        remarks=(*content.remarks, *remarks),
    )


def read_archive(data: bytes, path: str) -> Content:
    """Return the content of a saved web page with the address it came from.

    Raises RefusedError for what is no such archive.
    """
    message = _message(data, path)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise RefusedError("the archive holds no page", where=path, remedy="save the page again")
    content = _part(pages[0], path)
    own = message.get("snapshot-content-location") or pages[0].get("content-location")
    address = web_address(one_line(str(own or ""))) or (content.reference.url if content.reference else None)
    title = content.title or one_line(str(message.get("subject") or "")) or None
    known = content.reference or Reference(title or path, date=_date(message))
    reference = dataclasses.replace(known, title=title or known.title, url=address)
    return dataclasses.replace(content, title=title, reference=reference)


def _message(data: bytes, path: str) -> EmailMessage:
    """Return the message. Raises RefusedError where the bytes don't begin as one does."""
    kind = signature(data)
    head = data.lstrip()[:1000]
    if kind or b":" not in head.split(b"\n", 1)[0] or b"\0" in head:
        raise RefusedError(
            f"this is {kind or 'no saved message'}", where=path, remedy="give the file the suffix of its format"
        )
    message = email.message_from_bytes(data, policy=_POLICY)
    assert isinstance(message, EmailMessage)
    return message


def _part(part: MIMEPart, path: str) -> Content:
    """Return the content of a text part, in the encoding that it declares."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if charset:
        # Where it is declared wrongly, the reader finds out what it is.
        with contextlib.suppress(LookupError, UnicodeError):
            data = data.decode(charset).encode("utf-8")
    return html.read(data, path) if part.get_content_type() != "text/plain" else plain.read(data, path)


def _sender(message: EmailMessage) -> str | None:
    name, address = email.utils.parseaddr(str(message.get("from") or ""))
    return one_line(name or address) or None


def _date(message: EmailMessage) -> str | None:
    try:
        return email.utils.parsedate_to_datetime(str(message.get("date") or "")).date().isoformat()
    except (TypeError, ValueError):
        return None
