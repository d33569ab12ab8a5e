"""Break states (差错): a difference that a reconciliation found.

A break has an owner, a type and an age, and ends by an entry, by the missing line or by an evidence note, never by
time. One that comes again is a new break that names the old one.

>>> BREAK.after("owned", "timing_explained")
'timing'
>>> BREAK.after("timing", "line_matched")
'closed'
"""

from cunguan.kernel.machine import Machine

BREAK = Machine(
    name="break",
    initial="open",
    moves={
        # from      event                 to
        ("open", "owner_named"): "owned",
        ("open", "line_seen_elsewhere"): "timing",  # the run itself saw it on another date
        ("open", "line_matched"): "closed",
        ("owned", "owner_named"): "owned",
        ("owned", "timing_explained"): "timing",
        ("owned", "line_seen_elsewhere"): "timing",
        ("owned", "line_matched"): "closed",
        ("owned", "entry_posted"): "closed",
        ("owned", "evidence_noted"): "closed",
        ("timing", "line_matched"): "closed",
        ("timing", "entry_posted"): "closed",
        ("timing", "evidence_noted"): "closed",
        ("timing", "aged"): "owned",  # the line did not come when it should have
    },
    final=frozenset({"closed"}),
)
