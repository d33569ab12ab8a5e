"""Party states (身份档案): whether it is known who somebody is: a client, an owner of a company, a person of the custodian's.

`in_review`: a list has a name like his, a check did not answer, or a company's owners do not add up: two people decide. `due`: what was
checked is too old; he goes on being served, and appears on the list of those to be checked again.

>>> PARTY.after("collecting", "checked")
'verified'
>>> PARTY.may("refused", "checked")
False
"""

from cunguan.kernel.machine import Machine

PARTY = Machine(
    name="party",
    initial="collecting",
    moves={
        # from         event        to
        ("collecting", "checked"):  "verified",
        ("collecting", "doubted"):  "in_review",
        ("collecting", "refused"):  "refused",
        ("verified",   "fell_due"): "due",
        ("verified",   "doubted"):  "in_review",
        ("verified",   "checked"):  "verified",
        ("due",        "checked"):  "verified",
        ("due",        "doubted"):  "in_review",
        ("in_review",  "cleared"):  "verified",
        ("in_review",  "refused"):  "refused",
        ("verified",   "ended"):    "ended",
        ("due",        "ended"):    "ended",
        ("in_review",  "ended"):    "ended",
    },
    final=frozenset({"refused", "ended"}),
)  # fmt: skip
