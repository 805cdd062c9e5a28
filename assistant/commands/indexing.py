"""`refresh`, `collect` and `observe`: what goes into the index."""

import argparse
import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, day, open_assistant
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.corpus.collecting.collect import Collected

REFUSED = 4


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("refresh", refresh, "bring the index up to date with corpus/", "workspace", "json")
    sub.add_argument("--dry-run", action="store_true", help="say what would be done")
    sub.add_argument("--force", action="store_true", help="read everything again")
    sub.add_argument("--watch", action="store_true", help="stay, and refresh whenever corpus/ changes")

    sub.add_argument("--workers", type=int, metavar="N", help="processes that read (default: one a core, up to 4)")
    sub.add_argument("--dask", metavar="ADDRESS", help="read and embed on the Dask cluster of this scheduler")

    sub = registry.add(
        "collect", collect, "fetch pages and feeds into corpus/collected/ (on-line)", "workspace", "json"
    )
    sub.add_argument("urls", nargs="*", metavar="URL", help="pages or feeds (default: those in corpus/sources.toml)")

    sub = registry.add("observe", observe, "jot down an observation", "workspace")
    sub.add_argument("text")
    sub.add_argument("--source", metavar="URL", help="where it was seen")
    sub.add_argument("--date", metavar="YYYY-MM-DD", help="when (default: today)")


def refresh(args: argparse.Namespace) -> int:
    """Bring the index up to date."""
    assistant = open_assistant(args)
    from assistant import terminal
    from assistant.index import dictionary
    from assistant.index.refresh import to_json

    if args.watch:
        return watch(args)
    if not args.dry_run and not (assistant.workspace.vectorstore / dictionary.FILE).exists():
        note("the first refresh also takes a dictionary of the two languages apart, which takes some seconds")
    with terminal.file_progress() as progress:
        report = assistant.refresh(force=args.force, dry_run=args.dry_run, progress=progress)
    say(json.dumps(to_json(report), ensure_ascii=False) if args.json else terminal.refreshed(report, args.dry_run))
    return DONE


def watch(args: argparse.Namespace) -> int:
    """Refresh now and after every change, until Ctrl-C."""
    from assistant import terminal
    from assistant.errors import UsageError
    from assistant.index import watch

    if args.json or args.dry_run:
        raise UsageError("--watch goes on, so it can't print one JSON document or only say what it would do")
    assistant = open_assistant(args)
    known: set[str] = set()

    def refresh() -> None:
        with terminal.file_progress() as progress:
            report = assistant.refresh(force=args.force, progress=progress)
        args.force = False
        if report.added or report.changed or report.removed or report.rebuilt:
            say(terminal.refreshed(report, dry_run=False, known=known))
            known.clear()
            known.update(terminal.troubles(report))

    corpus = assistant.workspace.require_corpus()
    note(f"watching {corpus}; Ctrl-C ends it")
    with suppress(KeyboardInterrupt):
        watch.watch(corpus, refresh, lambda error: note(f"error: {error}\n  it is tried again"))
    return DONE


def collect(args: argparse.Namespace) -> int:
    """Fetch what is named. Like a model's download it goes on-line, and so runs without the guard."""
    from assistant import settings, workspace
    from assistant.corpus.collecting import collect
    from assistant.corpus.collecting.fetching import Fetcher
    from assistant.errors import UsageError

    place = workspace.locate(args.workspace)
    corpus = place.require_corpus()
    urls = args.urls or collect.listed(corpus)
    if not urls:
        raise UsageError(
            "no address is named", remedy='name one, or list them in corpus/sources.toml: [[feed]] url = "…"'
        )
    note(f"going on-line for {len(urls)} address{'es' if len(urls) > 1 else ''}")
    allowed = frozenset(settings.load(place.settings_file).allow_hosts)
    results = collect.collect(corpus, urls, Fetcher(allowed), lambda done: note(_told(done)))
    if args.json:
        say(json.dumps([asdict(done) for done in results], ensure_ascii=False))
    elif any(done.outcome in ("new", "changed") for done in results):
        say("run: assistant refresh")
    return REFUSED if results and all(done.outcome == "refused" for done in results) else DONE


def _told(done: "Collected") -> str:
    return f"{done.outcome}: {done.path or done.url}" + (f" ({done.reason})" if done.reason else "")


def observe(args: argparse.Namespace) -> int:
    """Write an observation into the corpus and index it."""
    from assistant.corpus import observations
    from assistant.errors import AssistantError

    assistant = open_assistant(args)
    file = observations.observe(
        assistant.workspace.require_corpus(),
        args.text,
        source=args.source,
        date=day(args.date),
        framework=assistant.framework,
    )
    # Whatever becomes of the index: the observation is there, and the next refresh finds it.
    say(str(file))
    try:
        assistant.refresh()
    except AssistantError:
        note("the observation is kept, and is searchable after the next refresh")
        raise
    return DONE
