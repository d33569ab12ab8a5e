"""A random sequence of acts never ends in an act that too few have signed, that its maker has checked, or that was done twice.

Shape   a model of a few lines beside the desk and its database: who has which role when, who signed what. Both must say the same of
        every step; and whatever is written past the desk, by the role of the portals, the database refuses
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.portals.harness import Site

PEOPLE = 5
ROLES = ("maker", "checker", "senior_checker", "viewer")
AMOUNTS = (1, 10_000_000, 10_000_001, 100_000_000, 100_000_001, 500_000_000, 500_000_001)
KINDS = ("pool_line", "suspense_allocation")
person, amount = st.integers(0, PEOPLE - 1), st.sampled_from(AMOUNTS)


class Grant(msgspec.Struct):
    """A role of somebody."""

    person: int
    role: str
    since: datetime
    until: datetime
    giver: int


class Version(msgspec.Struct):
    """What is asked for, and who has signed it."""

    amount: int
    signed: set[int]


class One(msgspec.Struct):
    """A proposal as the model sees it."""

    name: str
    kind: str
    maker: int
    expires: datetime
    versions: list[Version]
    state: str = "open"


def quorum(amount_minor: int) -> int:
    """Return how many checkers an amount needs."""
    return 1 if amount_minor <= 10_000_000 else 2 if amount_minor <= 100_000_000 else 3


def machine(site: Site, ended: set[tuple[str, int]]) -> type[RuleBasedStateMachine]:
    """Return the machine over a site; `ended` gathers what was done, that the test may know that something was."""
    from django.db import connection, transaction
    from django.db.utils import DatabaseError

    from cunguan.desks.approvals import proposing
    from cunguan.desks.approvals.proposing import Given
    from cunguan.desks.approvals.refused import Refused
    from cunguan.desks.people.models import RoleGrant
    from cunguan.doors.portals.custodian.doing import do
    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    given = Given(b"shown", "webauthn_es256", "key", b"public", b"assertion")

    class Approvals(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.now = datetime.now(UTC)
            self.users = [site.user("staff") for _ in range(PEOPLE)]
            self.grants: list[Grant] = []
            self.all: list[One] = []
            for who, role in enumerate(("maker", "checker", "checker", "senior_checker", "senior_checker")):
                self._grant(who, role, -1, self.now - timedelta(days=2), timedelta(days=400))

        # ── the desk ─────────────────────────────────────────────────────────
        @contextmanager
        def wall(self, who: int) -> Iterator[Any]:
            user = self.users[who]
            reader = Who(user)
            with transaction.atomic():
                raise_for(reader)
                yield reader

        def said(self, who: int, act: Callable[[Any], Any]) -> bool:
            """Return whether the desk did it."""
            try:
                with self.wall(who) as reader:
                    act(reader)
            except Refused:
                return False
            return True

        # ── the model ────────────────────────────────────────────────────────
        def _grant(self, who: int, role: str, giver: int, since: datetime, lasts: timedelta) -> None:
            self.grants.append(Grant(who, role, since, since + lasts, giver))
            maker = self.users[giver].reference if giver >= 0 else "m1"
            RoleGrant.objects.create(
                user=self.users[who], role=role, maker=maker, checker="c1", since=since, until=since + lasts
            )

        def held(self, who: int) -> set[str]:
            return {one.role for one in self.grants if one.person == who and one.since <= self.now < one.until}

        def may_propose(self, who: int) -> bool:
            return bool(self.held(who) & {"maker", "checker", "senior_checker"})

        def role_of(self, who: int, one: One) -> str | None:
            if who == one.maker:
                return next((role for role in ("maker", "checker", "senior_checker") if role in self.held(who)), None)
            least = ["checker", "senior_checker"]
            if one.kind == "suspense_allocation" and one.versions[-1].amount > 500_000_000:
                least = ["senior_checker"]
            return next((role for role in least if role in self.held(who)), None)

        def may_sign(self, who: int, one: One) -> bool:
            role = self.role_of(who, one)
            if one.state != "open" or self.now >= one.expires or role is None or who in one.versions[-1].signed:
                return False
            fresh = self.now - timedelta(hours=24)
            standing = [g for g in self.grants if (g.person, g.role) == (who, role) and g.since <= self.now < g.until]
            return who == one.maker or not all(g.giver == one.maker and g.since > fresh for g in standing)

        def is_complete(self, one: One) -> bool:
            last = one.versions[-1]
            return one.maker in last.signed and len(last.signed - {one.maker}) >= quorum(last.amount)

        def body(self, kind: str, amount_minor: int) -> dict[str, Any]:
            if kind == "pool_line":
                return {"pool": "main", "line_minor": amount_minor, "reason": "r"}
            return {"item": "nothing", "holder": "L000", "amount_minor": amount_minor, "reason": "r"}

        # ── the steps ────────────────────────────────────────────────────────
        @rule(who=person, kind=st.sampled_from(KINDS), amount_minor=amount)
        def propose(self, who: int, kind: str, amount_minor: int) -> None:
            made: list[Any] = []
            done = self.said(
                who,
                lambda reader: made.append(
                    proposing.propose(reader, kind, 1, self.body(kind, amount_minor), "why", now=self.now)
                ),
            )
            assert done == self.may_propose(who)
            if done:
                until = self.now + timedelta(days=proposing.DAYS)
                self.all.append(One(made[0].id, kind, who, until, [Version(amount_minor, set())]))

        @precondition(lambda self: self.all)
        @rule(who=person, which=st.integers(0, 99), old=st.booleans())
        def sign(self, who: int, which: int, old: bool) -> None:
            one = self.all[which % len(self.all)]
            version = len(one.versions) - (1 if old and len(one.versions) > 1 else 0)
            may = self.may_sign(who, one) and version == len(one.versions)
            assert self.said(who, lambda reader: proposing.sign(reader, one.name, version, given, now=self.now)) == may
            if may:
                one.versions[-1].signed.add(who)
                if self.is_complete(one):
                    one.state = "approved"

        @precondition(lambda self: self.all)
        @rule(which=st.integers(0, 99), order=st.permutations(range(PEOPLE)))
        def all_sign(self, which: int, order: list[int]) -> None:
            """Everybody tries, so that sequences reach their end."""
            for who in order:
                self.sign(who, which, False)

        @precondition(lambda self: self.all)
        @rule(who=person, which=st.integers(0, 99), amount_minor=amount)
        def edit(self, who: int, which: int, amount_minor: int) -> None:
            one = self.all[which % len(self.all)]
            may = one.state == "open" and self.now < one.expires and who == one.maker and self.may_propose(who)
            body = self.body(one.kind, amount_minor)
            assert may == self.said(
                who, lambda reader: proposing.edit(reader, one.name, len(one.versions), body, "why", now=self.now)
            )
            if may:
                one.versions.append(Version(amount_minor, set()))

        @precondition(lambda self: self.all)
        @rule(who=person, which=st.integers(0, 99), withdraws=st.booleans())
        def end(self, who: int, which: int, withdraws: bool) -> None:
            one = self.all[which % len(self.all)]
            is_live = one.state == "open" and self.now < one.expires
            may = is_live and (
                who == one.maker if withdraws else who != one.maker and self.role_of(who, one) is not None
            )
            act = proposing.withdraw if withdraws else proposing.refuse
            assert may == self.said(who, lambda reader: act(reader, one.name, len(one.versions), "no", now=self.now))
            if may:
                one.state = "withdrawn" if withdraws else "refused"

        @rule(who=person, giver=person, role=st.sampled_from(ROLES), hours=st.sampled_from((1, 8, 9999)))
        def grant(self, who: int, giver: int, role: str, hours: int) -> None:
            """A role is given, or glass is broken: it ends after hours."""
            self._grant(who, role, giver, self.now, timedelta(hours=hours))

        @rule(who=person, role=st.sampled_from(ROLES))
        def end_role(self, who: int, role: str) -> None:
            for one in self.grants:
                if (one.person, one.role) == (who, role) and one.since < self.now < one.until:
                    one.until = self.now
            RoleGrant.objects.filter(user=self.users[who], role=role, since__lt=self.now, until__gt=self.now).update(
                until=self.now
            )

        @rule(minutes=st.integers(1, 8))
        def wait(self, minutes: int) -> None:
            self.now += timedelta(seconds=minutes)

        @rule()
        def expire(self) -> None:
            """The oldest that is open ends with its time: both are told a later instant."""
            later = max((one.expires for one in self.all if one.state == "open"), default=None)
            if later is None:
                return
            with self.wall(0):
                proposing.end_what_is_over(later)
            for one in self.all:
                one.state = "expired" if one.state == "open" else one.state

        @precondition(lambda self: self.all)
        @rule(who=person, which=st.integers(0, 99), times=st.integers(1, 2))
        def have_it_done(self, who: int, which: int, times: int) -> None:
            one = self.all[which % len(self.all)]
            for _ in range(times):
                do(one.name, Who(self.users[who]))
            if one.state == "approved":
                one.state = "done" if one.kind == "pool_line" else "refused"

        # ── past the desk ────────────────────────────────────────────────────
        def _is_refused(self, query: str, *values: Any) -> None:
            try:
                with self.wall(0), connection.cursor() as cursor:
                    cursor.execute(query, values)
                    assert cursor.rowcount == 0, query
            except DatabaseError:
                pass

        @precondition(lambda self: any(one.state == "open" for one in self.all))
        @rule(which=st.integers(0, 99), who=person)
        def cheat(self, which: int, who: int) -> None:
            live = [one for one in self.all if one.state == "open"]
            one = live[which % len(live)]
            for state in ("approved", "done"):
                if not self.is_complete(one):
                    self._is_refused("UPDATE approvals_proposal SET state = %s WHERE id = %s", state, one.name)
            self._is_refused("UPDATE approvals_version SET quorum = 1 WHERE proposal_id = %s", one.name)
            self._is_refused("DELETE FROM approvals_signature WHERE proposal_id = %s", one.name)
            self._is_refused("UPDATE approvals_proposal SET maker_id = %s WHERE id = %s", self.users[who].pk, one.name)
            copied = (
                "INSERT INTO approvals_signature (proposal_id, version, lane, user_id, reference, maker_id, side, role, digest, shown, "
                "evidence_kind, key_id, public_key, assertion, assertion_sha256, at) SELECT p.id, p.version, p.lane, u.id, u.reference, "
                "p.maker_id, 'checker', %s, v.digest, '', '', '', '', '', '', now() FROM approvals_proposal p "
                "JOIN approvals_version v ON (v.proposal_id, v.number) = (p.id, p.version) JOIN people_user u ON u.id = %s WHERE p.id = %s"
            )
            self._is_refused(copied, "checker", self.users[one.maker].pk, one.name)
            self._is_refused(copied, "reconciler", self.users[who].pk, one.name)

        # ── what always holds ────────────────────────────────────────────────
        @invariant()
        def holds(self) -> None:
            names = [one.name for one in self.all]
            states = dict(site.query("SELECT id, state FROM approvals_proposal WHERE id = ANY(%s)", names))
            assert states == {one.name: one.state for one in self.all}
            done = dict(site.query("SELECT id, count(*) FROM instruction WHERE id = ANY(%s) GROUP BY id", names))
            for one in self.all:
                assert done.get(one.name, 0) <= 1
                if done.get(one.name) or one.state in ("approved", "done"):
                    assert self.is_complete(one)
                    ended.add((one.kind, quorum(one.versions[-1].amount)))

    return Approvals


def test_a_random_sequence_of_acts_never_ends_in_one_that_too_few_have_signed(site: Site) -> None:
    ended: set[tuple[str, int]] = set()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine(site, ended),
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    assert ended, "sequences that end nothing prove nothing"
