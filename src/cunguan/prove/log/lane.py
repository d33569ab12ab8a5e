"""A lane and the log (通道与留痕的核对): every leaf of a lane derived again, and what differs named.

When    a whole lane is compared, or a stretch of one, beside others in other processes
Shape   Stretch: what to read; Compared: what was found, the chain at its end, and what it took on trust at its beginning,
        which is compared with the end of the stretch before: so a lane is cut without anything being believed
Returns findings, the first KEPT; the others are counted
Source  ADR 0041
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from cunguan.prove.findings import KEPT, Finding
from cunguan.prove.log.differences import Difference, Repairs, Told
from cunguan.prove.log.leaves import AUTHORITY, ENTRY_BYTES, FIRST, INSTRUCTION, JOURNAL, SIDE_BYTES, Chain, Sequence
from cunguan.prove.log.source import Chunk, Source, Window
from cunguan.prove.log.tiles import Files, Gone
from cunguan.prove.reading import Reader

CLAIM = "leaves"
#: so many leaves differ and none agrees: another salt key, or another log; the rest is not looked at
HOPELESS = 20


class Stretch(msgspec.Struct, frozen=True):
    """Sequences (after, upto] of a lane, as far as a log of this size has taken them in."""

    url: str
    folder: str
    size: int
    log: int
    lane: int
    after: int
    upto: int
    keys: dict[int, bytes]
    chain: Chain | None  # None: taken from the log's rows, and told in `trusted`


class Compared(msgspec.Struct):
    """What was found of a stretch."""

    lane: int
    after: int
    upto: int
    leaves: int = 0
    broken: int = 0
    findings: list[Finding] = []
    chain: Chain = {}
    trusted: Chain = {}
    is_hopeless: bool = False
    is_sure: bool = True  # what its accounts are at is known


def compare(stretch: Stretch) -> Compared:
    """Compare a stretch."""
    reader = Reader(stretch.url)
    try:
        return _Comparison(stretch, reader).run()
    finally:
        reader.close()


def key_of(seq: int, kind: int) -> int:
    """Return the order of a leaf in its lane, as one number."""
    return seq << 8 | kind


class _Comparison:
    """The work on one stretch."""

    def __init__(self, stretch: Stretch, reader: Reader) -> None:
        self.stretch = stretch
        self.files = Files(Path(stretch.folder), stretch.size)
        self.source = Source(reader, stretch.log, stretch.lane, stretch.keys)
        self.found = Compared(stretch.lane, stretch.after, stretch.after, chain=dict(stretch.chain or {}))
        self.chain = self.found.chain
        self.is_trusting = stretch.chain is None
        self.repairs = Repairs(reader, stretch.lane, self.chain)
        self.differences: list[Difference] = []
        self.agreed = 0
        self._batch = -1  # the last of which a leaf agreed
        self._differing: set[int] = set()  # batches of which a leaf differs
        self._mixed: set[int] = set()  # and another agrees
        self._last_key = 0

    def run(self) -> Compared:
        """Read on window by window."""
        for window in self.source.windows(self.stretch.after, self.stretch.upto, self.stretch.size):
            self._window(window)
            self.found.upto = window.last
            if self._is_hopeless():
                break
        self.found.is_hopeless = self._is_hopeless()
        if self.found.is_hopeless:
            self.found.is_sure = False
            self.found.broken += len(self.differences)
        else:
            self._tell()
        return self.found

    def _is_hopeless(self) -> bool:
        return len(self.differences) >= HOPELESS and not self.agreed

    # ── one window ──────────────────────────────────────────────────────────
    def _window(self, window: Window) -> None:
        self._sequences = window.sequences
        logged = dict(entry for chunk in window.chunks for entry in self._logged(chunk))
        self.found.leaves += len(logged)
        self._not_in_the_books(window, logged)
        chunks = iter(window.chunks)
        self._begin(next(chunks, None))
        uncovered: list[int] = []
        for sequence in window.sequences:
            while self._chunk is not None and sequence.seq > self._chunk.last_seq:
                self._end()
                self._begin(next(chunks, None))
            if self._chunk is None or sequence.seq < self._chunk.first_seq:
                uncovered.append(sequence.seq)
            else:
                self._sequence(sequence, logged)
        while self._chunk is not None:
            self._end()
            self._begin(next(chunks, None))
        if uncovered:
            what = f"{len(uncovered)} in no chunk: added to the books, or the log's row was taken away"
            self._finding(uncovered[0], f"sequences {uncovered[0]} to {uncovered[-1]}", what)

    def _not_in_the_books(self, window: Window, logged: dict[int, bytes]) -> None:
        """Find leaves of sequences that the books have not, and postings of none."""
        for seq, table in window.orphans:
            self._finding(seq, f"{table} {seq}", "added: no instruction that was done has it")
        seqs = {one.seq for one in window.sequences}
        for seq in sorted({key >> 8 for key in logged} - seqs):
            what = "removed: the log has its leaf, the books have no such instruction that was done"
            self._finding(seq, f"instruction {seq}", what)
        for key in logged:
            if key & 0xFF not in (AUTHORITY, JOURNAL, INSTRUCTION):
                self._finding(key >> 8, f"leaf {key >> 8}", f"its type {key & 0xFF} is none of a lane's")

    def _begin(self, chunk: Chunk | None) -> None:
        self._chunk, self._place, self._is_clean = chunk, 0, True
        self._built_on: list[bytes] = []

    def _end(self) -> None:
        """Compare what the sides of a chunk were built on: receipts are made from that row."""
        assert self._chunk is not None
        if self._is_clean and b"".join(self._built_on) != self._chunk.sides:
            what = "changed: what it says the sides of its postings were built on"
            self._finding(self._chunk.first_seq, f"log_chunk {self._chunk.first_index}", what)

    def _logged(self, chunk: Chunk) -> Iterator[tuple[int, bytes]]:
        """Yield a chunk's leaves as its entries have them, and find those that do not stand where they should."""
        for index in range(chunk.first_index, chunk.first_index + chunk.leaves):
            try:
                entry = self.files.entries(index >> 8)[index & 0xFF]
            except (Gone, IndexError):
                self._finding(None, f"entry {index}", "missing: its bundle cannot be read")
                continue
            seq = int.from_bytes(entry[2:10], "big")
            if len(entry) != ENTRY_BYTES or entry[0] != 1 or not chunk.first_seq <= seq <= chunk.last_seq:
                self._finding(
                    None, f"entry {index}", f"changed: it is no leaf of lane {self.source.lane} in this chunk"
                )
                continue
            key = key_of(seq, entry[1])
            if key <= self._last_key:
                self._finding(seq, f"entry {index}", "twice, or out of the order of its lane")
                continue
            self._last_key = key
            yield key, entry[10:]

    # ── one sequence ────────────────────────────────────────────────────────
    def _sequence(self, sequence: Sequence, logged: dict[int, bytes]) -> None:
        seq = sequence.seq
        key = key_of(seq, 0)
        of_authority, of_journal, of_instruction = (
            logged.pop(key | AUTHORITY, None), logged.pop(key | JOURNAL, None), logged.pop(key | INSTRUCTION, None),
        )  # fmt: skip
        if not sequence.has_batch:
            self._finding(
                seq, f"batch of sequence {seq}", "removed, or its salt key changed: its leaves cannot be derived"
            )
            self._is_clean = False
            self._place += len(sequence.postings)
            return
        header, body = sequence.header(), sequence.body()
        is_header_right = self._authority(sequence, header, of_authority)
        if sequence.journal is None and not sequence.postings:
            self._instruction(sequence, header, body, of_journal, of_instruction)
        else:
            self._journal(sequence, header, body, of_journal, is_header_right)

    def _authority(self, sequence: Sequence, header: bytes, told: bytes | None) -> bool:
        if sequence.authority is None:
            if told is not None:
                self._differs(sequence, AUTHORITY, "removed")
            return False
        if told is None:
            self._differs(sequence, AUTHORITY, "added")
            return False
        if sequence.authority_leaf(header) == told:
            self._agrees(sequence)
            return True
        self._differs(sequence, AUTHORITY, "changed")
        return False

    def _instruction(
        self, sequence: Sequence, header: bytes, body: bytes, of_journal: bytes | None, told: bytes | None
    ) -> None:
        if of_journal is not None:
            self._differs(sequence, JOURNAL, "removed")
        elif told is None:
            self._differs(sequence, INSTRUCTION, "added")
        elif sequence.instruction_leaf(header, body) == told:
            self._agrees(sequence)
        else:
            self._differs(sequence, INSTRUCTION, "changed")

    def _journal(
        self, sequence: Sequence, header: bytes, body: bytes, told: bytes | None, is_header_right: bool
    ) -> None:
        if told is None:
            self._differs(sequence, JOURNAL, "added")
            return
        if self.is_trusting:
            self._trust(sequence)
        parts, built_on = sequence.sides(self.chain)
        if sequence.journal_leaf(header, body, parts) == told:
            self._agrees(sequence)
            self.repairs.settle(sequence, built_on)
        else:
            built_on = self._journal_differs(sequence, body, told, parts, built_on, is_header_right)
        self._built_on += built_on
        self._place += len(sequence.postings)

    def _trust(self, sequence: Sequence) -> None:
        """Take what accounts had at the beginning of a stretch from the log's row; the stretch before must end with it."""
        for number, row in enumerate(sequence.postings):
            for side, account in enumerate(row[2:4]):
                if account not in self.chain:
                    had = self._told(self._place + number, side)
                    self.chain[account] = self.found.trusted[account] = had

    def _told(self, place: int, side: int) -> tuple[int, bytes]:
        """Return what the chunk's row says an account had before its posting at a place."""
        at = (2 * place + side) * SIDE_BYTES
        told = bytes(self._chunk.sides[at : at + SIDE_BYTES]) if self._chunk is not None and place >= 0 else b""
        number = int.from_bytes(told[:8], "big") - 1
        return (number, told[8:]) if number > 0 else FIRST

    def _journal_differs(
        self,
        sequence: Sequence,
        body: bytes,
        told: bytes,
        parts: list[bytes],
        built_on: list[bytes],
        is_header_right: bool,
    ) -> list[bytes]:
        """Find out what differs; go on with the chain as the log has it."""
        self._is_clean = False
        before = self.repairs.before(sequence, built_on)
        for shift in dict.fromkeys((0, self._missing(), 1, -1, 2, -2, 3, -3)):
            had = self._had(sequence, shift)
            tried = {account: had[at] for account, at in _first_places(sequence)}
            own, other = sequence.sides(tried)
            if sequence.journal_leaf(sequence.header(), body, own) == told:
                return self._as_the_log_has_it(sequence, shift, tried, other)
        found = self.repairs.look(sequence, body, told, before, self._had(sequence, 0))
        if found is not None:
            self.chain.update(found.chain)
            self._differ(sequence, JOURNAL, "changed", found.findings)
            self._place += found.postings - len(sequence.postings)
            return found.built_on
        difference = self._differ(sequence, JOURNAL, "changed", [])
        difference.is_header_right = is_header_right
        difference.count(sequence, self._missing())
        self.repairs.watch(difference, sequence, parts)
        return built_on

    def _missing(self) -> int:
        """Return how many postings more the chunk's row has than the books: as many were removed."""
        assert self._chunk is not None
        books = sum(
            len(one.postings) for one in self._sequences if self._chunk.first_seq <= one.seq <= self._chunk.last_seq
        )
        return len(self._chunk.sides) // (2 * SIDE_BYTES) - books

    def _had(self, sequence: Sequence, shift: int) -> list[tuple[int, bytes]]:
        return [self._told(self._place + shift + n, side) for n in range(len(sequence.postings)) for side in (0, 1)]

    def _as_the_log_has_it(self, sequence: Sequence, shift: int, chain: Chain, built_on: list[bytes]) -> list[bytes]:
        """Go on from what the log says its accounts had: something before it was changed, and was told of."""
        if not self.differences and not self.found.broken:
            what = "the log numbers the postings of its accounts otherwise than the books have them"
            self._finding(sequence.seq, f"journal {sequence.seq}", what)
        self._place += shift
        self.repairs.settle(sequence, built_on)
        self.chain.update(chain)
        self._agrees(sequence)
        return built_on

    # ── findings ────────────────────────────────────────────────────────────
    def _agrees(self, sequence: Sequence) -> None:
        self.agreed += 1
        self._batch = sequence.batch.first
        if self._differing and self._batch in self._differing:
            self._mixed.add(self._batch)

    def _differs(self, sequence: Sequence, kind: int, how: str) -> None:
        self._is_clean = False
        self._differ(sequence, kind, how, [])

    def _differ(self, sequence: Sequence, kind: int, how: str, findings: list[Told]) -> Difference:
        batch = sequence.batch
        self._differing.add(batch.first)
        if self._batch == batch.first:
            self._mixed.add(batch.first)
        self.differences.append(Difference(sequence.seq, kind, batch.first, batch.last, findings, how))
        return self.differences[-1]

    def _finding(self, seq: int | None, row: str, what: str, expected: str = "", found: str = "") -> None:
        self.found.broken += 1
        if len(self.found.findings) < KEPT:
            self.found.findings.append(
                Finding(CLAIM, self.source.lane, seq, row, what, expected, found, is_appended=True)
            )

    def _tell(self) -> None:
        """Turn differences into findings: one of a whole batch where every leaf of it differs, one of a header its leaves share."""
        self.repairs.end(self.source.log, self.found.upto)
        self.found.is_sure = not self.found.broken and all(
            one.is_restored or one.kind != JOURNAL for one in self.differences
        )
        authorities = {one.seq for one in self.differences if one.kind == AUTHORITY and one.how == "changed"}
        others = {one.seq for one in self.differences if one.kind != AUTHORITY}
        whole = self._whole_batches()
        for first, last in whole.items():
            what = (
                "changed: its instant, business date, pack, rules, code version or salt key; every leaf of it differs"
            )
            self._finding(first, f"batch {first} to {last}", what)
        for one in self.differences:
            is_of_both = one.seq in authorities & others  # then it is the header, which the other leaf tells of
            if one.batch not in whole and not (one.kind == AUTHORITY and is_of_both):
                for row, what, expected, found in one.told(is_of_both):
                    self._finding(one.seq, row, what, expected, found)
        self.found.findings.sort(key=lambda one: (one.seq is None, one.seq or 0))

    def _whole_batches(self) -> dict[int, int]:
        """Return the batches of several sequences of which no leaf agrees and nothing better is known."""
        found: dict[int, list[Difference]] = {}
        for one in self.differences:
            found.setdefault(one.batch, []).append(one)
        return {
            first: ones[0].last
            for first, ones in found.items()
            if len({one.seq for one in ones}) > 1 and first not in self._mixed
            and all(one.how == "changed" and not one.findings for one in ones)
        }  # fmt: skip


def _first_places(sequence: Sequence) -> Iterator[tuple[int, int]]:
    """Yield each account of a journal with the place of its first side."""
    accounts = [account for row in sequence.postings for account in row[2:4]]
    return ((account, accounts.index(account)) for account in dict.fromkeys(accounts))
