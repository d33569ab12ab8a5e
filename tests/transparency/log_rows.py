"""Rows of one small lane, as tests/golden/log.json commits to them."""

from datetime import UTC, date, datetime

from cunguan.kernel.leaf import PostingLeaf
from cunguan.transparency.derive import Batch, Done, Journal, Leaf, Numbered, Posted, act_leaf, leaves
from cunguan.transparency.leaf import AuthorityOpening, LeafType

KEY = b"k" * 32
BATCH = Batch(6, 9, datetime(2026, 3, 2, 1, 2, 3, 45, tzinfo=UTC), date(2026, 3, 2), "cn_p2p", 3, "hash", "1.2", 0)
HOLD = Done(1, 7, "bid-7", "bid_hold", 1, b'{"lender":"L7","amount_minor":60000}', b"{}")
FREEZE = Done(1, 8, "冻结-8", "account_suspension", 2, b'{"holder":"L7"}', b'{"state":"suspended"}')
WORD = AuthorityOpening(
    1, 7, 60000, "P", "L7", "bid_hold", "", "X1", "", "sandbox_ed25519", "k1", "00ff", "0a", "0b", "0c"
)
JOURNAL = Journal(
    "bid_hold",
    None,
    [
        Posted(PostingLeaf(1, 7, 0, 11, 13, 60000, 7, None), Numbered(1, b""), Numbered(5, b"\xab" * 32)),
        Posted(PostingLeaf(1, 7, 1, 13, -3, 1, None, 7), Numbered(6, b"\xcd" * 32), Numbered(2, b"\xef" * 32)),
    ],
)


def all_leaves() -> list[Leaf]:
    """Return a leaf of every shape."""
    return [
        *leaves(KEY, BATCH, HOLD, JOURNAL, WORD),
        *leaves(KEY, BATCH, FREEZE, None, None),
        act_leaf(KEY, LeafType.KEY, 3, b'{"act": "insert", "row": {}, "table": "door_key"}'),
    ]
