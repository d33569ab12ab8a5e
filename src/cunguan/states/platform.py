"""Platform states (平台): the custodian's contract with one platform, which is one lane.

A suspended platform asks for nothing new; its clients still withdraw and are still repaid. Terminating lasts until no
client money is left.

>>> PLATFORM.after("registered", "activated")
'active'
>>> PLATFORM.after("terminating", "emptied")
'terminated'
"""

from cunguan.kernel.machine import Machine

PLATFORM = Machine(
    name="platform",
    initial="registered",
    begins=frozenset({"active"}),  # both names stood under the registration
    moves={
        # from           event                    to
        ("registered", "activated"): "active",
        ("registered", "refused"): "refused",
        ("active", "suspended"): "suspended",
        ("active", "termination_noticed"): "terminating",
        ("suspended", "resumed"): "active",
        ("suspended", "termination_noticed"): "terminating",
        ("terminating", "emptied"): "terminated",
    },
    final=frozenset({"refused", "terminated"}),
)
