"""Platform file states (平台尽职调查): what the custodian knows of a platform before and while it keeps its clients' money.

>>> PLATFORM_FILE.after("reported", "accepted")
'accepted'
>>> PLATFORM_FILE.after("due", "reported")
'reported'
"""

from cunguan.kernel.machine import Machine

PLATFORM_FILE = Machine(
    name="platform_file",
    initial="collecting",
    moves={
        # from         event         to
        ("collecting", "reported"):  "reported",
        ("reported",   "accepted"):  "accepted",
        ("reported",   "sent_back"): "collecting",
        ("reported",   "refused"):   "refused",
        ("accepted",   "fell_due"):  "due",
        ("accepted",   "reported"):  "reported",  # something has changed before it was due
        ("due",        "reported"):  "reported",
        ("accepted",   "ended"):     "ended",
        ("due",        "ended"):     "ended",
    },
    final=frozenset({"refused", "ended"}),
)  # fmt: skip
