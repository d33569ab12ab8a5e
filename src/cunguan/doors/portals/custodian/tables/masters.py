"""Master data (主数据): what stands and is changed elsewhere, by two people; read-only here."""

from typing import Final

from django.utils.translation import gettext_noop as _

from cunguan.desks.people.roles import AUDITOR, STAFF
from cunguan.doors.portals.custodian.tables import Column, Filter, Table

BY_LANE: Final = Filter("lane", _("Lane"))
PLATFORM: Final = Column(_("Platform"), "platform")
LANE: Final = Column(_("Lane"), "lane", "number")
STATE: Final = Column(_("State"), "state", "state")
MASTERS, PEOPLE, BOOKS = "masters", "people", "books"

TABLES: Final = (
    Table(
        "platforms", _("Platforms"), _("The platforms in the directory: lane, rule pack, date, and how fast they may ask."), "console_platforms",
        (
            Column(_("Platform"), "id", "code"), LANE, Column(_("Rule pack"), "pack", "code"), STATE,
            Column(_("Sandbox"), "sandbox", "yes"), Column(_("Open date"), "business_date", "date"), Column(_("Instructions"), "head", "number"),
            Column(_("Requests a second"), "rate_per_second", "number"), Column(_("At once"), "burst", "number"),
        ),
        ("id",), MASTERS, empty=_("No platform is registered yet."),
    ),
    Table(
        "pools", _("Pools"), _("One currency and one regime of one platform each."), "console_pools",
        (
            Column(_("Pool"), "id", "code", "custodian:balances", ("lane",)), PLATFORM, LANE, Column(_("Currency"), "currency"),
            Column(_("Regime"), "regime", "word"), Column(_("Line"), "line_minor", "money"), STATE,
        ),
        ("lane", "id"), MASTERS, (BY_LANE,), empty=_("No pool is open."),
    ),
    Table(
        "bank-accounts", _("Bank accounts"), _("The pools' accounts at banks, with what the books have in them."), "console_bank_accounts",
        (
            Column(_("Bank account"), "id", "code", "custodian:account", ("lane", "account")), PLATFORM, Column(_("Pool"), "pool", "code"),
            Column(_("Bank"), "channel"), Column(_("Number ends in"), "reference", "code"), Column(_("In the books"), "balance_minor", "money"),
            STATE,
        ),
        ("lane", "id"), MASTERS, (BY_LANE,), empty=_("No bank account is known."),
    ),
    Table(
        "fees", _("Fee schedules"), _("Published versions, a line an item; a client agrees to one version."), "console_fees",
        (
            Column(_("Schedule"), "schedule", "code"), Column(_("Version"), "version", "number"), PLATFORM, Column(_("Item"), "item", "code"),
            Column(_("Rate in basis points"), "rate_bp", "number"), Column(_("Fixed"), "fixed_minor", "money"),
            Column(_("At most each"), "cap_minor", "money"), Column(_("At most a month"), "month_cap_minor", "money"),
            Column(_("Published"), "published_date", "date"), STATE,
        ),
        ("lane", "id", "place"), MASTERS, (BY_LANE,), empty=_("No fee schedule is published."),
    ),
    Table(
        "keys", _("API keys"), _("The keys platforms sign their requests with; the private half is the platform's alone."), "console_keys",
        (
            Column(_("Key"), "id", "code"), PLATFORM, Column(_("Algorithm"), "algorithm", "code"), Column(_("Rights"), "scopes"),
            Column(_("Networks"), "networks", "code"), Column(_("Made"), "made_at", "instant"), Column(_("Valid until"), "valid_until", "instant"),
            STATE,
        ),
        ("id",), MASTERS, (BY_LANE,), empty=_("No platform has a key."),
    ),
    Table(
        "logs", _("Logs"), _("The logs of this installation and the newest published checkpoint of each."), "console_log_keys",
        (
            Column(_("Log"), "log", "number"), Column(_("Origin"), "origin", "code"), Column(_("Opened"), "opened_at", "instant"),
            Column(_("Leaves"), "size", "number"), Column(_("Published"), "published_at", "instant"),
            Column(_("Cosigned"), "cosigned_at", "instant"), Column(_("Closed"), "closed_at", "instant"),
        ),
        ("log",), MASTERS, empty=_("No log is open."),
    ),
    Table(
        "webhooks", _("Webhook endpoints"), _("Where platforms want to hear of events, and how it goes."), "console_webhooks",
        (
            Column(_("Endpoint"), "id", "code"), PLATFORM, Column(_("Address"), "url", "code"), STATE,
            Column(_("Failing since"), "failing_since", "instant"), Column(_("Waiting"), "waiting", "number"),
        ),
        ("lane", "id"), MASTERS, (BY_LANE,), empty=_("No platform has an endpoint."),
    ),
    Table(
        "users", _("Users and roles"), _("Who of the custodian, the platforms and the supervisors signs in; clients are not listed."), "console_users",
        (
            Column(_("Work number"), "reference", "code"), Column(_("Kind"), "kind", "word"), LANE, Column(_("Roles"), "roles"),
            Column(_("May sign in"), "is_active", "yes"), Column(_("Since"), "created_at", "instant"),
            Column(_("Last signed in"), "last_login", "instant"),
        ),
        ("kind", "reference", "id"), PEOPLE, kinds=frozenset({STAFF, AUDITOR}), empty=_("Nobody is invited yet."),
    ),
    Table(
        "searches", _("Searches by personal data"), _("Who searched by which kind of personal data; never what was searched for."), "console_searches",
        (
            Column(_("When"), "at", "instant"), Column(_("Who"), "by_whom", "code"), Column(_("By what"), "what", "word"),
            Column(_("Found"), "found", "number"),
        ),
        ("number",), PEOPLE, empty=_("Nobody has searched by personal data."),
    ),
    Table(
        "clients", _("Clients"), _("The holder accounts of one lane, by reference; names stay with the persons' keys."), "console_clients",
        (
            Column(_("Account"), "id", "code", "custodian:holder", ("lane", "id")),
            Column(_("Person"), "person", "code", "custodian:person", ("person",)), Column(_("Role"), "role", "word"),
            Column(_("Kind"), "kind", "word"), Column(_("Available"), "available_minor", "money"), STATE,
        ),
        ("id",), BOOKS, (BY_LANE,), empty=_("This lane has no clients."),
    ),
    Table(
        "listings", _("Listings"), _("The listings of one lane, by reference."), "console_listings",
        (
            Column(_("Listing"), "id", "code", "custodian:listing", ("lane", "id")),
            Column(_("Borrower"), "borrower", "code", "custodian:holder", ("lane", "borrower")), Column(_("Amount"), "amount_minor", "money"),
            Column(_("Held"), "held_minor", "money"), Column(_("Lent"), "lent_minor", "money"), Column(_("Repaid"), "repaid_minor", "money"), STATE,
        ),
        ("id",), BOOKS, (BY_LANE,), empty=_("This lane has no listings."),
    ),
    Table(
        "reconciliations", _("Bank reconciliations"), _("Every run of every date, the newest first; a run is kept as it was."), "console_recon_runs",
        (
            Column(_("Run"), "id", "number", "custodian:reconciliation", ("id",)), Column(_("Date"), "business_date", "date"),
            Column(_("Result"), "verdict", "state"), Column(_("Breaks it touched last"), "breaks", "number"), Column(_("Made"), "made_at", "instant"),
            Column(_("Code version"), "code_version", "code"),
        ),
        ("id",), BOOKS, empty=_("No date was reconciled yet. A run is made once a date is closed."),
    ),
    Table(
        "safeguarding", _("Safeguarding"), _("What must be covered and what covers it, run by run, the newest first."), "console_safeguarding",
        (
            Column(_("Run"), "id", "number"), Column(_("Date"), "day", "date"), PLATFORM, Column(_("Pool"), "pool", "code"),
            Column(_("Rule"), "rule", "code"), Column(_("Requirement"), "requirement_minor", "money"), Column(_("Resource"), "resource_minor", "money"),
            Column(_("Over or under"), "cover_minor", "money"), Column(_("Breaches"), "breaches", "word"), Column(_("Signed off by"), "reviewer", "code"),
        ),
        ("id",), BOOKS, (BY_LANE,), empty=_("No safeguarding run was made yet."),
    ),
)  # fmt: skip
