"""Safeguarding sign-off (测算复核签认): somebody else than who made a run has looked at it, and says what he found.

When    who asks has signed, and another has looked: he is the reviewer
Does    signs the run off as `cunguan safeguard sign` does, once; who made the run never signs it off
"""

from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import BREAKS
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.doors.safeguarding import keeping
from cunguan.doors.safeguarding.keeping import NoSuchRun, Run, SamePerson, SignedAlready
from cunguan.kernel.codes import Code

KIND: Final = "safeguarding_sign_off"
RESOURCE: Final = BREAKS
LANE: Final = "both"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which run, and what was found."""

    run: int
    looked: str


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse a run that is not there, or is signed off."""
    if not body["looked"].strip():
        raise Refused(Code.reason_missing)
    if _run(body["run"]).sign_off is not None:
        raise Refused(Code.already_signed, str(body["run"]))


def may_sign(body: dict[str, Any], user: Any) -> None:
    """Refuse who made the run."""
    if _run(body["run"]).preparer == user.reference:
        raise Refused(Code.approver_is_maker)


def _run(number: int) -> Run:
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        try:
            return keeping.one(connection, number)
        except NoSuchRun:
            raise Refused(Code.details_missing, "run") from None


def do(done: Doing) -> Outcome:
    """Sign it off; what these people signed off already is done."""
    note = f"{done.body.looked.strip()} ({done.maker}, {done.id})"
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        try:
            keeping.sign(connection, done.body.run, done.checker, note, done.at)
        except SamePerson as wrong:
            return Outcome(Code.approver_is_maker, str(wrong))
        except SignedAlready as wrong:
            made = keeping.one(connection, done.body.run).sign_off
            return DONE if made is not None and made.note == note else Outcome(Code.already_signed, str(wrong))
    return DONE
