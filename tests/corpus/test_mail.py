import contextlib
import email.message
import email.policy
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.readers import mail
from assistant.corpus.readers.content import Content
from assistant.errors import RefusedError


def message(subject: str = "研華 2025 年展望") -> email.message.EmailMessage:
    made = email.message.EmailMessage()
    made["Subject"] = subject
    made["From"] = "王小明 <wang@example.org>"
    made["Date"] = "Fri, 18 Apr 2025 09:00:00 +0800"
    return made


def data(made: email.message.EmailMessage) -> bytes:
    return made.as_bytes(policy=email.policy.SMTP)


def test_a_mail_has_its_subject_sender_and_date() -> None:
    made = message()
    made.set_content("邊緣運算的營收成長 17%。\n", charset="big5")
    made.add_alternative("<p>網頁版</p>", subtype="html")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="簡報.pdf")
    content = mail.read_mail(data(made), "a.eml")
    assert content.text == "邊緣運算的營收成長 17%。\n\n"
    assert content.title == "研華 2025 年展望"
    assert content.reference is not None
    assert (content.reference.publisher, content.reference.date) == ("王小明", "2025-04-18")
    assert content.remarks == ("the attachment '簡報.pdf' isn't read; save it into the corpus by itself",)


def test_a_mail_that_is_only_a_page_is_read_as_one() -> None:
    made = message()
    made.set_content("<h1>標題</h1><script>x</script><p>內容</p>", subtype="html")
    content = mail.read_mail(data(made), "a.eml")
    assert content.text == "標題\n\n內容\n\n"
    assert [b.kind for b in content.blocks] == ["heading", "prose"]


def test_a_saved_page_knows_its_address_and_leaves_pictures_out() -> None:
    made = email.message.EmailMessage()
    made["Snapshot-Content-Location"] = "https://example.org/news"
    made["Subject"] = "Saved"
    made.set_content("<title>新聞</title><h1>邊緣</h1><p>內容</p>", subtype="html", cte="quoted-printable")
    made.make_related()
    made.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<p>")
    content = mail.read_archive(data(made), "a.mhtml")
    assert content.text == "邊緣\n\n內容\n\n"
    assert content.title == "新聞"
    assert content.reference is not None
    assert (content.reference.url, content.reference.title) == ("https://example.org/news", "新聞")


@pytest.mark.parametrize("sender", ["x:y, ;z", "a <", '"', "a@[", "a:;b"])
def test_a_sender_that_pythons_parser_falls_over_costs_only_itself(sender: str) -> None:
    with pytest.raises((AttributeError, IndexError)):
        str(email.message_from_string(f"From: {sender}\n\n", policy=email.policy.default)["from"])
    content = mail.read_mail(f"From: {sender}\nSubject: News\n\nText of it.\n".encode(), "a.eml")
    assert (content.title, content.text) == ("News", "Text of it.\n\n")


@settings(max_examples=300, deadline=None)
@given(*[st.text("a:;<>@\"'[](),=?*%/\\b 1-", max_size=12)] * 3)
def test_no_header_keeps_a_mail_from_being_read(sender: str, kind: str, placed: str) -> None:
    head = f"Subject: s{sender}\nFrom: {sender}\nDate: {sender}\nContent-Type: text/plain; {kind}\n"
    head += f"Content-Disposition: {placed}\nContent-Transfer-Encoding: {placed}\n"
    for read in (mail.read_mail, mail.read_archive):
        with contextlib.suppress(RefusedError):
            read(f"{head}\nText of it.\n".encode(), "a.eml")


@pytest.mark.parametrize("read", [mail.read_mail, mail.read_archive])
@pytest.mark.parametrize("wrong", [b"\x89PNG\r\n", b"no header at all\n\ntext", b"\0\0\0"])
def test_what_is_no_message_is_refused(read: Callable[[bytes, str], Content], wrong: bytes) -> None:
    with pytest.raises(RefusedError):
        read(wrong, "a.eml")


def test_an_archive_without_a_page_is_refused() -> None:
    made = message()
    made.set_content("only text")
    with pytest.raises(RefusedError, match="no page"):
        mail.read_archive(data(made), "a.mht")
