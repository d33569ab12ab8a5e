"""Suspense item states (挂账): received money with no owner yet, a return (退汇) not yet re-credited, a parked break.

It is client money all the while: allocated, sent back to its source or unclaimed in the end, never written off.

>>> SUSPENSE_ITEM.after("open", "allocated")
'allocated'
>>> SUSPENSE_ITEM.after("returning", "timed_out")
'return_in_doubt'
"""

from cunguan.kernel.machine import Machine

SUSPENSE_ITEM = Machine(
    name="suspense_item",
    initial="open",
    moves={
        # from               event                  to
        ("open", "allocated_in_part"): "open",
        ("open", "allocated"): "allocated",
        ("open", "became_unclaimed"): "unclaimed",
        ("open", "return_sent"): "returning",
        ("returning", "bank_confirmed"): "returned_to_source",
        ("returning", "bank_rejected"): "open",
        ("returning", "timed_out"): "return_in_doubt",
        ("return_in_doubt", "bank_confirmed"): "returned_to_source",
        ("return_in_doubt", "bank_rejected"): "open",
        ("unclaimed", "owner_found"): "open",
    },
    final=frozenset({"allocated", "returned_to_source"}),
)
