"""Unclaimed money states (久悬未取): balances of owners who are not found, account 2310; never anybody's income.

>>> UNCLAIMED.after("unclaimed", "owner_returned")
'given_back'
"""

from cunguan.kernel.machine import Machine

UNCLAIMED = Machine(
    name="unclaimed",
    initial="unclaimed",
    moves={
        # from           event                    to
        ("unclaimed", "given_back_in_part"): "unclaimed",
        ("unclaimed", "owner_returned"): "given_back",
        ("unclaimed", "handed_to_authority"): "handed_over",  # where the law says so, with its receipt
        ("handed_over", "authority_returned"): "unclaimed",
    },
    final=frozenset({"given_back"}),
)
