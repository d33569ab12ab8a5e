"""Proposal states (提案): an act of the custodian that one person asks for and others sign.

`open` collects signatures; `approved` has its quorum and is being done; `done`, or `refused` by a person or by the books. A
proposal whose outcome is not known stays `approved` and is asked again: its id makes that safe.

>>> PROPOSAL.after("open", "quorum_reached")
'approved'
>>> PROPOSAL.may("approved", "edited")
False
"""

from cunguan.kernel.machine import Machine

PROPOSAL = Machine(
    name="proposal",
    initial="open",
    moves={
        # from        event                to
        ("open",      "edited"):           "open",       # a new version; the signatures of the old one count no more
        ("open",      "quorum_reached"):   "approved",
        ("open",      "refused"):          "refused",
        ("open",      "withdrawn"):        "withdrawn",
        ("open",      "expired"):          "expired",
        ("open",      "maker_left"):       "voided",     # who asked for it may not ask for it any more
        ("approved",  "outcome_unknown"):  "approved",
        ("approved",  "done"):             "done",
        ("approved",  "refused_by_books"): "refused",
    },
    final=frozenset({"done", "refused", "withdrawn", "expired", "voided"}),
)  # fmt: skip
