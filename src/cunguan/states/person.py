"""Person states (客户主体): one identity in lane 0, whatever accounts he has on whatever platforms.

A sanctions block outranks a lock, and when it is lifted the lock is looked at by a person: nothing opens by itself.

>>> PERSON.after("active", "lock")
'locked'
>>> PERSON.after("sanctioned", "sanction_cleared")
'locked'
"""

from cunguan.kernel.machine import Machine

PERSON = Machine(
    name="person",
    initial="active",
    moves={
        # from          event                 to
        ("active", "lock"): "locked",
        ("active", "sanction_found"): "sanctioned",
        ("active", "death_recorded"): "deceased",
        ("locked", "unlock"): "active",
        ("locked", "sanction_found"): "sanctioned",
        ("locked", "death_recorded"): "deceased",
        ("sanctioned", "sanction_cleared"): "locked",
        ("deceased", "death_withdrawn"): "locked",  # recorded of the wrong person
    },
    final=frozenset(),
)
