"""Reading, splitting and embedding on a Dask cluster; what comes back is written by the one refresh that asked.

Each box of the cluster has this program and sees the workspace's corpus/ and models/ under the same paths. Files are
read there as here: by confined processes, which a worker of Dask starts below it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from assistant.corpus.isolation.process import Job, Reading
from assistant.corpus.isolation.workers import Workers
from assistant.errors import AssistantError, NotReadyError, RefusedError
from assistant.index import embedders
from assistant.index.embedders import Embedder, embedded_text
from assistant.records import content_id
from assistant.settings import Settings

# Files in one task, and their bytes: enough that the scheduler's millisecond a task is little beside reading them.
_FILES, _BYTES = 32, 1 << 20
# Tasks that are under way for each thread of the cluster, so that none waits while results are written.
_AHEAD = 3
# Seconds for a connection, and for one task: a cluster without workers would keep its tasks for ever.
_CONNECT, _STALL = 20, 900


@dataclass(frozen=True, slots=True)
class Embedded(Reading):
    """A file as read, with a row for each passage that is searched, (n, dimensions)."""

    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of a refresh have in common. `framework_mark` and `fingerprint` say which versions it is about."""

    framework: Path
    framework_mark: str
    models: Path
    embedder: str
    fingerprint: str
    languages: str


Result = Embedded | RefusedError


class Cluster:
    """A Dask cluster that reads files of one corpus, as `Workers` does. Use it in a `with`, which lets go of it."""

    def __init__(self, address: str, framework: Path, models: Path, settings: Settings, embedder: Embedder) -> None:
        """Connect to the scheduler. Raises NotReadyError where that can't be done or Dask isn't installed."""
        said = framework.read_text(encoding="utf-8", errors="replace") if framework.exists() else ""
        languages = settings.ocr_languages if settings.ocr else ""
        self._work = Work(framework, content_id(said), models, settings.embedder, embedder.fingerprint, languages)
        self._address = address
        try:
            from distributed import Client
        except ImportError:
            raise NotReadyError(
                "Dask is not installed",
                where="--dask",
                remedy="pip install --require-hashes -r requirements-dask.lock, here and on each box of the cluster",
            ) from None
        try:
            client: Any = Client  # untyped
            self._client = client(address, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise self._away(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close(timeout=_CONNECT)

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield for each job, in their order, what is read or why it can't be; some are read ahead.

        A task whose worker is lost goes to another one. Raises NotReadyError where the cluster goes away.
        """
        executor = self._client.get_executor(pure=False)
        ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        waiting: deque[Any] = deque()
        try:
            for handful in _handfuls(jobs):
                waiting.append(executor.submit(read, self._work, handful))
                if len(waiting) > ahead:
                    yield from self._result(waiting.popleft())
            while waiting:
                yield from self._result(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()

    def _result(self, future: Any) -> list[Result]:  # noqa: ANN401  (Dask has no types)
        try:
            found: list[Result] = future.result(timeout=_STALL)
        except AssistantError:
            raise
        except Exception as error:
            raise self._away(error) from error
        return found

    def _away(self, error: Exception) -> NotReadyError:
        return NotReadyError(
            f"the Dask cluster doesn't do its work: {str(error) or type(error).__name__}"[:500],
            where=self._address,
            remedy="look after its scheduler and workers, then refresh again, or without --dask; nothing was lost",
        )


def read(work: Work, jobs: list[Job]) -> list[Result]:
    """Return what is read of each file, with its vectors, or why it can't be. Runs on a worker of Dask.

    Raises NotReadyError where this box would make other vectors than the refresh asked for.
    """
    workers, embedder = _parts(work)
    return [_read(job, workers, embedder) for job in jobs]


def _read(job: Job, workers: Workers, embedder: Embedder) -> Result:
    try:
        reading = workers.read(job)
    except RefusedError as error:
        return error
    texts = [embedded_text(passage) for passage in reading.passages if passage.kind != "heading"]
    vectors = embedder.passages(texts) if texts else None
    return Embedded(reading.document, reading.passages, reading.attempts, vectors)


# A worker of Dask serves one refresh after another; parts of the last few are kept, their processes at rest.
@lru_cache(maxsize=4)
def _parts(work: Work) -> tuple[Workers, Embedder]:
    embedder = embedders.load(Settings(embedder=work.embedder), work.models)
    said = work.framework.read_text(encoding="utf-8", errors="replace") if work.framework.exists() else ""
    if (embedder.fingerprint, content_id(said)) != (work.fingerprint, work.framework_mark):
        raise NotReadyError(
            "a box of the cluster has another model or another framework",
            where=f"{work.models}, {work.framework}",
            remedy="let all boxes see the same corpus/ and models/, and run the same release",
        )
    return Workers(work.framework, languages=work.languages), embedder


def _handfuls(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    handful: list[Job] = []
    size = 0
    for job in jobs:
        if handful and (len(handful) >= _FILES or size + job.size > _BYTES):
            yield handful
            handful, size = [], 0
        handful.append(job)
        size += job.size
    if handful:
        yield handful
