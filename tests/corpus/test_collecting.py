"""Collect, against a real server on loopback."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.corpus import reading, sources
from assistant.corpus.collecting.collect import Collected, collect, listed
from assistant.corpus.collecting.fetching import Bounds, Fetcher
from assistant.corpus.framework import Framework
from assistant.errors import RefusedError

BOUNDS = Bounds(seconds=2.0, silence=1.0, size=200_000, redirects=3, pause=0.0)
PARAGRAPH = "邊緣運算把人工智慧模型放在資料產生的現場，企業不必把敏感資料送到雲端，隱私風險也隨之降低。"
PARAGRAPHS = "".join(f"<p>第 {n} 段。{PARAGRAPH}</p>" for n in range(6))
ARTICLE = f"""<html><head><title>研華布局邊緣 AI</title><meta property="og:site_name" content="範例新聞">
<meta property="article:published_time" content="2025-04-18"></head><body><nav>首頁 登入 訂閱</nav>
<article><h1>研華布局邊緣 AI</h1>{PARAGRAPHS}</article></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><title>a</title><link>{base}/news/a</link></item><item><title>b</title><link>{base}/news/b</link></item>
<item><title>gone</title><link>{base}/404</link></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>
<entry><title>a</title><link href="{base}/news/a"/></entry></feed>"""

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server with a page for each path, and the paths that were asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.special: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.times: list[float] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.times.append(time.monotonic())
                if self.path in site.special:
                    site.special[self.path](self)
                    return
                status, headers, data = site.pages.get(self.path, (404, {}, b""))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, data = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, path: str, text: str, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str) -> str:
        self.pages[path] = (status, {"Content-Type": kind, **more}, text.encode("utf-8"))
        return self.base + path


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.put("/news/a", ARTICLE, ETag='"1"')
    made.put("/news/b", ARTICLE.replace("研華", "凌華"))
    yield made
    made.server.shutdown()
    made.server.server_close()


def run(corpus: Path, *urls: str, allowed: str = "127.0.0.1") -> list[Collected]:
    return collect(corpus, urls, Fetcher(frozenset({allowed}), BOUNDS))


def reason(corpus: Path, url: str) -> str:
    (done,) = run(corpus, url)
    assert (done.outcome, done.path) == ("refused", None)
    assert not list(corpus.rglob("*.md"))
    return done.reason or ""


def test_a_page_becomes_a_document_with_its_source(site: Site, tmp_path: Path) -> None:
    (done,) = run(tmp_path, site.base + "/news/a")
    assert done.outcome == "new"
    file = tmp_path / (done.path or "")
    document = reading.read(file, done.path or "", sources.digest(file), Framework())
    assert document.title == "研華布局邊緣 AI"
    assert document.text.count(PARAGRAPH) == 6
    assert "登入" not in document.text
    assert document.reference is not None
    assert (document.reference.url, document.reference.date) == (site.base + "/news/a", "2025-04-18")
    assert document.reference.publisher == "範例新聞"
    assert [s.path for s in sources.find(tmp_path)[0]] == [done.path]


def test_what_is_there_is_skipped_and_what_changed_is_fetched(site: Site, tmp_path: Path) -> None:
    url = site.base + "/news/a"
    (first,) = run(tmp_path, url)
    assert run(tmp_path, url) == [Collected(url, "unchanged", first.path)]
    site.put("/news/a", ARTICLE.replace("第 1 段", "改寫的一段"), ETag='"2"')
    assert run(tmp_path, url) == [Collected(url, "changed", first.path)]
    file = tmp_path / (first.path or "")
    file.write_text("my own notes", encoding="utf-8")
    site.put("/news/a", ARTICLE, ETag='"3"')
    assert run(tmp_path, url) == [Collected(url, "kept", first.path)]
    assert file.read_text(encoding="utf-8") == "my own notes"
    file.unlink()
    assert run(tmp_path, url) == [Collected(url, "new", first.path)]


@pytest.mark.parametrize(("feed", "new"), [(FEED, 2), (ATOM, 1)])
def test_a_feed_gives_its_articles_once(site: Site, tmp_path: Path, feed: str, new: int) -> None:
    url = site.put("/feed", feed.format(base=site.base), "application/xml")
    (tmp_path / "sources.toml").write_text(f'[[feed]]\nurl = "{url}"\n', encoding="utf-8")
    assert listed(tmp_path) == [url]
    outcomes = [done.outcome for done in run(tmp_path, *listed(tmp_path))]
    assert outcomes.count("new") == new
    asked = len(site.asked)
    again = run(tmp_path, url)
    assert [done.outcome for done in again].count("unchanged") == new
    assert not [path for path in site.asked[asked:] if path.startswith("/news/")]


def test_robots_are_obeyed_and_asked_once(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /news/a\n", "text/plain")
    results = run(tmp_path, site.base + "/news/a", site.base + "/news/b")
    assert [done.outcome for done in results] == ["refused", "new"]
    assert "robots.txt" in (results[0].reason or "")
    assert site.asked == ["/robots.txt", "/news/b"]


def test_a_site_that_can_not_say_its_rules_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "", status=503)
    assert "robots.txt" in reason(tmp_path, site.base + "/news/a")


def test_a_site_may_ask_for_a_longer_pause(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 1\n", "text/plain")
    run(tmp_path, site.base + "/news/a", site.base + "/news/b")
    assert site.asked == ["/robots.txt", "/news/a", "/news/b"]
    assert site.times[2] - site.times[1] >= 0.9


def test_a_site_that_does_not_answer_is_asked_once(site: Site, tmp_path: Path) -> None:
    site.special["/robots.txt"] = lambda handler: handler.connection.close()
    results = run(tmp_path, site.base + "/news/a", site.base + "/news/b")
    assert [done.outcome for done in results] == ["refused", "refused"]
    assert all("it doesn't come" in (done.reason or "") for done in results)
    assert site.asked == ["/robots.txt"]


def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    both = FEED.replace("{base}", "").split("<item><title>gone")[0] + "</channel></rss>"
    url = site.put("/feed", both, "application/xml", ETag='"f"')
    assert [done.outcome for done in run(tmp_path, url)] == ["new", "new"]
    assert run(tmp_path, url) == [Collected(url, "unchanged")]
    site.put("/feed", FEED.format(base=""), "application/xml", ETag='"g"')
    for _ in range(2):
        # An article that didn't come is asked for again, though the feed is as it was.
        assert [done.outcome for done in run(tmp_path, url)] == ["unchanged", "unchanged", "refused"]


def test_redirects_are_followed_a_few_times(site: Site, tmp_path: Path) -> None:
    for n in range(4):
        site.put(f"/hop{n}", "", status=302, Location=f"/hop{n + 1}")
    site.put("/hop4", ARTICLE)
    assert "more than 3 redirects" in reason(tmp_path, site.base + "/hop0")
    (done,) = run(tmp_path, site.base + "/hop1")
    assert done.outcome == "new"


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd", "ftp://x/"]
)
def test_nobody_is_led_into_the_own_network(site: Site, tmp_path: Path, target: str) -> None:
    site.put("/lead", "", status=302, Location=target)
    said = reason(tmp_path, site.base + "/lead")
    assert "your own network" in said or "only plain http" in said


def test_loopback_itself_needs_to_be_allowed(site: Site, tmp_path: Path) -> None:
    (done,) = run(tmp_path, site.base + "/news/a", allowed="192.0.2.1")
    assert "your own network" in (done.reason or "")
    assert site.asked == []


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"<p>")
        time.sleep(0.1)


def drip_head(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        handler.wfile.write(b"H")
        time.sleep(0.1)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>x</p>" * 1000)


def bomb(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(bytes(50 << 20)))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (drip, "longer than 2 s"),
        (drip_head, "longer than 2 s"),
        (endless, "larger than"),
        (bomb, "larger than"),
        (lambda handler: time.sleep(3), "doesn't come"),
        (lambda handler: handler.connection.close(), "doesn't come"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_that_does_not_behave_is_given_up(site: Site, tmp_path: Path, answer: Answer, said: str) -> None:
    def quietly(handler: BaseHTTPRequestHandler) -> None:
        try:
            answer(handler)
        except OSError:
            handler.close_connection = True

    site.special["/bad"] = quietly
    assert said in reason(tmp_path, site.base + "/bad")


@pytest.mark.parametrize(
    ("text", "kind", "status", "said"),
    [
        ("", "text/html", 500, "answered 500"),
        ("<p>Enable JavaScript</p>", "text/html", 200, "no article"),
        ("\x89PNG", "image/png", 200, "no article"),
        ("<?xml version='1.0'?><rss><broken", "application/xml", 200, "no article"),
    ],
)
def test_what_is_no_article_is_refused(
    site: Site, tmp_path: Path, text: str, kind: str, status: int, said: str
) -> None:
    assert said in reason(tmp_path, site.put("/page", text, kind, status))


def test_a_pdf_is_kept_as_it_is(site: Site, tmp_path: Path) -> None:
    (done,) = run(tmp_path, site.put("/papers/Report.pdf", "%PDF-1.7 …", "application/pdf"))
    assert (done.path or "").startswith("collected/report-")
    assert (tmp_path / (done.path or "")).read_bytes() == "%PDF-1.7 …".encode()


def test_a_broken_list_of_sources_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[[feed]]\nname = 'x'\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="url"):
        listed(tmp_path)
