"""Report (证明报告): run every claim over every lane, while the plane goes on writing.

When    `cunguan prove`, the end of the demo, a drill
Reads   each lane from sequence 1 to its head in chunks; then the rows that change, page by page, each compared at the
        head it was read at; so the proof ends a little past the head it began with, and every lane says where
Returns Report; holds when no row breaks any claim. The digest is SHA-256 over the recomputed books: lane by lane, the
        postings in order, then every account's sum. Two databases with the same books have the same digest
Errors  UnknownPlatform, PastHead: the question cannot be answered; the caller's to correct
Source  design/lanes.md 16, 19 and 21
"""

import hashlib
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import starmap

from msgspec.structs import replace

from cunguan.prove.approvals import Approvals
from cunguan.prove.authority import Authority
from cunguan.prove.balances import Balances
from cunguan.prove.batches import Batches
from cunguan.prove.bids import Bids
from cunguan.prove.bodies import Bodies
from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.claim_register import ClaimRegister
from cunguan.prove.corrections import Corrections
from cunguan.prove.cover import Cover
from cunguan.prove.exits import Exits
from cunguan.prove.fees import Fees
from cunguan.prove.findings import KEPT, Finding, PoolTerms, Proof, Report, Result
from cunguan.prove.firm import Firm
from cunguan.prove.freezes import Freezes
from cunguan.prove.holds import Holds
from cunguan.prove.journals import Journals
from cunguan.prove.limits import Limits
from cunguan.prove.listings import Listings
from cunguan.prove.outgoing import Outgoing
from cunguan.prove.papers import Papers
from cunguan.prove.postings import Postings
from cunguan.prove.reading import Chunk, Page, Reader
from cunguan.prove.running_balances import RunningBalances
from cunguan.prove.sequence import Sequence
from cunguan.prove.state_moves import StateMoves
from cunguan.prove.suspense import Suspense
from cunguan.prove.transit import Transit

#: in this order: a claim may read what those before it have recomputed
CLAIMS: tuple[type[Claim], ...] = (
    Sequence, Batches, Journals, Postings, RunningBalances, Balances, Holds, Freezes, Transit, Suspense, ClaimRegister,
    Listings, Bodies, Authority, Exits, Fees, StateMoves, Limits, Corrections, Firm, Cover, Bids,
    Outgoing, Papers, Approvals,
)  # fmt: skip

#: what is told while a proof runs: what is being done, how far, of how much
Progress = Callable[[str, int, int], None]
PROGRESS_SECONDS = 2.0

_POSTING = struct.Struct(">qiqqqqqqq").pack
_BALANCE = struct.Struct(">qq").pack


class UnknownPlatform(LookupError):
    """No lane of this database belongs to the platform."""


class PastHead(ValueError):
    """The sequence is not in the lane yet."""


def prove(
    url: str, *, platform: str | None = None, as_of: int | None = None, progress: Progress | None = None
) -> Report:
    """Prove one platform's lane, or all; as_of is a sequence of one lane, so it needs the platform.

    With an as_of before the head only what history can say is compared; each result names what was not.
    """
    if as_of is not None and platform is None:
        raise PastHead("a sequence belongs to one lane: name the platform")
    started = time.monotonic()
    reader, ahead = Reader(url), Reader(url)
    try:
        lanes = _lanes(reader, platform)
        proofs = [_Lane(lane, name, reader, ahead, _Told(progress)).prove(head, as_of) for lane, name, head in lanes]
    finally:
        reader.close()
        ahead.close()
    claims = [result for lane in proofs for result in lane.results]
    whole = hashlib.sha256("".join(f"{lane.proof.lane} {lane.proof.digest}\n" for lane in proofs).encode())
    return Report(
        all(result.holds for result in claims), whole.hexdigest(), [lane.proof for lane in proofs], claims,
        [pool for lane in proofs for pool in lane.pools], [gap for lane in proofs for gap in lane.gaps],
        round(time.monotonic() - started, 3),
    )  # fmt: skip


def _lanes(reader: Reader, platform: str | None) -> list[tuple[int, str, int]]:
    rows = reader.ask(
        "SELECT lane, coalesce(platform, ''), head FROM lane LEFT JOIN lane_day USING (lane) "
        "WHERE %s::text IS NULL OR platform = %s ORDER BY lane",
        platform, platform,
    )  # fmt: skip
    if platform is not None and not rows:
        raise UnknownPlatform(f"no lane belongs to {platform}")
    return [(lane, name, head) for lane, name, head in rows]


class _Told:
    """Tells how far a proof is, not more often than it is worth."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._last = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self._progress is not None and now - self._last >= PROGRESS_SECONDS:
            self._last = now
            self._progress(what, done, total)


class _Lane:
    """The proof of one lane."""

    def __init__(self, lane: int, platform: str, reader: Reader, ahead: Reader, told: _Told) -> None:
        self.lane, self.platform = lane, platform
        self.reader, self.ahead, self.told = reader, ahead, told
        self.books = Books(lane, reader)
        self.claims = [claim(self.books) for claim in CLAIMS]
        self.results = [Result(claim.name, lane, claim.says) for claim in self.claims]
        self.postings = self._signatures = 0
        self._hash = hashlib.sha256()

    def prove(self, head: int, as_of: int | None) -> "_Lane":
        """Read the lane, compare, end; return itself."""
        if as_of is not None and not 0 <= as_of <= head:
            raise PastHead(f"the head of {self.platform or self.lane} is {head}, not {as_of}")
        upto = head if as_of is None else as_of
        self._advance(upto)
        for claim, result in zip(self.claims, self.results, strict=True):
            for of in claim.pages:
                if upto < head:
                    result.not_compared.append(f"{of.name}: it shows the head {head}, not {upto}")
                    continue
                for page in self.reader.pages(self.lane, of):
                    self.told(f"lane {self.lane}: comparing {of.name}", self.books.head, page.head)
                    self._compare(claim, result, page)
        for claim, result in zip(self.claims, self.results, strict=True):
            _take(result, claim.end())
            result.checked = claim.checked
        self.proof = Proof(self.lane, self.platform, self.books.head, self.postings, self._digest())
        return self

    @property
    def pools(self) -> list[PoolTerms]:
        """Return the three numbers of each pool."""
        return [pool for claim in self.claims if isinstance(claim, Cover) for pool in claim.pools]

    @property
    def gaps(self) -> list[str]:
        """Return the gaps that an epoch declared."""
        return [gap for claim in self.claims if isinstance(claim, Sequence) for gap in claim.gaps]

    def _compare(self, claim: Claim, result: Result, page: Page) -> None:
        self._advance(page.head)
        _take(result, claim.compare(page))

    def _advance(self, upto: int) -> None:
        """Read on to a sequence; the next chunk is fetched while one is looked at."""
        for chunk in self._chunks(upto):
            self.books.begin_days(chunk.batches)
            self.books.learn({*chunk.columns[2], *chunk.columns[3]})
            for claim, result in zip(self.claims, self.results, strict=True):
                _take(result, (replace(finding, is_appended=True) for finding in claim.read(chunk)))
            self._hash.update(b"".join(starmap(_POSTING, chunk.postings)))
            self.postings += len(chunk.postings)
            self._signatures += len(chunk.authorities)
            self.books.head = chunk.last
            what = f"lane {self.lane}: {self.postings} postings and {self._signatures} signatures, sequence"
            self.told(what, chunk.last, upto)

    def _chunks(self, upto: int) -> Iterator[Chunk]:
        first = self.books.head + 1
        if first > upto:
            return
        with ThreadPoolExecutor(1) as fetching:
            following = fetching.submit(self.ahead.chunk, self.lane, first, upto)
            while True:
                chunk = following.result()
                if chunk.last < upto:
                    following = fetching.submit(self.ahead.chunk, self.lane, chunk.last + 1, upto)
                yield chunk
                if chunk.last >= upto:
                    return

    def _digest(self) -> str:
        self._hash.update(
            b"".join(_BALANCE(account, self.books.balance(account)) for account in sorted(self.books.after))
        )
        return self._hash.hexdigest()


def _take(result: Result, findings: Iterator[Finding]) -> None:
    """Count findings and keep the first, in the order of their sequences.

    Rows so broken that a claim cannot even be computed break it as well: the proof goes on and says so.
    """
    found: list[Finding] = []
    try:
        found.extend(findings)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as wrong:
        what = f"the claim cannot be computed from these rows: {type(wrong).__name__} {wrong}"
        found.append(Finding(result.claim, result.lane, None, "rows", what))
    found.sort(key=lambda finding: (finding.seq is None, finding.seq or 0))
    result.broken += len(found)
    result.findings += found[: KEPT - len(result.findings)]
