"""`cunguan people` (用户): who may sign in: invite, list, grant, disable, end sessions.

When    an installation begins; somebody joins, leaves, has lost his passkey
Shape   invite prints a link for one use that ends after 72 hours; of it a hash alone is stored. Nothing here makes a passkey, sees a
        password or signs anybody in
        roles of staff are granted here until two of staff have passkeys; then by the console's approvals, or by breaking the glass
        (--break-glass, which typed_names.py gives to every act under two names)
Returns 0 done · 1 refused, and why · 2 wrong usage
Source  domain.md (b.1); docs/signing-in.md; docs/adr/0047
"""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Final

import msgspec

from cunguan.operations.two_names import two_names


class Invited(msgspec.Struct, frozen=True):
    """What an invitation tells."""

    kind: str
    reference: str
    link: str
    until: str


class Somebody(msgspec.Struct, frozen=True):
    """A user, as the list shows him."""

    kind: str
    reference: str
    lane: int | None
    roles: tuple[str, ...]
    passkeys: int
    sessions: int
    is_active: bool


def add_parser(subparsers: Any) -> None:
    """Register `people` and its acts."""
    says = "who may sign in to the portals: invite, list, grant, disable, end sessions"
    acts = subparsers.add_parser("people", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    invite = _act(acts, "invite", run_invite, "print a link by which somebody makes his passkey")
    invite.add_argument("--role", action="append", default=[], help="what he may do; may be said again")
    invite.add_argument("--again", action="store_true", help="he is there and lost his passkeys: what he has ends then")
    invite.add_argument("--address", metavar="URL", help="how browsers reach the portals")
    listed = acts.add_parser("list", help="everybody of a kind, with roles, passkeys and open sessions")
    listed.add_argument("--kind", choices=_KINDS, default="staff")
    listed.add_argument("--json", action="store_true", help="print one JSON array")
    listed.set_defaults(run=run_list)
    grant = _act(acts, "grant", run_grant, "grant a role: at the beginning, or in an emergency")
    grant.add_argument("--role", required=True)
    disable = _act(acts, "disable", run_disable, "let somebody sign in no more, and end his sessions and roles")
    disable.add_argument("--reason", required=True)
    _act(acts, "end-sessions", run_end_sessions, "sign somebody out everywhere", has_names=False)


_KINDS = ("client", "staff", "platform", "regulator", "auditor")
Run = Callable[[argparse.Namespace, Any], int]


def _act(acts: Any, name: str, run: Run, says: str, *, has_names: bool = True) -> argparse.ArgumentParser:
    act: argparse.ArgumentParser = acts.add_parser(name, help=says, description=says)
    act.add_argument("--kind", choices=_KINDS, required=True)
    act.add_argument("--reference", required=True, help="of a client his person, of others a work number")
    act.add_argument("--lane", type=int, help="the platform's lane, of its people")
    if has_names:
        act.add_argument("--maker", required=True, help="who asks for it")
        act.add_argument("--checker", required=True, help="who has looked at it")
    act.add_argument("--json", action="store_true", help="print one JSON object")
    act.set_defaults(run=partial(_in_django, run))
    return act


# ── in Django ────────────────────────────────────────────────────────────────
def _in_django(run: Run, arguments: argparse.Namespace, wiring: Any) -> int:
    """Run an act on the portals' own tables, by the role `web`."""
    if getattr(arguments, "maker", None) is not None and two_names(arguments.maker, arguments.checker) is not None:
        return _said("two people do this, each by a name of his own: --maker, --checker", 2)
    if (arguments.kind == "platform") is not (arguments.lane is not None):
        return _said("--lane is said of a platform's people, and of nobody else", 2)
    set_up(wiring)
    from django.db import connection, transaction

    from cunguan.desks.people.granting import ByApproval
    from cunguan.desks.people.invitations import Missing, RoleWrong, Taken

    try:
        with transaction.atomic():
            with connection.cursor() as cursor:  # as staff see the desks' tables
                cursor.execute("SELECT set_config('cunguan.lanes', '*', true)")
            return run(arguments, wiring)
    except (ByApproval, Missing, RoleWrong, Taken) as refused:
        return _said(str(refused), 1)


def set_up(wiring: Any) -> None:
    """Have Django know the database, by the role `web`, whatever this process has used it for before."""
    import django
    from django.apps import apps

    from cunguan.doors.cli.web import environ

    owner_url = wiring.database().start()
    os.environ.update(environ(wiring, owner_url, _address(wiring), True))
    if not apps.ready:
        django.setup()
    _connect(wiring.web_url(owner_url))


def _connect(url: str) -> None:
    from django.db import connections

    database = import_module(os.environ["DJANGO_SETTINGS_MODULE"]).database
    blank: dict[str, Any] = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "TIME_ZONE": None, "TEST": {}}
    connections.databases["default"] = {**database(url), **blank}
    if hasattr(connections._connections, "default"):
        connections["default"].close()
        del connections["default"]


def _address(wiring: Any) -> str:
    return str(wiring.environ.get("CUNGUAN_PORTAL_ADDRESS") or "http://localhost:8423").rstrip("/")


def _said(what: str, code: int) -> int:
    print(f"cunguan people: {what}", file=sys.stderr)
    return code


def _user(arguments: argparse.Namespace) -> Any:
    from cunguan.desks.people.invitations import Missing
    from cunguan.desks.people.models import User

    found = User.objects.filter(kind=arguments.kind, reference=arguments.reference, lane=arguments.lane).first()
    if found is None:
        raise Missing(f"{arguments.reference} ({arguments.kind}) has no account")
    return found


# ── the acts ─────────────────────────────────────────────────────────────────
def run_invite(arguments: argparse.Namespace, wiring: Any) -> int:
    """Invite somebody."""
    from cunguan.desks.people import clock, granting

    if arguments.role:
        granting.check_begun(arguments.kind)
    made = invited(
        arguments.address or _address(wiring), arguments.kind, arguments.reference, lane=arguments.lane, roles=arguments.role,
        maker=arguments.maker, checker=arguments.checker, is_again=arguments.again, now=clock.now(),
    )  # fmt: skip
    print(msgspec.json.encode(made).decode() if arguments.json else f"{made.link}\nfor one use, until {made.until}")
    return 0


def invited(address: str, kind: str, reference: str, *, now: Any, **more: Any) -> Invited:
    """Make an invitation and return its link."""
    from cunguan.desks.people import invitations

    secret = invitations.invite(kind, reference, now, **more)
    until = (now + invitations.HOURS).isoformat(timespec="minutes")
    return Invited(kind, reference, f"{address}/invited/{secret}/", until)


#: whom a sandbox's first start invites: kind, reference, whether he is of the platform, roles
SANDBOX: Final = (
    ("client",   "sandbox-client",         False, ()),
    ("staff",    "sandbox-maker",          False, ("maker",)),
    ("staff",    "sandbox-checker",        False, ("checker",)),
    ("staff",    "sandbox-role-admin",     False, ("role_admin",)),
    ("staff",    "sandbox-role-admin-2",   False, ("role_admin",)),  # a role is signed by two of them
    ("platform", "sandbox-platform-admin", True,  ("admin",)),
)  # fmt: skip


def invite_sandbox(wiring: Any, address: str, lane: int) -> tuple[Invited, ...]:
    """Invite a sandbox's people; who has an account already is not invited again."""
    set_up(wiring)
    from cunguan.desks.people import clock
    from cunguan.desks.people.invitations import Taken

    made = []
    for kind, reference, is_platforms, roles in SANDBOX:
        try:
            made.append(
                invited(
                    address, kind, reference, lane=lane if is_platforms else None, roles=roles, maker="sandbox-first",
                    checker="sandbox-second", now=clock.now(),
                )
            )  # fmt: skip
        except Taken:
            continue
    return tuple(made)


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List everybody of a kind."""
    set_up(wiring)
    from cunguan.desks.people.models import User

    found = [_somebody(one) for one in User.objects.filter(kind=arguments.kind).order_by("lane", "reference")]
    if arguments.json:
        print(msgspec.json.encode(found).decode())
        return 0
    for one in found:
        lane = "" if one.lane is None else f"  lane {one.lane}"
        closed = "" if one.is_active else "  closed"
        roles = ", ".join(one.roles) or "no role"
        print(f"{one.reference:24}{lane}  {roles}  passkeys {one.passkeys}  sessions {one.sessions}{closed}")
    return 0


def _somebody(user: Any) -> Somebody:
    from allauth.mfa.models import Authenticator

    from cunguan.desks.people import clock, sessions
    from cunguan.desks.people.finding import roles_of

    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count()
    now = clock.now()
    return Somebody(
        user.kind, user.reference, user.lane, tuple(sorted(roles_of(user, now))), passkeys, len(sessions.of_user(user, now)),
        user.is_active,
    )  # fmt: skip


def run_grant(arguments: argparse.Namespace, wiring: Any) -> int:
    """Grant a role."""
    from cunguan.desks.people import clock, granting

    made = granting.grant(
        _user(arguments), arguments.role, clock.now(), maker=arguments.maker, checker=arguments.checker,
        break_glass=arguments.break_glass,
    )  # fmt: skip
    _done(arguments, {"role": made.role, "until": made.until.isoformat() if made.until else ""})
    return 0


def run_disable(arguments: argparse.Namespace, wiring: Any) -> int:
    """Close somebody's way in."""
    from cunguan.desks.people import clock, leaving

    leaving.disable(
        _user(arguments), clock.now(), maker=arguments.maker, checker=arguments.checker, reason=arguments.reason
    )
    _done(arguments, {"disabled": arguments.reference})
    return 0


def run_end_sessions(arguments: argparse.Namespace, wiring: Any) -> int:
    """Sign somebody out everywhere."""
    from cunguan.desks.people import clock, events, sessions

    user = _user(arguments)
    ended = sessions.end_all(user)
    events.record(user, events.SESSIONS_ENDED, clock.now())
    _done(arguments, {"ended": ended})
    return 0


def _done(arguments: argparse.Namespace, told: dict[str, Any]) -> None:
    shown = "  ".join(f"{name} {value}" for name, value in told.items() if value != "")
    print(msgspec.json.encode(told).decode() if arguments.json else shown)
