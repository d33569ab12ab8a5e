"""Complaint states (投诉): from the day it is received to the answer, and beyond it.

>>> COMPLAINT.after("received", "acknowledged")
'acknowledged'
>>> COMPLAINT.after("answered", "appealed")
'in_work'
"""

from cunguan.kernel.machine import Machine

COMPLAINT = Machine(
    name="complaint",
    initial="received",
    moves={
        # from               event               to
        ("received", "acknowledged"): "acknowledged",
        ("received", "withdrawn"): "withdrawn",
        ("acknowledged", "taken"): "in_work",
        ("acknowledged", "withdrawn"): "withdrawn",
        ("in_work", "client_asked"): "awaiting_client",
        ("in_work", "answered"): "answered",
        ("in_work", "withdrawn"): "withdrawn",
        ("awaiting_client", "client_replied"): "in_work",
        ("awaiting_client", "term_over"): "in_work",
        ("awaiting_client", "withdrawn"): "withdrawn",
        ("answered", "appealed"): "in_work",
        ("answered", "referred"): "referred",  # to the regulator, an ombudsman or a court
        ("answered", "accepted"): "closed",
        ("answered", "term_over"): "closed",
        ("referred", "decided"): "closed",
    },
    final=frozenset({"withdrawn", "closed"}),
)
