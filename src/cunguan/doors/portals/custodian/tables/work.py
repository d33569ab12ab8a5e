"""The work queues (待办): what waits for a person."""

from typing import Final

from django.utils.translation import gettext_noop as _

from cunguan.doors.portals.custodian.tables import Column, Filter, Table

BY_LANE: Final = Filter("lane", _("Lane"))
PLATFORM: Final = Column(_("Platform"), "platform")
LANE: Final = Column(_("Lane"), "lane", "number")
AGE: Final = Column(_("Age in days"), "age_days", "number")
STATE: Final = Column(_("State"), "state", "state")
WORK: Final = "work"
BREAK_STATES: Final = (("open", _("open")), ("closed", _("closed")), ("all", _("all")))

TABLES: Final = (
    Table(
        "breaks", _("Breaks"), _("Differences the reconciliations found; what stops a platform first, then the oldest."), "console_breaks",
        (
            Column(_("Break"), "id", "code", "custodian:break", ("lane", "id")), Column(_("What differs"), "code", "break"),
            PLATFORM, Column(_("Subject"), "subject"), Column(_("At risk"), "at_risk_minor", "money"), AGE,
            STATE, Column(_("Owner"), "owner"),
        ),
        ("worst", "since", "lane", "id"), WORK,
        (Filter("state", _("State"), BREAK_STATES, "open"), BY_LANE, Filter("owner", _("Owner")), Filter("code", _("Code"))),
        empty=_("No break is open. The books and the banks agree, or the difference is explained."),
    ),
    Table(
        "suspense", _("Suspense"), _("Money nobody is known to own yet, the oldest first."), "console_suspense",
        (
            Column(_("Item"), "id", "code", "custodian:suspense", ("lane", "id")), PLATFORM, Column(_("Account"), "code", "account"),
            Column(_("Left"), "left_minor", "money"), Column(_("Since"), "received_date", "date"), AGE,
            Column(_("Bank reference"), "reference", "code"), STATE,
        ),
        ("received_date", "lane", "seq"), WORK, (BY_LANE,), {"returns": False},
        empty=_("Nothing is in suspense: everybody's money is known to be theirs."),
    ),
    Table(
        "returns", _("Returned payments"), _("Payments the payee's bank sent back, and that have not gone to their client again."), "console_suspense",
        (
            Column(_("Item"), "id", "code", "custodian:suspense", ("lane", "id")), PLATFORM,
            Column(_("Whose payment"), "owner", "code", "custodian:holder", ("lane", "owner")),
            Column(_("Left"), "left_minor", "money"), Column(_("Since"), "received_date", "date"), AGE,
            Column(_("Bank reference"), "reference", "code"), STATE,
        ),
        ("received_date", "lane", "seq"), WORK, (BY_LANE,), {"returns": True}, empty=_("No returned payment waits."),
    ),
    Table(
        "payments", _("Payments under way"), _("Payments to banks that have no end yet."), "console_payments",
        (
            Column(_("Payment"), "id", "code", "custodian:payment", ("lane", "id")), PLATFORM, Column(_("Bank"), "channel"),
            Column(_("Amount"), "amount_minor", "money"), Column(_("Whose"), "holder", "code", "custodian:holder", ("lane", "holder")),
            Column(_("End-to-end id"), "end_to_end_id", "code"), Column(_("Since"), "since", "instant"), STATE,
        ),
        ("lane", "seq", "id"), WORK,
        (
            Filter(
                "state", _("State"),
                (
                    ("all", _("all")), ("waiting", _("waiting")), ("sending", _("sending")), ("sent", _("sent")), ("in_doubt", _("in_doubt")),
                ), "all",
            ), BY_LANE,
        ), {"log": False}, empty=_("No payment is under way."),
    ),
    Table(
        "in-doubt", _("Payments in doubt"), _("Nobody knows whether the bank paid: the state is left only by the bank's word or by two people's."),
        "console_payments",
        (
            Column(_("Payment"), "id", "code", "custodian:payment", ("lane", "id")), PLATFORM, Column(_("Bank"), "channel"),
            Column(_("Amount"), "amount_minor", "money"), Column(_("Whose"), "holder", "code", "custodian:holder", ("lane", "holder")),
            Column(_("End-to-end id"), "end_to_end_id", "code"), Column(_("Since"), "since", "instant"), STATE,
        ),
        ("lane", "seq", "id"), WORK, (BY_LANE,), {"state": "in_doubt", "log": False}, empty=_("No payment is in doubt."),
    ),
    Table(
        "log-waits", _("Payments waiting for the log"), _("They leave once the log that witnesses watch holds their authority."), "console_payments",
        (
            Column(_("Payment"), "id", "code", "custodian:payment", ("lane", "id")), PLATFORM, Column(_("Bank"), "channel"),
            Column(_("Amount"), "amount_minor", "money"), Column(_("Waits since"), "waits_since", "instant"),
            Column(_("Why"), "waits_why"),
        ),
        ("lane", "seq", "id"), WORK, (BY_LANE,), {"state": "all", "log": True}, empty=_("No payment waits for the log."),
    ),
    Table(
        "quarantine", _("Quarantined instructions"), _("What our own mistakes have stopped; two people have it decided again, or refuse it."),
        "console_quarantined",
        (
            Column(_("Instruction"), "id", "code", "custodian:journal", ("lane", "seq")), PLATFORM, Column(_("Kind"), "kind", "kind"),
            Column(_("Since"), "since", "instant"), Column(_("What became of it"), "outcome", "state"),
        ),
        ("lane", "seq"), WORK, (BY_LANE,), empty=_("Nothing is quarantined."),
    ),
    Table(
        "reviews", _("Openings to review"), _("Companies and clients whose opening waits for a person of ours."), "console_reviews",
        (
            Column(_("Account"), "id", "code", "custodian:holder", ("lane", "id")), PLATFORM,
            Column(_("Person"), "person", "code", "custodian:person", ("person",)), Column(_("Kind"), "kind", "word"),
            Column(_("Role"), "role", "word"), STATE,
        ),
        ("lane", "id"), WORK, (BY_LANE,), empty=_("No opening waits for a review."),
    ),
    Table(
        "cards", _("Cards to review"), _("Cards whose binding somebody has to look at, the oldest first."), "console_cards",
        (
            Column(_("Card"), "id", "code"), PLATFORM, Column(_("Whose"), "holder", "code", "custodian:holder", ("lane", "holder")),
            Column(_("Since"), "bound_date", "date"), AGE, STATE,
        ),
        ("bound_date", "lane", "id"), WORK, (BY_LANE,), empty=_("No card waits for a review."),
    ),
    Table(
        "check-files", _("Check files not confirmed"), _("Dates whose check file its platform has not confirmed."), "console_check_files",
        (
            Column(_("Date"), "business_date", "date"), LANE, PLATFORM, Column(_("Issued"), "issued_at", "instant"),
            Column(_("Rows"), "row_count", "number"), Column(_("Open differences"), "breaks", "number"), AGE,
        ),
        ("business_date", "lane"), WORK, (BY_LANE,), empty=_("Every date is confirmed."),
    ),
    Table(
        "statements", _("Statements missing"), _("Bank accounts whose statement of the last closed date has not come."), "console_statements",
        (
            Column(_("Bank account"), "id", "code"), PLATFORM, Column(_("Pool"), "pool", "code"), Column(_("Bank"), "channel"),
            Column(_("Wanted of"), "wanted_day", "date"), Column(_("Newest of"), "last_day", "date"),
        ),
        ("lane", "id"), WORK, (BY_LANE,), empty=_("Every bank account has its statement."),
    ),
    Table(
        "shortfalls", _("Shortfalls"), _("What the firm has still to make good in its pools."), "console_shortfalls",
        (
            Column(_("Shortfall"), "id", "code"), PLATFORM, Column(_("Pool"), "pool", "code"), Column(_("Left"), "left_minor", "money"),
            Column(_("Found"), "found_date", "date"), Column(_("Cause"), "cause", "word"), AGE, STATE,
        ),
        ("found_date", "lane", "id"), WORK, (BY_LANE,), empty=_("No pool is short."),
    ),
    Table(
        "jobs", _("Jobs"), _("What the jobs worker has failed at, does now, and will do; failed jobs stay until a person has looked."), "console_jobs",
        (
            Column(_("Number"), "id", "number"), Column(_("Job"), "task", "code"), STATE, Column(_("Tries"), "attempts", "number"),
            Column(_("Since"), "since", "instant"),
        ),
        ("id",), WORK,
        (Filter("state", _("State"), (("", _("all")), ("failed", _("failed")), ("todo", _("todo")), ("doing", _("doing")))),),
        empty=_("The queue is empty: no job failed."), by_door=True,
    ),
)  # fmt: skip
