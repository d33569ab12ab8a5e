"""Doing (办理): an approved proposal is done once: its instruction goes to the plane, or its act's own hand does it.

When    the last signature is committed; and again, while the outcome is not known
Does    an instruction: its id is the proposal's, its maker the proposal's, its checker the first who signed; the plane answers the same
        however often it is asked. An act: in the same transaction as the note of its outcome where it writes what the portals write;
        else it looks first whether it was done before
Returns nothing: the proposal says what came of it. in_doubt stays approved
Source  issue "People" 4; design/lanes.md rule 9; ADR 0049
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from cunguan.desks.approvals import proposing
from cunguan.desks.approvals.kinds import Kind, kind_of
from cunguan.desks.approvals.models import Proposal
from cunguan.desks.approvals.text import Text, read
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reader import Who
from cunguan.doors.portals.shell.wall import raise_for
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.ids import resolution_id
from cunguan.kernel.instruction import Answer, Instruction


class Doing(msgspec.Struct, frozen=True):
    """What an act is given: who asked, who signed, when the last of them did."""

    id: str
    lane: int
    body: Any
    why: str
    maker: str
    checkers: Sequence[str]
    at: datetime

    @property
    def checker(self) -> str:
        """Who signed first."""
        return self.checkers[0]


class Outcome(msgspec.Struct, frozen=True):
    """What came of it."""

    code: Code
    why: str = ""
    detail: dict[str, Any] = {}


DONE = Outcome(Code.done)


def do(name: str, reader: Who) -> None:
    """Do an approved proposal, in a transaction of its own; one that is over, or is the operator's to do, is left."""
    with transaction.atomic():
        raise_for(reader)
        one = Proposal.objects.select_for_update().filter(pk=name, state="approved").first()
        if one is None:
            return
        known = kind_of(one.kind)
        if is_operators(known):
            return
        done = doing_of(one, known)
        outcome = _asked(known, done) if known.act is None else known.act.do(done)
        said = canonical_json({"why": outcome.why, "detail": outcome.detail}).decode()
        proposing.note_outcome(one, outcome.code, said, house().context.clock.now())


def is_operators(known: Kind) -> bool:
    """Test that an act needs what only the owner of the database may: `cunguan approvals do` does it."""
    return bool(getattr(known.act, "BY_OPERATOR", False))


def doing_of(one: Proposal, known: Kind) -> Doing:
    """Return what an act is given."""
    version = proposing.version_of(one)
    text: Text = read(bytes(version.canonical))
    signed = proposing.checkers_of(one)
    body = text.body if known.act is None else msgspec.convert(text.body, known.body, strict=False)
    return Doing(one.id, one.lane, body, text.why, one.maker_reference, [s.reference for s in signed], signed[-1].at)


def instruction_of(known: Kind, done: Doing) -> Instruction:
    """Return the instruction of a proposal, under its two names."""
    body = msgspec.convert({**done.body, "maker": done.maker, "checker": done.checker}, known.body, strict=False)
    name = resolution_id(body.instruction) if known.name == "quarantine_resolution" else done.id
    return Instruction(name, known.name, body)


def _asked(known: Kind, done: Doing) -> Outcome:
    try:
        answer: Answer = house().ask(done.lane, instruction_of(known, done))
    except TimeoutError:
        return Outcome(Code.in_doubt)
    # a full queue, a stopped lane: that is no answer, and the same id is asked again
    if answer.seq is None and may_retry(answer.code):
        return Outcome(Code.in_doubt, f"{answer.code.name}: {answer.why}".rstrip(": "))
    return Outcome(answer.code, answer.why, answer.detail)
