"""Handing in (提交签署): what was signed is kept beside the instruction at once, and goes to the plane from there.

When    a signature stands; a page is made
Shape   asynchronous functions of the door, run by house().call; the table `authorisation` holds what was confirmed, so that what the
        plane has not answered is handed in again by the sweep, under the same id
Errors  Problem: an id was used for something else, an account is not there: nothing was kept then
Source  design/lanes.md rules 9, 12; doors/api/authorisations.py
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from cunguan.doors.api import authorisations, openings, shown
from cunguan.doors.api.authorisations import Authorisation, Wish
from cunguan.doors.api.context import Context
from cunguan.doors.portals.signing.keeping import Kept
from cunguan.kernel.instruction import Evidence
from cunguan.keys.sandbox import SandboxKeys

#: how long what stands to be confirmed is open; it is confirmed in the same breath
OPEN_SECONDS: Final = 600


async def view(context: Context, act: Kept) -> shown.View:
    """Return what is shown of an instruction."""
    return await shown.of(context, await _request(context, act))


async def currency(context: Context, act: Kept) -> str:
    """Return the currency of an instruction."""
    if act.kind == openings.KIND:
        body = msgspec.json.decode(act.body, type=openings.Body)
        return await authorisations.currency_of(context, act.lane, body.pool)
    return str((await authorisations.owner_of(context, act.lane, act.text.owner))["currency"])


async def _request(context: Context, act: Kept) -> Authorisation:
    """Return an instruction as if it had been asked for: only what a page shows of it."""
    now, text = context.clock.now(), act.text
    return Authorisation(
        act.lane, 0, act.id, act.kind, act.version, act.body.encode(), text.owner, await currency(context, act),
        text.canonical(), text.challenge(), b"", "", "", now, now, "waiting",
    )  # fmt: skip


async def note(context: Context, acts: Sequence[Kept], asked_by: str) -> list[Authorisation]:
    """Note instructions as requests; the same ones where a platform has asked for them before."""
    return [await authorisations.ask(context, await _wish(context, act, asked_by)) for act in acts]


async def _wish(context: Context, act: Kept, asked_by: str) -> Wish:
    return Wish(
        act.id, act.kind, act.version, act.body.encode(), act.text, await currency(context, act), "", asked_by,
        OPEN_SECONDS,
    )  # fmt: skip


async def keep(context: Context, requests: Sequence[Authorisation], evidence: Sequence[Evidence]) -> None:
    """Commit what was signed for each; what was answered before stays."""
    for request, given in zip(requests, evidence, strict=True):
        await authorisations.keep(context, request, given)


async def hand_in(context: Context, requests: Sequence[Authorisation]) -> None:
    """Hand in what was kept; what gets no answer now is left for the sweep."""
    for request in requests:
        found = await authorisations.find(context, request.lane, request.id)
        assert found is not None, "it was noted"
        await authorisations.hand_in(context, found)


async def sandbox_evidence(context: Context, act: Kept, key_id: str) -> Evidence:
    """Sign by the test client's key, for an account that a sandbox opened with it."""
    assert context.is_sandbox, "a production has no client's key"
    return SandboxKeys.open(context.home / authorisations.SANDBOX_KEYS).confirm(key_id, act.text)
