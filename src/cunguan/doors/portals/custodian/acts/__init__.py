"""Acts of the custodian that are no instruction (非指令事项), and stand under makers' and checkers' signatures: one file an act.

Shape   each module holds KIND, RESOURCE (desks/approvals/permitted.py), LABEL, Body: a message whose fields are filled in, and
        do(done: Doing) -> Outcome, which does it once, whatever is asked how often. It may hold check(body, reader, now), which
        refuses what cannot be so; amount(body); QUORUM, where more than one checker is needed; may_sign(body, user); LANE
"""
