"""Contract states (存管合同版本): one version of what platform and custodian have agreed.

>>> CONTRACT.after("in_force", "superseded")
'superseded'
"""

from cunguan.kernel.machine import Machine

CONTRACT = Machine(
    name="contract",
    initial="in_force",
    moves={
        # from       event          to
        ("in_force", "superseded"): "superseded",
        ("in_force", "terminated"): "terminated",
        ("in_force", "lapsed"):     "lapsed",
    },
    final=frozenset({"superseded", "terminated", "lapsed"}),
)  # fmt: skip
