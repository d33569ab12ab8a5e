"""Claim states (债权): what one creditor may still ask of one listing's borrower.

>>> CLAIM.after("active", "settled_in_full")
'settled'
>>> CLAIM.after("on_sale", "sold_in_full")
'assigned'
"""

from cunguan.kernel.machine import Machine

CLAIM = Machine(
    name="claim",
    initial="active",
    moves={
        # from           event                      to
        ("active", "repaid_in_part"): "active",
        ("active", "settled_in_full"): "settled",
        ("active", "put_on_sale"): "on_sale",
        ("active", "compensated_in_part"): "active",
        ("active", "compensated_in_full"): "compensated",
        ("active", "disbursement_reversed"): "reversed",
        ("on_sale", "repaid_in_part"): "on_sale",
        ("on_sale", "settled_in_full"): "settled",
        ("on_sale", "sale_ended"): "active",
        ("on_sale", "sold_in_part"): "on_sale",
        ("on_sale", "sold_in_full"): "assigned",
        ("on_sale", "compensated_in_part"): "on_sale",
        ("on_sale", "compensated_in_full"): "compensated",
        ("settled", "repayment_reversed"): "active",
        ("assigned", "assignment_reversed"): "active",
        ("active", "inherited"): "assigned",  # it is the heir's; also one whose interest alone is still to come
        ("settled", "inherited"): "assigned",
        ("compensated", "compensation_reversed"): "active",
        ("settled", "ended"): "ended",  # 结束债权: nothing is outstanding of it, and nothing can come back
        ("assigned", "ended"): "ended",
        ("compensated", "ended"): "ended",
    },
    final=frozenset({"reversed", "ended"}),
)
