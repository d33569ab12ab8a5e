"""Case states (案件): what an officer of risk or of anti-money-laundering looks into.

>>> CASE.after("in_review", "escalated")
'escalated'
>>> CASE.after("escalated", "reported")
'reported'
"""

from cunguan.kernel.machine import Machine

CASE = Machine(
    name="case",
    initial="open",
    moves={
        # from                    event                  to
        ("open", "taken"): "in_review",
        ("in_review", "information_asked"): "awaiting_information",
        ("awaiting_information", "information_given"): "in_review",
        ("awaiting_information", "term_over"): "in_review",
        ("in_review", "escalated"): "escalated",
        ("in_review", "cleared"): "closed",
        ("escalated", "sent_back"): "in_review",
        ("escalated", "reported"): "reported",  # to the authority; the subject never learns of it
        ("escalated", "cleared"): "closed",
        ("reported", "closed"): "closed",
        ("closed", "reopened"): "in_review",
    },
    final=frozenset(),
)
