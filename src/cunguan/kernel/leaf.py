"""Leaf inputs (留痕叶): what the log will commit to for each posting, fixed now so that nothing stored must change.

Shape   place (lane, seq, line), salt, canonical bytes of the posting; a pure function of committed rows and a key
Source  design/lanes.md 22 and "Formats that last"; tests/golden/leaf.json
"""

import hashlib
import hmac

import msgspec

from cunguan.kernel.canonical import canonical_bytes


class PostingLeaf(msgspec.Struct, frozen=True):
    """A posting as the log sees it: the columns of its row, without the balances after it."""

    lane: int
    seq: int
    line: int
    debit_account: int
    credit_account: int
    amount_minor: int
    authority: int | None
    opened: int | None


def leaf_bytes(posting: PostingLeaf) -> bytes:
    r"""Return the canonical bytes of a posting.

    >>> leaf_bytes(PostingLeaf(1, 7, 0, 11, 13, 60000, 7, 7))
    b'posting\n1\n{"lane":1,"seq":7,"line":0,"debit_account":11,"credit_account":13,"amount_minor":60000,"authority":7,"opened":7}'
    """
    return canonical_bytes("posting", 1, posting)


def leaf_salt(key: bytes, lane: int, seq: int, line: int) -> bytes:
    """Return the salt of one posting's commitment: HMAC-SHA-256 of its place under the batch's salt key."""
    return hmac.new(key, b"%d\n%d\n%d" % (lane, seq, line), hashlib.sha256).digest()
