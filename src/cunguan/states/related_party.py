"""Related party states (关联方): a person who is the platform itself or its affiliate, as far as the custodian was told.

>>> RELATED_PARTY.after("related", "ended")
'ended'
"""

from cunguan.kernel.machine import Machine

RELATED_PARTY = Machine(
    name="related_party",
    initial="related",
    moves={
        # from       event           to
        ("related", "ended"): "ended",
        ("ended", "related_again"): "related",
    },
    final=frozenset(),
)
