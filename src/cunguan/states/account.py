"""Account states (账户): a holder account, of one person or company in one role on one platform, or of the platform.

`locked` is 账户锁定: no debit the client initiates; credits, legal debits and due repayments under a live mandate go
on. A lock that meets an account still under review is kept apart, so that unlocking does not pass the review.

>>> ACCOUNT.after("active", "lock")
'locked'
>>> ACCOUNT.after("review_locked", "unlock")
'pending_review'
>>> ACCOUNT.after("closed", "lock")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: account: closed does not take lock
"""

from cunguan.kernel.machine import Machine

ACCOUNT = Machine(
    name="account",
    initial="pending_review",
    begins=frozenset({"active", "imported"}),  # persons; clients taken over from another custodian
    moves={
        # from                 event                 to
        ("pending_review", "reviewed"): "active",
        ("pending_review", "documents_asked"): "documents_missing",
        ("pending_review", "review_refused"): "refused",
        ("pending_review", "lock"): "review_locked",
        ("documents_missing", "documents_given"): "pending_review",
        ("documents_missing", "review_refused"): "refused",
        ("documents_missing", "lock"): "review_locked",
        ("review_locked", "unlock"): "pending_review",
        ("imported", "client_confirmed"): "active",
        ("imported", "lock"): "import_locked",
        ("import_locked", "unlock"): "imported",
        ("active", "lock"): "locked",
        ("active", "suspend"): "suspended",
        ("active", "became_dormant"): "dormant",
        ("active", "close_asked"): "closing",
        ("active", "death_recorded"): "succession",
        ("locked", "unlock"): "active",
        ("locked", "death_recorded"): "succession",
        ("suspended", "resume"): "active",
        ("suspended", "lock"): "locked",
        ("suspended", "close_asked"): "closing",
        ("suspended", "death_recorded"): "succession",
        ("dormant", "client_returned"): "active",
        ("dormant", "lock"): "locked",
        ("dormant", "close_asked"): "closing",
        ("dormant", "death_recorded"): "succession",
        ("closing", "close_withdrawn"): "active",
        ("closing", "lock"): "locked",
        ("closing", "death_recorded"): "succession",
        ("closing", "closed"): "closed",
        ("succession", "death_withdrawn"): "locked",  # recorded of the wrong person
        ("succession", "heirs_satisfied"): "closed",
    },
    final=frozenset({"refused", "closed"}),
)
