"""Client debt states (客户欠款): money already used whose deposit the channel took back; account 1040.

>>> CLIENT_DEBT.after("owed", "repaid_in_part")
'owed'
>>> CLIENT_DEBT.after("owed", "repaid_in_full")
'repaid'
"""

from cunguan.kernel.machine import Machine

CLIENT_DEBT = Machine(
    name="client_debt",
    initial="owed",
    moves={
        # from    event               to
        ("owed", "repaid_in_part"): "owed",
        ("owed", "repaid_in_full"): "repaid",
        ("owed", "firm_bore_it"): "borne",  # the firm's loss, never the other clients'
    },
    final=frozenset({"repaid", "borne"}),
)
