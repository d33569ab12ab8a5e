"""Permitted (岗位权限): who may propose and who may sign what, up to which amount; one table a person can check.

Shape   RESOURCES: what each kind of act is about; PERMITS: (action, resource, role, up to which amount)
        a role's limit counts for a signature: one above it is none. None: no limit
        how many signatures an amount needs stands in the bands (bands.py), which two people change
Units   minor units, of whatever currency the act has; limits are [K]
Source  transparency.md part 6 "RBAC + maker-checker"; domain.md (b.1): a checker never exceeds his own limit; ADR 0049
"""

from typing import Final

import msgspec

from cunguan.desks.people.roles import (
    CHECKER,
    KEY_ADMIN,
    MAKER,
    RECONCILER,
    REVIEWER,
    ROLE_ADMIN,
    SENIOR_CHECKER,
)

PROPOSE, SIGN = "propose", "sign"

MONEY, ACCOUNTS, LEGAL, PLATFORMS, KEYS, ROLES, RULES, BREAKS, PERSONS, GLASS, REVIEW = (
    "money", "accounts", "legal", "platforms", "keys", "roles", "rules", "breaks", "persons", "glass", "review",
)  # fmt: skip

#: up to this a checker's signature counts; above it a senior checker's does [K]
CHECKER_UPTO_MINOR: Final = 500_000_000

#: what each kind is about; a kind that is not here cannot be proposed (a test holds it against the catalogue)
RESOURCES: Final[dict[str, str]] = {
    **dict.fromkeys((
        "adjustment", "break_parking", "charge_back", "client_debt_borne", "dormancy", "fee_payout", "fee_refund", "opening_import",
        "partner_payout", "payment_release", "payout_cancel", "pool_interest_share", "pool_loss", "pool_top_up", "prudent_top_up",
        "prudent_top_up_back", "succession_transfer", "suspense_allocation", "suspense_return", "unclaimed_handover",
        "unclaimed_return", "unused_money_back", "withdrawal_intercept", "general_hold", "general_hold_release", "hold_clearance",
    ), MONEY),
    **dict.fromkeys((
        "account_closed", "account_resumption", "account_review", "account_suspension", "card_check", "card_review", "payee_binding",
        "related_party", "succession_end", "trustee_payee_review",
    ), ACCOUNTS),
    **dict.fromkeys((
        "death_record", "death_withdrawal", "legal_lift", "legal_order", "legal_renewal", "legal_taking", "person_self_unlock",
        "person_unlock",
    ), LEGAL),
    **dict.fromkeys(("lane_opening", "partner_registration", "platform_registration", "pool_opening", "pool_papers"), PLATFORMS),
    **dict.fromkeys(("bid_resume", "fee_schedule", "outgoing_resume", "pool_line", "quarantine_resolution"), RULES),
    "key_replacement": KEYS,
}  # fmt: skip

#: made by the custodian's own relays out of what two people signed in lane 0: nobody proposes them
RELAYED: Final = frozenset({"legal_order_here"})


class Permit(msgspec.Struct, frozen=True):
    """A role may do something about a resource, up to an amount."""

    action: str
    resource: str
    role: str
    upto_minor: int | None = None


def _permits(action: str, resource: str, *roles: str) -> tuple[Permit, ...]:
    return tuple(Permit(action, resource, role) for role in roles)


PERMITS: Final[tuple[Permit, ...]] = (
    *_permits(PROPOSE, MONEY, MAKER, CHECKER, SENIOR_CHECKER),
    Permit(SIGN, MONEY, CHECKER, CHECKER_UPTO_MINOR),
    Permit(SIGN, MONEY, SENIOR_CHECKER),
    *_permits(PROPOSE, ACCOUNTS, MAKER, REVIEWER, CHECKER, SENIOR_CHECKER),
    *_permits(SIGN, ACCOUNTS, REVIEWER, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, LEGAL, MAKER, CHECKER, SENIOR_CHECKER),
    Permit(SIGN, LEGAL, CHECKER, CHECKER_UPTO_MINOR),
    Permit(SIGN, LEGAL, SENIOR_CHECKER),
    *_permits(PROPOSE, PLATFORMS, MAKER, CHECKER, SENIOR_CHECKER),
    *_permits(SIGN, PLATFORMS, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, BREAKS, RECONCILER, MAKER, CHECKER, SENIOR_CHECKER),
    *_permits(SIGN, BREAKS, RECONCILER, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, RULES, MAKER, CHECKER, SENIOR_CHECKER),
    *_permits(SIGN, RULES, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, PERSONS, MAKER, REVIEWER, CHECKER, SENIOR_CHECKER),
    *_permits(SIGN, PERSONS, REVIEWER, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, KEYS, KEY_ADMIN, MAKER),
    *_permits(SIGN, KEYS, KEY_ADMIN, CHECKER, SENIOR_CHECKER),
    *_permits(PROPOSE, ROLES, ROLE_ADMIN),
    *_permits(SIGN, ROLES, ROLE_ADMIN),
    *_permits(PROPOSE, GLASS, MAKER, CHECKER, SENIOR_CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN),
    *_permits(SIGN, GLASS, CHECKER, SENIOR_CHECKER, ROLE_ADMIN, KEY_ADMIN),
    *_permits(PROPOSE, REVIEW, MAKER, CHECKER, SENIOR_CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN),
    *_permits(SIGN, REVIEW, CHECKER, SENIOR_CHECKER, REVIEWER, ROLE_ADMIN, KEY_ADMIN),
)  # fmt: skip

#: whoever may propose or sign anything at all
ANY: Final = frozenset(permit.role for permit in PERMITS)


def role_for(action: str, resource: str, amount_minor: int | None, held: frozenset[str]) -> str | None:
    """Return the role by which somebody may do it, or None; the one with the least right first.

    >>> role_for(SIGN, MONEY, 500_000_000, frozenset({"checker"})), role_for(SIGN, MONEY, 500_000_001, frozenset({"checker"}))
    ('checker', None)
    """
    return next((role for role in roles_for(action, resource, amount_minor) if role in held), None)


def roles_for(action: str, resource: str, amount_minor: int | None = None) -> tuple[str, ...]:
    """Return the roles that may do it, for those who may not."""
    return tuple(
        permit.role for permit in PERMITS
        if (permit.action, permit.resource) == (action, resource)
        and (permit.upto_minor is None or (amount_minor or 0) <= permit.upto_minor)
    )  # fmt: skip
