"""Fee consent states (收费确认): one client's confirmation of one version of a fee schedule.

>>> FEE_CONSENT.after("active", "superseded")
'superseded'
"""

from cunguan.kernel.machine import Machine

FEE_CONSENT = Machine(
    name="fee_consent",
    initial="active",
    begins=frozenset({"waiting"}),  # confirmed before the notice period of the version is over
    moves={
        # from       event               to
        ("waiting", "notice_ended"): "active",
        ("waiting", "withdrawn"): "withdrawn",
        ("active", "superseded"): "superseded",
        ("active", "withdrawn"): "withdrawn",
        ("active", "schedule_ended"): "ended",
    },
    final=frozenset({"superseded", "withdrawn", "ended"}),
)
