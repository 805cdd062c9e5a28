"""Fetches pages politely and within bounds.

Bounded are the time, the bytes (unpacked too), the redirects; asked are robots.txt and whether a page has changed;
refused are addresses of one's own network, looked up once so that the answer can't change between check and use.
"""

import http.client
import socket
import ssl
import threading
import time
import urllib.parse
import urllib.robotparser
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import RefusedError
from assistant.offline.addresses import address_of

AGENT = "edge-research-assistant"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 14
_ALL_REFUSED = ("User-agent: *", "Disallow: /")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What fetching one address may take, and how long to wait before the next one of the same host."""

    seconds: float = 60.0
    silence: float = 15.0
    size: int = 8 << 20
    redirects: int = 5
    pause: float = 1.0
    # A robots.txt may ask for a longer pause; beyond this one a feed of 30 articles would take a quarter of an hour.
    longest_pause: float = 30.0


@dataclass(frozen=True, slots=True)
class Page:
    """A response. `url` is where it came from in the end; with status 304 there is nothing new and no data."""

    url: str
    status: int
    kind: str
    data: bytes
    etag: str | None = None
    modified: str | None = None


@dataclass(slots=True)
class Fetcher:
    """Fetches, remembering each host's robots.txt and when it was last asked.

    `allowed` are hosts of one's own network that may be asked, as `allow_hosts` in the settings.
    """

    allowed: frozenset[str] = frozenset()
    bounds: Bounds = Bounds()
    _robots: dict[str, urllib.robotparser.RobotFileParser] = field(default_factory=dict)
    _silent: dict[str, str] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Page:
        """Return the page at `url`, or a 304 if it is as `etag` and `modified` say.

        Raises RefusedError where it may not be fetched, doesn't come, or is too large.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        deadline = time.monotonic() + self.bounds.seconds
        for _ in range(self.bounds.redirects + 1):
            if not self._robots_of(url, deadline).can_fetch(AGENT, url):
                raise _refused("the site's robots.txt asks not to", url)
            page, target = self._ask(url, headers, deadline)
            if target is None:
                if page.status not in (200, 304):
                    raise _refused(f"the server answered {page.status}", url)
                return page
            url = urllib.parse.urljoin(url, target)
        raise _refused(f"more than {self.bounds.redirects} redirects", url)

    def _robots_of(self, url: str, deadline: float) -> urllib.robotparser.RobotFileParser:
        """Return the rules of a site. Raises RefusedError where it didn't answer, also when it was asked before."""
        parts = _parts(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin in self._silent:
            raise _refused(self._silent[origin], url)
        if origin not in self._robots:
            try:
                self._robots[origin] = rules = self._rules(f"{origin}/robots.txt", deadline)
            except RefusedError as error:
                self._silent[origin] = error.what
                raise _refused(error.what, url) from error
            asked_for = float(rules.crawl_delay(AGENT) or 0.0)
            self._pauses[parts.hostname or ""] = min(asked_for, self.bounds.longest_pause)
        return self._robots[origin]

    def _rules(self, address: str, deadline: float) -> urllib.robotparser.RobotFileParser:
        """Return what robots.txt says; nothing where there is none, and all refused where it can't say (RFC 9309)."""
        for _ in range(self.bounds.redirects + 1):
            page, target = self._ask(address, {}, deadline)
            if target is None:
                break
            address = urllib.parse.urljoin(address, target)
        rules = urllib.robotparser.RobotFileParser()
        said = page.data.decode("utf-8", errors="replace") if page.status == 200 else ""
        rules.parse(_ALL_REFUSED if page.status >= 500 else said.splitlines())
        return rules

    def _ask(self, url: str, headers: dict[str, str], deadline: float) -> tuple[Page, str | None]:
        """Return the response of one request and where it redirects to, if it does. Raises RefusedError."""
        parts = _parts(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._wait(host)
        connection = _connection(parts.scheme, host, port, self._address(host, port, url), self.bounds.silence)
        path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
            f"?{urllib.parse.quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
        )
        # Silence has a limit of its own; this one is for who says a byte now and then.
        watch = threading.Timer(max(0.1, deadline - time.monotonic()), lambda: _hang_up(connection))
        watch.daemon = True
        watch.start()
        try:
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", **headers})
            response = connection.getresponse()
            if response.status in _REDIRECTS and response.getheader("location"):
                return Page(url, response.status, "", b""), response.getheader("location")
            data = b"" if response.status == 304 else self._body(response, deadline, url)
            kind = response.headers.get_content_type()
            page = Page(
                url, response.status, kind, data, response.getheader("etag"), response.getheader("last-modified")
            )
            return page, None
        except (OSError, http.client.HTTPException, zlib.error) as error:
            if time.monotonic() > deadline:
                raise _refused(f"it takes longer than {self.bounds.seconds:.0f} s", url) from error
            raise _refused(f"it doesn't come ({type(error).__name__}: {error})", url) from error
        finally:
            watch.cancel()
            connection.close()

    def _body(self, response: http.client.HTTPResponse, deadline: float, url: str) -> bytes:
        """Return the body, unpacked. Raises RefusedError beyond the bounds."""
        packed = response.getheader("content-encoding", "").lower() == "gzip"
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        data = bytearray()
        while chunk := response.read1(_CHUNK):
            data += unpack.decompress(chunk, self.bounds.size + 1 - len(data)) if packed else chunk
            if len(data) > self.bounds.size:
                raise _refused(f"larger than {self.bounds.size >> 20} MiB", url)
            if time.monotonic() > deadline:
                raise _refused(f"it takes longer than {self.bounds.seconds:.0f} s", url)
        return bytes(data)

    def _wait(self, host: str) -> None:
        """Give a host the pause it is due."""
        due = self._asked.get(host, 0.0) + max(self.bounds.pause, self._pauses.get(host, 0.0))
        time.sleep(max(0.0, due - time.monotonic()))
        self._asked[host] = time.monotonic()

    def _address(self, host: str, port: int, url: str) -> str:
        """Return the address to connect to. Raises RefusedError for one that isn't public, or none."""
        try:
            found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError) as error:
            raise _refused(f"the host {host!r} isn't found", url) from error
        for address in found:
            number = address_of(address.partition("%")[0])
            if host not in self.allowed and (number is None or not number.is_global):
                raise _refused(f"{host!r} is an address of your own network ({address})", url)
        return min(found, key=lambda a: ":" in a)


def _connection(scheme: str, host: str, port: int, address: str, silence: float) -> http.client.HTTPConnection:
    """Return a connection to `address` that speaks as one to `host`, so that name and certificate are the host's."""
    made = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    more: dict[str, Any] = {"context": ssl.create_default_context()} if scheme == "https" else {}
    connection = made(host, port, timeout=silence, **more)

    def connect(_: object, timeout: float, source: object = None) -> socket.socket:
        return socket.create_connection((address, port), timeout)

    # The hook that http.client itself connects by; it looks names up, and this one doesn't.
    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection


def _hang_up(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _refused(f"no address ({error})", url) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise _refused("only plain http and https addresses are fetched", url)
    return parts


def _refused(what: str, url: str) -> RefusedError:
    return RefusedError(what, where=url, remedy="open it in a browser and save it into the corpus, or leave it out")
