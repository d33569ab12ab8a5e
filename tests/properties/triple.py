"""Triple: the reference model and some stores, asked the same and compared after every answer.

Shape   Triple.go(asked): every party answers; codes, all balances and the open figures must be the same. A refusal
        leaves every money table as it was; a replay leaves even the sequence
Errors  AssertionError: two parties differ, or an invariant broke; the message names the instruction
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Claim, Hold, Listing
from cunguan.operations.catalogue import operation
from cunguan.policy.calendars.cn import CN_WORKDAYS
from tests.properties.instructions import FRIDAY, Asked, start
from tests.properties.invariants import check
from tests.properties.reference_model import Model
from tests.scenarios.world import World
from tests.store.twins import Twin

Figures = dict[tuple[int, str], tuple[Any, ...]]


class Triple:
    """A model and the worlds that must agree with it."""

    def __init__(self, stores: Sequence[Twin], *, limits: Sequence[int | None] = (), **model: Any) -> None:
        self.model = Model(FRIDAY, CN_WORKDAYS, **model)
        limits = limits or [None] * len(stores)
        self.worlds = [World(store, limit_bytes=limit) for store, limit in zip(stores, limits, strict=True)]
        start(self.model, self.worlds)
        self.fixed: dict[tuple[int, str], tuple[Any, ...]] = {}
        self.codes: dict[str, int] = {}
        self.done: dict[str, int] = {}

    def go(self, asked: Asked) -> str:
        """Ask one instruction of everybody."""
        expected = self.model.submit(asked.lane, asked.id, asked.kind, asked.body, asked.confirmation)
        for world in self.worlds:
            money = {lane: world.store.money(lane) for lane in (0, 1, 2)}
            heads = {lane: world.store.head(lane).head for lane in (0, 1, 2)}
            answer = submit(world, asked)
            assert answer.code.name == expected, f"{world.store.name}: {asked}: {answer}, expected {expected}"
            is_new = world.store.head(asked.lane).head > heads[asked.lane]
            assert (answer.seq is not None) or not is_new, answer
            if answer.code is not Code.done:
                assert world.store.money(asked.lane) == money[asked.lane], f"{asked} was refused and moved something"
            elif not is_new:
                assert {lane: world.store.money(lane) for lane in (0, 1, 2)} == money, f"{asked} was a replay and moved"
            self.compare(world, asked)
        self.codes[expected] = self.codes.get(expected, 0) + 1
        return expected

    def together(self, group: Sequence[Asked]) -> None:
        """Ask several of one lane at once, one batch a world; what lane 0 must answer first comes alone."""
        expected = [self.model.submit(*asked) for asked in group]
        for world in self.worlds:
            answers = world.batch(group[0].lane, [instruction(world, asked) for asked in group])
            for asked, answer, code in zip(group, answers, expected, strict=True):
                assert answer.code.name == code, f"{world.limit_bytes}: {asked}: {answer}, expected {code}"
            self.compare(world, group)
        for asked, code in zip(group, expected, strict=True):
            self.codes[code] = self.codes.get(code, 0) + 1
            if code == "done":
                self.done[asked.kind] = self.done.get(asked.kind, 0) + 1

    def deliver(self) -> None:
        """Hand every waiting message for a lane over."""
        expected = self.model.deliver()
        for world in self.worlds:
            assert [answer.code.name for answer in world.deliver()] == expected
            self.compare(world, "deliver")

    def check(self) -> None:
        """Assert the invariants on every store, what a hold may never change, and that the stores hold the same rows."""
        for world in self.worlds:
            check(world.store)
            for lane in (1, 2):
                for hold in world.rows(lane, Hold):
                    never = (hold.owner, hold.account, hold.purpose, hold.listing, hold.amount_minor, hold.release_by)
                    assert self.fixed.setdefault((lane, hold.id), never) == never, f"{hold.id} is another hold now"

    def compare(self, world: World, said: object) -> None:
        """Assert that a world's figures are the model's."""
        assert balances(world) == self.model.balances, f"{world.store.name}: {said}"

    def compare_all(self) -> None:
        """Assert that all figures of holds, listings and claims are the model's, and that the stores hold the same."""
        model = self.model
        for world in self.worlds:
            self.compare(world, "at the end")
            holds: Figures = {}
            listings: Figures = {}
            claims: Figures = {}
            for lane in (1, 2):
                holds |= {
                    (lane, h.id): (h.owner, h.purpose, h.remaining_minor, h.state, h.release_by)
                    for h in world.rows(lane, Hold)
                }
                listings |= {
                    (lane, x.id): (x.state, x.held_minor, x.lent_minor, x.repaid_minor, x.interest_minor, x.late_minor)
                    for x in world.rows(lane, Listing)
                }
                claims |= {
                    (lane, c.id): (c.holder, c.principal_minor, c.interest_minor, c.late_minor)
                    for c in world.rows(lane, Claim)
                }
                assert world.business_date(lane) == model.day[lane]
            assert holds == {
                key: (h["owner"], h["purpose"], h["left"], h["state"], h["release_by"])
                for key, h in model.holds.items()
            }
            assert listings == {
                key: (x["state"], x["held"], x["lent"], x["repaid"], x["interest"], x["late"])
                for key, x in model.listings.items()
            }
            assert claims == {
                key: (c["holder"], c["principal"], c["interest"], c["late"]) for key, c in model.claims.items()
            }
        first, *others = (snapshot(world.store) for world in self.worlds)
        assert all(other == first for other in others), "the stores hold different rows"


def submit(world: World, asked: Asked) -> Answer:
    """Ask one instruction of a world."""
    return world.batch(asked.lane, [instruction(world, asked)])[0]


def instruction(world: World, asked: Asked) -> Instruction:
    """Return the instruction with the client's confirmation, good or bad."""
    if asked.confirmation == "none":
        return world.ask(asked.lane, asked.id, asked.kind, signed=False, **asked.body)
    if asked.confirmation == "other":
        return world.ask(asked.lane, asked.id, asked.kind, by="somebody:key", **asked.body)
    asks = world.ask(asked.lane, asked.id, asked.kind, **asked.body)
    text_of = operation(asked.kind).authority_text
    text = text_of(asks, asked.lane) if text_of is not None else None
    if asked.confirmation == "good" or text is None:
        return asks
    other = msgspec.structs.replace(text, amount_minor=text.amount_minor + 1)
    return msgspec.structs.replace(asks, evidence=world.keys.confirm(world.key_of(asked.lane, text), other))


def balances(world: World) -> dict[tuple[int, str, str], int]:
    """Return every balance by lane, owner and code."""
    found = {}
    for lane in (1, 2):
        stored = world.store.balances_of(lane)
        for account, row in world.store.accounts(lane).items():
            found[lane, row.owner, row.code] = stored[account][0]
    return found


def snapshot(store: Twin) -> list[Any]:
    """Return everything a store holds that does not depend on how it was batched."""
    from cunguan.kernel.rows import ROWS

    return [
        (lane, store.accounts(lane), store.balances_of(lane), store.lines(lane), store.authorities(lane),
         store.claim_lines(lane), store.instructions(lane), [store.all(lane, kind) for kind in ROWS])
        for lane in (0, 1, 2)
    ]  # fmt: skip
