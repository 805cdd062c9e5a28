"""The settings: defaults, then `assistant.toml`, then `ASSISTANT_*` variables, then flags. The last one said wins."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from assistant import tables
from assistant.errors import RefusedError, UsageError

PREFIX = "ASSISTANT_"
ENGINES = ("auto", "extractive", "llama", "remote")
# What may be said of TLS in the address of a database, in libpq's names.
TLS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
LENGTHS = ("brief", "standard", "full")
RECOGNISERS = ("", "tesseract")
_LANGUAGES = re.compile(r"\w+(?:\+\w+)*")
T = TypeVar("T")


def setting(default: T, help_text: str) -> T:
    """Return a dataclass field that carries its own description, which `docs/settings.md` repeats."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. The field's name is the key in `assistant.toml`."""

    engine: str = setting("auto", "who writes: auto (a model when there is one), extractive, llama or remote")
    model: str = setting("", "file name in models/ of the GGUF to write with; empty takes the first that loads")
    remote: str = setting("", "address of the server that writes with engine = remote, such as http://10.0.0.5:8080/v1")
    remote_model: str = setting("", "model to ask that server for; empty takes its first")
    remote_key: str = setting("", "key that this server asks for")
    remote_timeout: int = setting(120, "seconds for which this server may be silent")
    context: int = setting(0, "context window in tokens; 0 takes the model's own, up to 8192")
    max_tokens: int = setting(900, "most tokens of one written answer")
    threads: int = setting(
        0, "threads for the model; 0 chooses between all cores and all but one, by how fast each is at the moment"
    )
    gpu_layers: int = setting(0, "layers of the model to put on a GPU; -1 puts all there")
    seed: int = setting(0, "random seed of the model")
    temperature: float = setting(0.0, "sampling temperature of the model; 0 always takes the likeliest token")
    embedder: str = setting("hash", "hash, sentence-transformers:FOLDER or gguf:FILE, looked up in models/")
    query_prefix: str = setting("auto", "what that model wants before a question; auto: what its folder or family says")
    passage_prefix: str = setting("auto", "what it wants before a passage; auto: what its folder or family says")
    store: str = setting(
        "", "address of a Chroma server for the vectors, such as http://10.0.0.5:8000; empty: in vectorstore/"
    )
    store_token: str = setting("", "bearer token that a proxy before this server asks for")
    journal: str = setting(
        "",
        "address of a PostgreSQL database for the journal, such as postgresql://user@10.0.0.5/assistant;"
        " empty: in vectorstore/",
    )
    journal_password: str = setting("", "password of that user, where none is in the password file of PostgreSQL")
    workers: int = setting(0, "processes that read files at once; 0: one for each core, up to 4")
    dask: str = setting("", "address of a Dask scheduler whose cluster reads and embeds, such as tcp://10.0.0.5:8786")
    ocr: str = setting("", "recognises text in scanned pages of PDFs: tesseract, where it is installed, or nothing")
    ocr_languages: str = setting("chi_tra+eng", "languages of the scanned pages, as Tesseract names them")
    passage_tokens: int = setting(220, "most tokens of one passage")
    evidence: int = setting(32, "most passages that an answer is written from")
    length: str = setting("standard", "how long a single answer is: brief, standard or full")
    chat_length: str = setting("brief", "how long answers are in the chat, where nothing else is chosen")
    report_length: str = setting("full", "how long the answers of a batch, and so of a report, are")
    reranker: str = setting(
        "", "gguf:FILE or sentence-transformers:FOLDER, looked up in models/, to read the best passages once more"
    )
    nli: str = setting(
        "",
        "folder in models/ of a cross-encoder for natural language inference, to check statements by meaning as well",
    )
    answer_threshold: float = setting(0.65, "strength of evidence (0 to 1) below which the program abstains")
    whole_threshold: float = setting(
        0.85, "strength of evidence (0 to 1) from which an answer counts as whole; below it is told as partial"
    )
    show_unsupported: bool = setting(False, "keep unsupported statements in reports, marked")
    allow_hosts: tuple[str, ...] = setting((), "hosts on your own network that may be connected to")
    host: str = setting("127.0.0.1", "address that `ui` and `serve` listen on")
    port: int = setting(7860, "port that `ui` listens on")
    names: tuple[str, ...] = setting(
        (), "further host names that `ui` and `serve` answer to, such as that of a proxy before them"
    )
    history: bool = setting(True, "keep the conversations of the page in reports/conversations/")
    password: str = setting("", "hash of the password that the page asks for, made with: assistant password")
    api_port: int = setting(8000, "port that `serve` listens on")
    keys: tuple[str, ...] = setting(
        (), "keys that `serve` asks for, as names and hashes, made with: assistant key NAME"
    )
    rate: int = setting(120, "requests that each key may make in a minute")
    queue: int = setting(64, "requests that may wait in `serve` before it says that it is busy")

    def __post_init__(self) -> None:
        """Refuse values that no part of the program could work with. Raises UsageError."""
        if self.engine not in ENGINES:
            raise UsageError(f"no engine is called {self.engine!r}", remedy=f"use one of {', '.join(ENGINES)}")
        for length in (self.length, self.chat_length, self.report_length):
            if length not in LENGTHS:
                raise UsageError(f"no length is called {length!r}", remedy=f"use one of {', '.join(LENGTHS)}")
        for kind, value, otherwise in (("embedder", self.embedder, "hash"), ("reranker", self.reranker, "")):
            if value != otherwise and not value.startswith(("sentence-transformers:", "gguf:")):
                raise UsageError(
                    f"no {kind} is called {value!r}",
                    remedy=f"use {otherwise or 'nothing'}, sentence-transformers:FOLDER or gguf:FILE",
                )
        for name, least, most in (
            ("context", 0, 1 << 20),
            ("max_tokens", 16, 1 << 16),
            ("threads", 0, 1024),
            ("gpu_layers", -1, 1024),
            ("passage_tokens", 40, 2000),
            ("evidence", 1, 200),
            ("workers", 0, 256),
            ("port", 0, 65535),
            ("remote_timeout", 1, 3600),
            ("api_port", 0, 65535),
            ("rate", 1, 1_000_000),
            ("queue", 0, 10_000),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise UsageError(f"{name} = {value} is out of range", remedy=f"take a value from {least} to {most}")
        if not (0 <= self.answer_threshold <= 1 and 0 <= self.whole_threshold <= 1 and 0 <= self.temperature <= 2):
            raise UsageError("answer_threshold and whole_threshold go from 0 to 1, and temperature from 0 to 2")
        self._check_addresses()
        self._check_recognition()

    def _check_addresses(self) -> None:
        web, scheduler = ("http", "https"), ("tcp", "tls")
        for name, said, fits, example in (
            ("remote", self.engine == "remote", _is_address(self.remote, web), "http://10.0.0.5:8080/v1"),
            ("store", bool(self.store), _is_address(self.store, web, alone=True), "http://10.0.0.5:8000"),
            ("journal", bool(self.journal), _is_database(self.journal), "postgresql://user@10.0.0.5/assistant"),
            ("dask", bool(self.dask), _is_address(self.dask, scheduler, alone=True), "tcp://10.0.0.5:8786"),
        ):
            if said and not fits:
                raise UsageError(
                    f"{name} = {_harmless(getattr(self, name))!r} is not the address of a server",
                    remedy=f"{'with engine = remote ' if name == 'remote' else ''}give one, such as {example}",
                )
        if self.journal and not self.store:
            raise UsageError(
                "a journal that is shared needs vectors that are shared",
                remedy="name a Chroma server with the setting store",
            )

    def _check_recognition(self) -> None:
        if self.ocr not in RECOGNISERS:
            raise UsageError(f"no text recognition is called {self.ocr!r}", remedy="use tesseract, or nothing")
        if not _LANGUAGES.fullmatch(self.ocr_languages):
            raise UsageError(
                f"ocr_languages = {self.ocr_languages!r} names no languages", remedy="join them by +, as in chi_tra+eng"
            )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be connected to: those allowed, and those of `remote`, `store`, `journal` and `dask`."""
        servers = (self.remote if self.engine == "remote" else "", self.store, self.journal, self.dask)
        return (*self.allow_hosts, *(urlsplit(server).hostname or "" for server in servers if server))


def _is_address(text: str, schemes: tuple[str, ...], *, alone: bool = False) -> bool:
    """Say whether `text` is the address of a server; with `alone`, without a path and a user's name."""
    try:
        address = urlsplit(text)
        bare = address.path in ("", "/") and not address.query and "@" not in address.netloc
        known = address.scheme in schemes and bool(address.hostname) and (address.port or 1) > 0
        return known and (bare or not alone)
    except ValueError:
        return False


def _harmless(text: str) -> str:
    """Return an address without what may be a password, to be shown."""
    return text.rpartition("@")[2].partition("?")[0]


def _is_database(text: str) -> bool:
    """Say whether `text` is the address of a database, without a password; what may follow says how TLS is used."""
    try:
        address = urlsplit(text)
        known = address.scheme == "postgresql" and bool(address.hostname) and (address.port or 1) > 0
        named = "/" not in (name := address.path.strip("/")) and bool(name) and address.password is None
        return (
            known and named and {key for key, _ in parse_qsl(address.query, strict_parsing=bool(address.query))} <= TLS
        )
    except ValueError:
        return False


def load(
    file: Path | None = None, *, environ: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
) -> Settings:
    """Return the settings of a workspace.

    `flags` holds what the command line said; None there means it said nothing.
    Raises UsageError for a key or a value that does not fit, naming where it was said.
    """
    environ = os.environ if environ is None else environ
    said: dict[str, Any] = {}
    if file is not None:
        said |= _typed(_read(file), where=str(file))
    variables = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in (f"{PREFIX}WORKSPACE",)
    }
    said |= _typed(variables, where="environment")
    said |= _typed({k: v for k, v in (flags or {}).items() if v is not None}, where="command line")
    return replace(Settings(), **said)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tables.read_if_there(file)
    except RefusedError as error:
        raise UsageError(error.what, where=error.where, remedy=error.remedy) from error


def _typed(values: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return `values` in the types of the settings. Raises UsageError for an unknown key or an unfit value."""
    defaults = {f.name: f.default for f in fields(Settings)}
    typed = {}
    for name, value in values.items():
        if name not in defaults:
            raise UsageError(f"no setting is called {name!r}", where=where, remedy="see docs/settings.md")
        try:
            typed[name] = _cast(value, defaults[name])
        except (TypeError, ValueError) as error:
            kind = type(defaults[name]).__name__
            raise UsageError(f"{name} = {value!r} is not a {kind}", where=where) from error
    return typed


def _cast(value: object, like: object) -> object:
    """Return `value` as the type of `like`; a string may come from the environment."""
    if isinstance(like, bool):
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if isinstance(value, bool):
            return value
        if str(value).lower() not in words:
            raise ValueError(value)
        return words[str(value).lower()]
    if isinstance(like, tuple):
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise TypeError(value)
        return tuple(str(item).strip() for item in items if str(item).strip())
    if isinstance(value, bool) or (isinstance(like, str) and not isinstance(value, str)):
        raise TypeError(value)
    if isinstance(like, str):
        return value
    return float(str(value)) if isinstance(like, float) else int(str(value))
