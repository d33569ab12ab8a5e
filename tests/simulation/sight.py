"""Sight: what an act sees of the house when it chooses its next sentence.

Shape   Sight: clients by platform and role, rows in some states, money in words, names nobody has used yet
Units   minor units inside, amounts of the language in what is said
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any, NamedTuple, TypeVar

from cunguan.kernel.money import format_minor
from cunguan.kernel.rows import Holder, Row
from tests.properties.instructions import Seeded
from tests.scenarios.language import CURRENCY
from tests.simulation.house import House
from tests.simulation.story import Told

T = TypeVar("T")


class Client(NamedTuple):
    """A client as the story names him."""

    platform: str
    name: str
    role: str
    person: str


#: two platforms; Ann lends and Ben and Coy borrow on both, Ben may lend through an account of his own
CLIENTS = (
    Client("P1", "L1", "lender", "Ann"),
    Client("P1", "L2", "lender", "Bob"),
    Client("P1", "L3", "lender", "Cat"),
    Client("P1", "B1", "borrower", "Ben"),
    Client("P1", "C1", "borrower", "Coy"),
    Client("P1", "G1", "guarantor", "Gus"),
    Client("P2", "M1", "lender", "Ann"),
    Client("P2", "M2", "lender", "Ben"),
    Client("P2", "B2", "borrower", "Ben"),
    Client("P2", "C2", "borrower", "Coy"),
    Client("P2", "G2", "guarantor", "Gus"),
)
COMPANIES = frozenset({"Coy"})
LANES = {"P1": 1, "P2": 2}


class Sight:
    """The house as an act sees it."""

    def __init__(self, house: House, pick: Seeded, told: Sequence[Told]) -> None:
        self.house, self.pick, self.told = house, pick, told
        self._numbers = count(1)

    # ── choosing ─────────────────────────────────────────────────────────────
    def one(self, choices: Sequence[T]) -> T | None:
        """Return one of the choices, None when there are none."""
        return self.pick.one(choices) if choices else None

    def chance(self, n: int) -> bool:
        """Return True once in n times."""
        return self.pick.chance(n)

    def new(self, letter: str) -> str:
        """Return a name nobody has used."""
        return f"{letter}{next(self._numbers)}"

    def client(self, *roles: str, platform: str = "") -> Client:
        """Return a client of some roles."""
        fitting = [c for c in CLIENTS if (not roles or c.role in roles) and (not platform or c.platform == platform)]
        return self.pick.one(fitting)

    def near(self, *amounts: int) -> int:
        """Return an amount near one of the edges: mostly it itself, else a part, one more or one less; at least one."""
        edge = self.pick.one(amounts)
        if self.pick.chance(3):
            edge = self.pick.one((edge // 2, edge // 3, edge + 1, edge - 1, 1))
        return max(edge, 1)

    # ── reading ──────────────────────────────────────────────────────────────
    def rows(self, kind: type[Row], *states: str, where: Callable[[Any], bool] = lambda row: True) -> list[Any]:
        """Return the rows of both platforms in some states; a row's id tells its lane by its holder or listing."""
        found: list[Any] = [row for lane in LANES.values() for row in self.house.store.all(lane, kind)]
        return [row for row in found if (not states or row.state in states) and where(row)]

    def row(self, kind: type[Row], *states: str, where: Callable[[Any], bool] = lambda row: True) -> Any:
        """Return one row in some states, or None."""
        return self.one(self.rows(kind, *states, where=where))

    def available(self, client: Client) -> int:
        """Return what a client may spend."""
        return self.balance(client, "2010")

    def balance(self, client: Client, code: str) -> int:
        """Return a balance of a client."""
        holder = self.house.row(LANES[client.platform], Holder, client.name)
        return 0 if holder is None else self.house.balance(LANES[client.platform], client.name, code)

    def of_pool(self, platform: str, code: str) -> int:
        """Return a balance of a platform's pool."""
        return self.house.balance(LANES[platform], "main", code)

    def today(self, platform: str) -> date:
        """Return a platform's open day."""
        return self.house.business_date(LANES[platform])

    def day(self, platform: str, days: int) -> str:
        """Return a day so much later, as the language says it."""
        return (self.today(platform) + timedelta(days=days)).isoformat()


def client_named(name: str) -> Client:
    """Return a client by his name."""
    return next(client for client in CLIENTS if client.name == name)


def money(minor: int) -> str:
    """Return an amount as the language says it."""
    return format_minor(minor, CURRENCY)
