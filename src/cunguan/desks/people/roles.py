"""Roles (角色): what somebody who signs in may be, and which roles exclude each other.

Shape   KINDS: what a user is, for ever; a role: what he may do beside that, granted and taken back (RoleGrant)
        what each role may propose and sign stands in desks/approvals/permitted.py
Source  domain.md (b.1); issue "People" 4: nobody may both change roles and approve money
"""

from typing import Final

CLIENT, STAFF, PLATFORM, REGULATOR, AUDITOR = "client", "staff", "platform", "regulator", "auditor"
KINDS: Final = (CLIENT, STAFF, PLATFORM, REGULATOR, AUDITOR)

#: roles of the custodian's staff; a senior checker signs above a checker's limit
VIEWER, MAKER, CHECKER, SENIOR_CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN = (
    "viewer", "maker", "checker", "senior_checker", "reconciler", "reviewer", "role_admin", "key_admin",
)  # fmt: skip
#: roles of a platform's people
OPERATOR, ADMIN = "operator", "admin"

ROLES: Final = {
    STAFF: (VIEWER, MAKER, CHECKER, SENIOR_CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN),
    PLATFORM: (VIEWER, OPERATOR, ADMIN),
    CLIENT: (),
    REGULATOR: (),
    AUDITOR: (),
}

#: who has one of the first may have none of the second; people_role holds the same by a trigger (approvals, 0001)
EXCLUDED: Final = ((frozenset({ROLE_ADMIN}), frozenset({MAKER, CHECKER, SENIOR_CHECKER})),)


def excluded(role: str, held: frozenset[str]) -> frozenset[str]:
    """Return which of the roles held exclude a further one."""
    found = [others for ones, others in EXCLUDED if role in ones] + [
        ones for ones, others in EXCLUDED if role in others
    ]
    return held & frozenset().union(*found)
