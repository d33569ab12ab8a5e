"""Verification (留痕核验): books and log compared from the first leaf to the last, by as many processes as are given.

When    `cunguan log verify`, the nightly job, an auditor with a copy of the files
Reads   the published checkpoint first: everything is compared at its size; what the sequencer has taken in since is the next run's
Shape   Asked: what is verified; Verified: what was found; Kept: where a good run ended, for the next one to go on from
Order   checkpoint, tiles and roots, chunks, lanes and acts, what accounts are at, rows that acts are about, the checkpoint again
Errors  NoLog: nothing was ever published · NoteWrong: what is published is no checkpoint · psycopg.Error
Source  ADR 0041; docs/log-audit.md
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from cunguan.prove.findings import KEPT, Finding
from cunguan.prove.log import acts, lane, rows
from cunguan.prove.log.lane import Compared, Stretch
from cunguan.prove.log.leaves import ACTS, Chain
from cunguan.prove.log.notes import Checkpoint, NoteWrong, read, signed
from cunguan.prove.log.tiles import NO_LANE, STRETCH, WIDTH, Files, Gone, Stack, higher, stretch
from cunguan.prove.reading import Reader
from cunguan.prove.report import PROGRESS_SECONDS, Progress

#: a lane with fewer leaves is not cut for two processes
CUT_LEAVES = 20_000


class NoLog(LookupError):
    """Nothing was ever published."""


class Kept(msgspec.Struct, frozen=True):
    """Where a good run ended: the tree, and of each lane its sequence and what its accounts were at."""

    origin: str
    size: int
    root: bytes
    lanes: dict[int, tuple[int, Chain]]


class Asked(msgspec.Struct, frozen=True):
    """What is verified. Without `url` the files alone; without `keys` nobody's signature; `kept` None: from the beginning."""

    folder: Path
    url: str = ""
    keys: tuple[str, ...] = ()  # one of them has signed: while a key is replaced there are two
    salt_keys: dict[int, bytes] = {}
    kept: Kept | None = None
    workers: int = 1


class Verified(msgspec.Struct):
    """What was found; `broken` counts what `findings` keeps the first of."""

    origin: str = ""
    size: int = 0
    root: str = ""
    began_at: int = 0  # entries below were verified by an earlier run
    is_signature_checked: bool = False
    with_books: bool = False
    leaves: int = 0
    behind: dict[int, int] = {}  # by lane: sequences of the books that the log of this size has not taken in
    not_compared: list[str] = []
    broken: int = 0
    findings: list[Finding] = []
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Test that nothing differs."""
        return not self.broken


def verify(asked: Asked, progress: Progress | None = None) -> tuple[Verified, Kept | None]:
    """Verify; return what was found, and where the next run may go on if it holds."""
    return _Verification(asked, progress).run()


class _Verification:
    """One run."""

    def __init__(self, asked: Asked, progress: Progress | None) -> None:
        self.asked, self.found = asked, Verified(with_books=bool(asked.url))
        self._progress, self._told = progress, time.monotonic()
        self.kept: Kept | None = asked.kept
        self.lanes: dict[int, tuple[int, Chain]] = {}

    def run(self) -> tuple[Verified, Kept | None]:
        """Do all of it."""
        started = time.monotonic()
        self.checkpoint = self._checkpoint()
        self.found.origin, self.found.size, self.found.root = (
            self.checkpoint.origin, self.checkpoint.size, self.checkpoint.root.hex(),
        )  # fmt: skip
        self._against_the_last()
        self.files = Files(self.asked.folder, self.checkpoint.size)
        reader = Reader(self.asked.url) if self.asked.url else None
        try:
            with _pool(self.asked.workers) as pool:
                self._tiles(pool, reader)
                if reader is not None:
                    self._books(pool, reader)
        finally:
            if reader is not None:
                reader.close()
        self.found.seconds = round(time.monotonic() - started, 3)
        return self.found, self._end()

    # ── the checkpoint ──────────────────────────────────────────────────────
    def _checkpoint(self) -> Checkpoint:
        content = _published(self.asked.folder)
        if content is None:
            raise NoLog(
                f"{self.asked.folder / 'checkpoint'} is not there: nothing was ever published here, or it was taken away"
            )
        why = ""
        for key in self.asked.keys:
            try:
                found = signed(content, key)
                self.found.is_signature_checked = True
                return found
            except NoteWrong as wrong:
                why = why or str(wrong)
        if why:
            self.take([_of_log("checkpoint", "checkpoint", why)])
        return read(content)[0]

    def _against_the_last(self) -> None:
        """Hold the checkpoint against where the last good run ended: a log does not become smaller or another."""
        kept, now = self.kept, self.checkpoint
        if kept is None or kept.origin != now.origin:
            self.kept = None
        elif kept.size > now.size:
            what = "rolled back: an earlier run has verified a larger log"
            self.take([_of_log("checkpoint", "checkpoint", what, str(kept.size), str(now.size))])
            self.kept = None
        self.found.began_at = self.kept.size if self.kept else 0

    # ── tiles ───────────────────────────────────────────────────────────────
    def _tiles(self, pool: "_Pool", reader: Reader | None) -> None:
        size, began = self.checkpoint.size, self.found.began_at // WIDTH
        bundles = -(-size // WIDTH)
        cuts = [(at, min(at + STRETCH, bundles)) for at in range(began, bundles, STRETCH)]
        full = self._believed(began)
        works = [(stretch, (self.asked.folder, size, first, last)) for first, last in cuts]
        for (_, last), (hashes, findings) in zip(cuts, pool.in_order(works), strict=True):
            full += hashes
            self.take(findings)
            self.tell("entries hashed again", min(last * WIDTH, size), size)
        if all(full):
            self.take(higher(self.asked.folder, size, full))
            self.take(self._roots(full, reader))

    def _believed(self, upto: int) -> list[bytes]:
        """Return the hashes of bundles that an earlier run has hashed; that they give its root is tested with the others."""
        found: list[bytes] = []
        for index in range(-(-upto // WIDTH)):
            try:
                found += self.files.hashes(1, index)
            except Gone as gone:
                self.take([_of_log("tiles", "log", str(gone))])
                return [b""]
        return found[:upto]

    def _roots(self, full: list[bytes], reader: Reader | None) -> Iterator[Finding]:
        """Compare the root of every stored size, of the last run, and of the checkpoint."""
        told = self._stored(reader)
        stack, at = Stack(), 0
        for size, root, row in told:
            while at + WIDTH <= size and at // WIDTH < len(full):
                stack.push(WIDTH, full[at // WIDTH])
                at += WIDTH
            own = self._root_at(stack, at, size)
            if own != root:
                yield _of_log("checkpoint", row, "its root is not that of the entries", own.hex(), root.hex())

    def _root_at(self, stack: Stack, at: int, size: int) -> bytes:
        edge = Stack(stack.trees)
        if size > at:
            for entry in self.files.entries(at // WIDTH)[: size - at]:
                edge.push(1, rows.leaf_hash(entry))
        return edge.root()

    def _stored(self, reader: Reader | None) -> list[tuple[int, bytes, str]]:
        now, kept = self.checkpoint, self.kept
        told = [(now.size, now.root, f"checkpoint of {now.size}")]
        if kept is not None:
            told.append((kept.size, kept.root, f"the run before, of {kept.size}"))
        if reader is not None:
            self.log = rows.log_of(reader, now.origin)
            told += [
                (size, root, f"log_checkpoint {size}")
                for size, root in rows.roots(reader, self.log, self.found.began_at, now.size)
            ]
        return sorted(told)

    # ── books ───────────────────────────────────────────────────────────────
    def _books(self, pool: "_Pool", reader: Reader) -> None:
        size = self.checkpoint.size
        self.take(rows.stored_checkpoint(reader, self.log, self.checkpoint))
        self.take(rows.coverage(reader, self.log, self.found.began_at, size))
        reached = rows.reached(reader, self.log, size)
        whole = [self._stretch(number, upto) for number, upto in reached.items()]
        for one in self._compared(pool, reader, whole):
            self.found.leaves += one.leaves
            self.found.broken += one.broken - len(one.findings)
            self.take(one.findings)
            if one.is_hopeless:
                what = "no leaf of this lane agrees: another salt key, or the log of other books; the rest was not compared"
                self.take([Finding(lane.CLAIM, one.lane, None, f"lane {one.lane}", what)])
            self.lanes[one.lane] = (one.upto, one.chain)
            if one.lane != ACTS and one.is_sure:
                self.take(rows.accounts(reader, self.log, one.lane, one.upto, one.chain))
            elif not one.is_sure:
                what = f"log_account of lane {one.lane}: what its accounts are at is not known while its leaves differ"
                self.found.not_compared.append(what)
        self.take(rows.heads(reader, self.log))
        self.take(acts.rows(reader, self.kept.lanes.get(ACTS, (0, {}))[0] if self.kept else 0))
        left = [f"{table}: this role may not read it; its acts are compared" for table in acts.unreadable(reader)]
        self.found.not_compared += left
        self.found.behind = rows.behind(reader, {number: upto for number, (upto, _) in self.lanes.items()})
        self.take(rows.published_beyond(reader, self.log, self.asked.folder))

    def _stretch(self, number: int, upto: int) -> Stretch:
        after, chain = self.kept.lanes.get(number, (0, {})) if self.kept else (0, {})
        return Stretch(
            self.asked.url, str(self.asked.folder), self.checkpoint.size, self.log, number, after, upto, self.asked.salt_keys, chain
        )  # fmt: skip

    def _compared(self, pool: "_Pool", reader: Reader, whole: list[Stretch]) -> Iterator[Compared]:
        """Compare lanes side by side, large ones in pieces; a lane in which a piece differs is read again as a whole."""
        pieces = {one.lane: self._pieces(reader, one) for one in whole}
        works = [(_compare, (piece,)) for one in whole for piece in pieces[one.lane]]
        done: dict[int, list[Compared]] = {}
        for compared in pool.as_done(works):
            done.setdefault(compared.lane, []).append(compared)
            self.tell(
                "leaves compared", sum(one.leaves for made in done.values() for one in made), self.checkpoint.size
            )
        for one in whole:
            parts = sorted(done[one.lane], key=lambda part: part.after)
            yield parts[0] if len(parts) == 1 else joined(parts) or _compare(one)

    def _pieces(self, reader: Reader, one: Stretch) -> list[Stretch]:
        if self.asked.workers == 1 or one.lane == ACTS:
            return [one]
        cuts = rows.cuts(reader, one, self.asked.workers, CUT_LEAVES)
        edges = [one.after, *cuts, one.upto]
        return [
            msgspec.structs.replace(one, after=after, upto=upto, chain=one.chain if after == one.after else None)
            for after, upto in pairwise(edges)
        ]

    # ── telling ─────────────────────────────────────────────────────────────
    def take(self, findings: Sequence[Finding] | Iterator[Finding]) -> None:
        """Count findings, and keep the first of each claim and lane."""
        for one in findings:
            self.found.broken += 1
            if sum(other.claim == one.claim and other.lane == one.lane for other in self.found.findings) < KEPT:
                self.found.findings.append(one)

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far it is, every two seconds."""
        now = time.monotonic()
        if self._progress is not None and now - self._told >= PROGRESS_SECONDS:
            self._told = now
            self._progress(what, done, total)

    def _end(self) -> Kept | None:
        if not self.found.holds or not self.asked.url:
            return None
        now = self.checkpoint
        return Kept(now.origin, now.size, now.root, self.lanes)


def joined(parts: list[Compared]) -> Compared | None:
    """Join the pieces of a lane; None if one differs, or took on trust what is not so."""
    chain: Chain = {}
    for part in parts:
        if part.broken or any(chain.get(account, (0, b"")) != state for account, state in part.trusted.items()):
            return None
        chain.update(part.chain)
    last = parts[-1]
    return Compared(last.lane, parts[0].after, last.upto, sum(part.leaves for part in parts), chain=chain)


def _compare(stretch: Stretch) -> Compared:
    return acts.compare(stretch) if stretch.lane == ACTS else lane.compare(stretch)


def _published(folder: Path) -> bytes | None:
    with suppress(OSError):
        return (folder / "checkpoint").read_bytes()
    return None


def _of_log(claim: str, row: str, what: str, expected: str = "", found: str = "") -> Finding:
    return Finding(claim, NO_LANE, None, row, what, expected, found)


# ── processes ────────────────────────────────────────────────────────────────
Work = tuple[Callable[..., Any], tuple[Any, ...]]


class _Pool:
    """Work done by other processes, or here where one is enough."""

    def __init__(self, executor: ProcessPoolExecutor | None) -> None:
        self._executor = executor

    def in_order(self, works: Sequence[Work]) -> Iterator[Any]:
        """Yield results in the order of the works."""
        if self._executor is None:
            yield from (call(*given) for call, given in works)
            return
        futures = [self._executor.submit(call, *given) for call, given in works]
        while futures:
            yield futures.pop(0).result()

    def as_done(self, works: Sequence[Work]) -> Iterator[Any]:
        """Yield results as they come."""
        if self._executor is None:
            yield from self.in_order(works)
            return
        futures: list[Future[Any]] = [self._executor.submit(call, *given) for call, given in works]
        yield from (done.result() for done in as_completed(futures))

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)


def _pool(workers: int) -> _Pool:
    if workers == 1:
        return _Pool(None)
    return _Pool(ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")))
