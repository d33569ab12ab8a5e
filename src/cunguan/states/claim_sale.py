"""Claim sale states (债权转让): a share of a claim offered to others.

>>> CLAIM_SALE.after("open", "sold_in_part")
'open'
>>> CLAIM_SALE.after("open", "sold_in_full")
'sold'
"""

from cunguan.kernel.machine import Machine

CLAIM_SALE = Machine(
    name="claim_sale",
    initial="open",
    moves={
        # from    event             to
        ("open", "sold_in_part"): "open",
        ("open", "sold_in_full"): "sold",
        ("open", "cancelled"): "cancelled",
        ("open", "expired"): "expired",
        ("open", "claim_ended"): "lapsed",  # repaid or compensated before anybody bought
    },
    final=frozenset({"sold", "cancelled", "expired", "lapsed"}),
)
