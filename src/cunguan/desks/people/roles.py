"""Roles (角色): what somebody who signs in may be, and which roles exclude each other.

Shape   KINDS: what a user is, for ever; a role: what he may do beside that, granted and taken back (RoleGrant)
Source  domain.md (b.1); issue "People" 4: nobody may both change roles and approve money
"""

from typing import Final

CLIENT, STAFF, PLATFORM, REGULATOR, AUDITOR = "client", "staff", "platform", "regulator", "auditor"
KINDS: Final = (CLIENT, STAFF, PLATFORM, REGULATOR, AUDITOR)

#: roles of the custodian's staff
VIEWER, MAKER, CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN = (
    "viewer", "maker", "checker", "reconciler", "reviewer", "role_admin", "key_admin",
)  # fmt: skip
#: roles of a platform's people
OPERATOR, ADMIN = "operator", "admin"

ROLES: Final = {
    STAFF: (VIEWER, MAKER, CHECKER, RECONCILER, REVIEWER, ROLE_ADMIN, KEY_ADMIN),
    PLATFORM: (VIEWER, OPERATOR, ADMIN),
    CLIENT: (),
    REGULATOR: (),
    AUDITOR: (),
}

#: who has one of the first may have none of the second
EXCLUDED: Final = ((frozenset({ROLE_ADMIN}), frozenset({MAKER, CHECKER})),)
