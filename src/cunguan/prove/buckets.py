"""Buckets (分户明细): money set aside by one instruction; what it takes in, gives back and pays on.

When    a claim about held, outbound or uncleared money reads postings
Shape   a bucket is (account, sequence of the instruction that opened it); a posting names it in `opened`
Source  domain-decisions.md 2, 8; invariants 5, 6, 7
"""

from collections.abc import Iterator

from cunguan.prove.books import RETURNS_TO, Books, Bucket
from cunguan.prove.reading import Chunk

#: sequence, line, what is wrong, expected, found
Wrong = tuple[int, int, str, object, object]


def flow(books: Books, chunk: Chunk, codes: tuple[str, ...]) -> Iterator[Wrong]:
    """Follow a chunk's postings through the buckets of some codes; yield what no bucket can do."""
    ours = books.having(*codes)
    buckets = books.buckets
    owners = books.owners
    for row in chunk.postings:
        if row[3] not in ours and row[2] not in ours:
            continue
        seq, line, debit, credit, amount, _, _, authority, opened = row
        if credit in ours:
            if not 0 < opened <= seq:
                what = f"money comes to {books.name(credit)}, and nothing says what opened it"
                yield seq, line, what, seq, opened or "nothing"
            elif (bucket := buckets.get((credit, opened))) is None:
                buckets[credit, opened] = Bucket(amount, debit, authority)
            elif opened == seq:
                bucket.added += amount  # one journal may bring it by several postings
            else:
                bucket.added += amount
                yield seq, line, f"what {opened} opened on {books.name(credit)} grows: its amount is fixed", 0, amount
        if debit in ours:
            bucket = buckets.get((debit, opened))
            if (
                bucket is None
                or amount > bucket.added - bucket.captured - bucket.released
                or owners.get(credit) == owners[debit]
                or credit == bucket.against
            ):
                yield from _takes(books, seq, line, debit, credit, amount, opened)
            else:
                _captures(bucket, credit, seq, amount)


def _takes(books: Books, seq: int, line: int, debit: int, credit: int, amount: int, opened: int) -> Iterator[Wrong]:
    bucket = books.buckets.get((debit, opened))
    if bucket is None:
        yield seq, line, f"it takes from {books.name(debit)} what nothing opened there", "a hold", opened or "nothing"
        return
    if amount > bucket.remaining:
        yield (
            seq,
            line,
            f"it takes more than is left of what {opened} opened on {books.name(debit)}",
            bucket.remaining,
            amount,
        )
    if _returns(books, debit, credit, bucket):
        bucket.released += amount
        return
    _captures(bucket, credit, seq, amount)


def _captures(bucket: Bucket, credit: int, seq: int, amount: int) -> None:
    bucket.captured += amount
    if bucket.payees is None:
        bucket.payees = {credit: seq}
        return
    if not isinstance(bucket.payees, dict):
        bucket.payees = dict(bucket.paid_to())
    bucket.payees.setdefault(credit, seq)
    if bucket.captured + bucket.released == bucket.added:
        bucket.close()


def _returns(books: Books, debit: int, credit: int, bucket: Bucket) -> bool:
    giver, taker = books.accounts[debit], books.accounts.get(credit)
    to = RETURNS_TO.get(giver.code)
    if to == "":
        return credit == bucket.against
    return taker is not None and taker.owner == giver.owner and taker.code == to
