"""Reservation states (额度预留): a part of a limit across platforms, set aside in lane 0 for one instruction elsewhere.

It never lapses by time alone: the review date brings it before a person.

>>> RESERVATION.after("reserved", "listing_registered")
'confirmed'
>>> RESERVATION.after("confirmed", "given_back")
'released'
"""

from cunguan.kernel.machine import Machine

RESERVATION = Machine(
    name="reservation",
    initial="reserved",
    moves={
        # from         event                   to
        ("reserved", "listing_registered"): "confirmed",
        ("reserved", "given_back"): "released",  # refused in the platform's lane
        ("reserved", "reviewed"): "reserved",
        ("confirmed", "given_back_in_part"): "confirmed",  # principal repaid
        ("confirmed", "given_back"): "released",
    },
    final=frozenset({"released"}),
)
